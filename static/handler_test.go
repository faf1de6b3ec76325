package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func request(t *testing.T, method, path string, header http.Header) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Header = header
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestFilesAreServedWithTypeAndLongCacheTime(t *testing.T) {
	for name, want := range map[string]string{
		"app.css":              "text/css; charset=utf-8",
		"js/ui/header.js":      "text/javascript; charset=utf-8",
		"firebase/firebase.js": "text/javascript; charset=utf-8",
		"firebase/LICENSE":     "text/plain; charset=utf-8",
		"icon.svg":             "image/svg+xml",
	} {
		r := request(t, http.MethodGet, Path(name), nil)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != want {
			t.Errorf("%s: got %d %q, want 200 %q",
				name, r.StatusCode, r.Header.Get("Content-Type"), want)
		}
		if got := r.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: got Cache-Control %q", name, got)
		}
		if !bytes.Equal(body(t, r), files[name].plain) {
			t.Errorf("%s: the body differs from the file", name)
		}
	}
}

func TestBestAcceptedEncodingIsSent(t *testing.T) {
	for accept, want := range map[string]string{
		"":                          "",
		"gzip, deflate, br, zstd":   "br",
		"gzip":                      "gzip",
		"GZIP;q=0.5":                "gzip",
		"br;q=0, gzip":              "gzip",
		"br;q=0.000, gzip;q=0":      "",
		"*":                         "br",
		"*;q=0":                     "",
		"br;q=0, *":                 "gzip",
		"identity":                  "",
		"brotli, xgzip":             "",
		"br;q=nonsense, gzip;q=0.1": "gzip",
	} {
		r := request(t, http.MethodGet, Path("app.css"), http.Header{"Accept-Encoding": {accept}})
		if got := r.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, got, want)
		}
		if got := r.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: got Vary %q", accept, got)
		}
		if !bytes.Equal(decoded(t, r), files["app.css"].plain) {
			t.Errorf("Accept-Encoding %q: the decoded body differs from the file", accept)
		}
	}
}

func decoded(t *testing.T, r *http.Response) []byte {
	t.Helper()
	var plain io.Reader = r.Body
	switch r.Header.Get("Content-Encoding") {
	case "br":
		plain = brotli.NewReader(r.Body)
	case "gzip":
		zip, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain = zip
	}
	content, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	header := http.Header{"Accept-Encoding": {"br"}}
	get := request(t, "GET", Path("app.css"), header)
	head := request(t, "HEAD", Path("app.css"), header)
	for name := range get.Header {
		if head.Header.Get(name) != get.Header.Get(name) {
			t.Errorf("%s: got %q, want %q", name, head.Header.Get(name), get.Header.Get(name))
		}
	}
	if got := body(t, head); len(got) != 0 {
		t.Errorf("got a body of %d bytes, want none", len(got))
	}
}

func TestUnchangedFileIs304(t *testing.T) {
	conditional := func(encoding, ifNoneMatch string) *http.Response {
		header := http.Header{"Accept-Encoding": {encoding}, "If-None-Match": {ifNoneMatch}}
		return request(t, "GET", Path("app.css"), header)
	}
	tag := conditional("br", "").Header.Get("ETag")
	for match, want := range map[string]int{
		tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200,
	} {
		r := conditional("br", match)
		if r.StatusCode != want {
			t.Errorf("If-None-Match %s: got %d, want %d", match, r.StatusCode, want)
		}
	}
	r := conditional("gzip", tag)
	if r.StatusCode != http.StatusOK {
		t.Errorf("ETag of another encoding: got %d, want 200", r.StatusCode)
	}
}

func TestOtherPathsAreNotFound(t *testing.T) {
	for _, path := range []string{
		"/static/", "/static", prefix, prefix + "js", prefix + "js/", prefix + "none.js",
		prefix + "js/../static.go",
		prefix + "static.go", prefix + "firebase/entry.js", prefix + "firebase/package.json",
		"/static/0123456789abcdef/app.css", "/static/app.css",
	} {
		r := request(t, "GET", path, nil)
		contentType := r.Header.Get("Content-Type")
		if r.StatusCode != http.StatusNotFound || !strings.HasPrefix(contentType, "text/plain") {
			t.Errorf("%s: got %d %s, want 404 text/plain", path, r.StatusCode, contentType)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: got Cache-Control %q, want no-store", path, got)
		}
	}
}

func TestFilesAreReadOnly(t *testing.T) {
	r := request(t, "POST", Path("app.css"), nil)
	if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
}

func TestAnyChangeToTheFilesChangesTheHash(t *testing.T) {
	file := func(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }
	seen := map[string]bool{}
	for _, tree := range []fstest.MapFS{
		{"a.js": file("x"), "b.js": file("y")},
		{"a.js": file("x"), "b.js": file("z")},
		{"a.js": file("x"), "c.js": file("y")},
		{"a.js": file("xb.js"), "b.js": file("y")},
		{"a.js": file("x")},
	} {
		_, hash := load(tree)
		seen[hash] = true
	}
	if len(seen) != 5 {
		t.Errorf("got %d different hashes, want 5", len(seen))
	}
}

func TestFirebaseBundleIsSmall(t *testing.T) {
	const limit = 36_000
	if got := len(files["firebase/firebase.js"].brotli()); got > limit {
		t.Errorf("got %d bytes with brotli, want at most %d", got, limit)
	}
}

func TestEncodingsDecodeToTheFile(t *testing.T) {
	for name, f := range files {
		for _, accept := range []string{"br", "gzip"} {
			r := request(t, "GET", Path(name), http.Header{"Accept-Encoding": {accept}})
			if got := r.Header.Get("Content-Encoding"); got != accept {
				t.Errorf("%s: got Content-Encoding %q, want %q", name, got, accept)
			}
			if !bytes.Equal(decoded(t, r), f.plain) {
				t.Errorf("%s: the body decoded from %s differs from the file", name, accept)
			}
		}
	}
}
