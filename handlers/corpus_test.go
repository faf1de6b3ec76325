package handlers_test

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

// corpus reads a file of one value a line; lines that begin with "# " are headings.
func corpus(t *testing.T, file string) (values []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		value, err := strconv.Unquote(`"` + line + `"`)
		if err != nil {
			t.Fatalf("%s: %q: %v", file, line, err)
		}
		values = append(values, value)
	}
	return values
}

// TestR42NoOriginOfTheCorpusIsAllowed: the corpus is what is not https://app.example.com, which the tests' site allows.
func TestR42NoOriginOfTheCorpusIsAllowed(t *testing.T) {
	s := newSite(t)
	origins := corpus(t, "testdata/origins.txt")
	if len(origins) < 200 {
		t.Errorf("the corpus has %d values, want at least 200", len(origins))
	}
	for _, origin := range origins {
		for _, method := range []string{"GET", "OPTIONS"} {
			r := httptest.NewRequest(method, "/api/profile", nil)
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "PATCH")
			a := s.send(r)
			if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("%s with Origin %q: got Access-Control-Allow-Origin %q", method, origin, got)
			}
			if got := a.header.Values("Vary"); !strings.Contains(strings.Join(got, ","), "Origin") {
				t.Errorf("%s with Origin %q: got Vary %q", method, origin, got)
			}
		}
		if handlers.ValidOrigin(origin) && strings.Contains(origin, "*") {
			t.Errorf("%q can be put on the list", origin)
		}
	}
}
