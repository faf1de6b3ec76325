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

// The landing page of a first visitor, over the wire: its HTML (gzip, as the server compresses pages) and every file
// that it names (brotli). The Firebase bundle is not among them: nobody is signed in.
func TestTheLandingPageWeighsAtMostSixKilobytes(t *testing.T) {
	const limit = 6_000
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
	t.Logf("%5d together", total)
	if total > limit {
		t.Errorf("got %d bytes, want at most %d", total, limit)
	}
	if strings.Contains(page, "firebase.js") {
		t.Error("the landing page fetches the Firebase bundle before anybody asked for it")
	}
}

func TestThePagesForAccountsFetchTheBundleAtOnce(t *testing.T) {
	for name, c := range map[string]templ.Component{"signin": SignIn(testPage), "account": Account(testPage)} {
		page := render(t, c)
		if !strings.Contains(page, `href="`+static.Path("firebase/firebase.js")+`"`) {
			t.Errorf("%s does not preload the bundle: the browser would find it only after two other modules", name)
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
