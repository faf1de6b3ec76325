package views

import (
	"bytes"
	"compress/gzip"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"example.com/latchkey/static"
)

// The total is the transfer size for a new visitor: the HTML, compressed with gzip as the server
// does it, and every file that it refers to, compressed with Brotli. It doesn't include the
// Firebase bundle, because the visitor isn't signed in.
func TestLandingPageTransfersAtMost6500Bytes(t *testing.T) {
	const limit = 6_500
	page := render(t, Home(testPage))
	total := gzipped(t, page)
	t.Logf("%5d HTML", total)
	for _, e := range parse(t, page) {
		for _, address := range []string{e.attrs["src"], e.attrs["href"]} {
			if !strings.HasPrefix(address, "/static/") {
				continue
			}
			size := wireSize(t, address)
			t.Logf("%5d %s", size, address)
			total += size
		}
	}
	t.Logf("%5d total", total)
	if total > limit {
		t.Errorf("got %d bytes, want at most %d", total, limit)
	}
	if strings.Contains(page, "firebase.js") {
		t.Error("the landing page loads the Firebase bundle")
	}
}

func TestSignInAndAccountPagesPreloadFirebase(t *testing.T) {
	for name, c := range map[string]templ.Component{
		"signin":  SignIn(testPage),
		"account": Account(testPage),
	} {
		page := render(t, c)
		if !strings.Contains(page, `href="`+static.Path("firebase/firebase.js")+`"`) {
			t.Errorf("%s doesn't preload the bundle, so the browser finds it late", name)
		}
	}
}

func gzipped(t *testing.T, s string) int {
	t.Helper()
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func wireSize(t *testing.T, address string) int {
	t.Helper()
	r := httptest.NewRequest("GET", address, nil)
	r.Header.Set("Accept-Encoding", "br")
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	if w.Code != 200 || w.Header().Get("Content-Encoding") != "br" {
		t.Fatalf("%s: got %d %q", address, w.Code, w.Header().Get("Content-Encoding"))
	}
	return w.Body.Len()
}
