package handlers_test

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

// allowedOrigin is the origin that the site of the tests allows to call the API.
const allowedOrigin = "https://app.example.com"

// similarOrigins resemble the allowed one.
var similarOrigins = []string{
	"null", "", "*", "http://app.example.com", "https://app.example.com:443",
	"https://app.example.com:8443", "https://app.example.com.evil.example",
	"https://evil-app.example.com", "https://evil.example/app.example.com",
	"https://xapp.example.com", "https://app.example.co", "https://app.example.com/",
	"https://app.example.com.", "HTTPS://APP.EXAMPLE.COM", "https://App.example.com",
	"https://app.example.com@evil.example", "https://user@app.example.com",
	"https://app.example.com evil.example", "https://app.example.com,https://evil.example",
	" https://app.example.com", "//app.example.com", "app.example.com", "file://", "https://",
}

// preflight sends what a browser sends before a request to another origin.
func (s *site) preflight(origin, method string, headers ...string) *response {
	s.t.Helper()
	headers = append(headers, "Origin", origin, "Access-Control-Request-Method", method)
	return s.do("OPTIONS", "/api/profile", "", headers...)
}

func TestR42OnlyListedOriginsMayReadResponses(t *testing.T) {
	s := newSite(t)
	for _, origin := range similarOrigins {
		for _, method := range []string{"GET", "OPTIONS"} {
			headers := s.asAlice("Origin", origin, "Access-Control-Request-Method", "GET")
			res := s.do(method, "/api/profile", "", headers...)
			for name := range res.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s with Origin %q: got %s", method, origin, name)
				}
			}
			if got := res.header.Get("Vary"); got != "Origin" {
				t.Errorf("%s with Origin %q: got Vary %q", method, origin, got)
			}
		}
	}
	res := s.do("GET", "/api/profile", "", s.asAlice("Origin", allowedOrigin)...).want(200, "")
	if got := res.header.Get("Access-Control-Allow-Origin"); got != allowedOrigin {
		t.Errorf("got %q, want the origin itself", got)
	}
	exposed := res.header.Get("Access-Control-Expose-Headers")
	if !strings.Contains(exposed, "ETag") || !strings.Contains(exposed, "Retry-After") {
		t.Errorf("got %q exposed", exposed)
	}
	two := s.asAlice("Origin", allowedOrigin, "Origin", "https://evil.example")
	res = s.do("GET", "/api/profile", "", two...)
	if got := res.header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("two origins: got %q", got)
	}
}

func TestR42EveryAPIResponseVariesByOrigin(t *testing.T) {
	s := newSite(t)
	for name, res := range everyKindOfResponse(s) {
		isJSON := strings.HasPrefix(res.header.Get("Content-Type"), "application/json")
		if isJSON && !strings.HasPrefix(name, "health") && res.header.Get("Vary") != "Origin" {
			t.Errorf("%s: got Vary %q", name, res.header.Get("Vary"))
		}
	}
	res := s.do("GET", "/", "", "Origin", allowedOrigin)
	if got := res.header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("a page: got %q, want only the API to be open to other origins", got)
	}
}

func TestPreflightRequestsNeedNoToken(t *testing.T) {
	s := newSite(t)
	lookups, certs := s.google.Lookup.Calls(), s.google.Certs.Calls()
	res := s.preflight(allowedOrigin, "PATCH",
		"Access-Control-Request-Headers", "authorization,content-type,if-match").want(204, "")
	allowed := strings.ToLower(res.header.Get("Access-Control-Allow-Headers"))
	for _, header := range []string{"authorization", "content-type", "if-match"} {
		if !strings.Contains(allowed, header) {
			t.Errorf("%s is not allowed: %q", header, allowed)
		}
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		got := res.header.Get("Access-Control-Allow-Methods")
		if !strings.Contains(got, method) {
			t.Errorf("%s is not allowed: %q", method, got)
		}
	}
	if s.google.Lookup.Calls() != lookups || s.google.Certs.Calls() != certs {
		t.Error("a preflight request led to a call to Google")
	}
	s.preflight("https://evil.example", "PATCH").want(405, "method_not_allowed")
}

// Only Identity-Aware Proxy uses cookies. Its allow_http_options lets preflight requests
// through.
func TestCredentialsAreAllowedBehindIAPOnly(t *testing.T) {
	const credentials = "Access-Control-Allow-Credentials"
	behind := newSite(t)
	res := behind.preflight(allowedOrigin, "GET").want(204, "")
	if got := res.header.Get(credentials); got != "true" {
		t.Errorf("behind IAP: got %q", got)
	}
	public := newSiteWith(t, func(c *handlers.Config) { c.Staff = nil })
	res = public.preflight(allowedOrigin, "GET").want(204, "")
	if got := res.header.Get(credentials); got != "" {
		t.Errorf("public: got %q", got)
	}
}

func TestR43ChangesFromOtherSitesNeedAnAllowedOrigin(t *testing.T) {
	s := newSite(t)
	change := func(path string, headers ...string) *response {
		headers = s.asAlice(append(headers, "If-Match", `"none"`)...)
		return s.do("PATCH", path, `{"bio":"x"}`, headers...)
	}
	const profile, staff = "/api/profile", "/internal/api/users/alice"
	for _, origin := range similarOrigins[2:] {
		change(profile, "Sec-Fetch-Site", "cross-site", "Origin", origin).want(403, "cross_site")
	}
	change(profile, "Sec-Fetch-Site", "same-site", "Origin", "null").want(403, "cross_site")
	change(profile, "Origin", "https://evil.example").want(403, "cross_site")
	res := change(profile, "Sec-Fetch-Site", "cross-site", "Origin", allowedOrigin).want(200, "")
	if res.header.Get("Access-Control-Allow-Origin") != allowedOrigin {
		t.Error("the page that saved the profile cannot read the response")
	}
	change(staff, "Sec-Fetch-Site", "cross-site", "Origin", allowedOrigin).want(403, "cross_site")
	change(staff, "Sec-Fetch-Site", "same-site", "Origin", allowedOrigin).want(403, "cross_site")
}

// The corpus contains origins other than the allowed one.
func TestR42NoOriginInTheCorpusIsAllowed(t *testing.T) {
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
			res := s.send(r)
			if got := res.header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("%s with Origin %q: got %q allowed", method, origin, got)
			}
			vary := strings.Join(res.header.Values("Vary"), ",")
			if !strings.Contains(vary, "Origin") {
				t.Errorf("%s with Origin %q: got Vary %q", method, origin, vary)
			}
		}
	}
}

// corpus reads a file with one quoted value per line. Lines that start with "# " are headings.
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

// FuzzOrigin looks for an origin that gets access although it is not the allowed one (R56).
func FuzzOrigin(f *testing.F) {
	for _, origin := range similarOrigins {
		f.Add(origin)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, origin string) {
		r, w := httptest.NewRequest("GET", "/api/profile", nil), httptest.NewRecorder()
		r.Header.Set("Origin", origin)
		s.handler.ServeHTTP(w, r)
		got := w.Header().Get("Access-Control-Allow-Origin")
		if got != "" && (got != allowedOrigin || origin != allowedOrigin) {
			t.Errorf("Origin %q: got %q", origin, got)
		}
	})
}
