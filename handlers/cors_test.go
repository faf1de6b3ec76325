package handlers_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

const friend = "https://app.example.com" // on the list of the tests' site

// strangers are origins that resemble an allowed one.
var strangers = []string{
	"null", "", "*", "http://app.example.com", "https://app.example.com:443", "https://app.example.com:8443",
	"https://app.example.com.evil.example", "https://evil-app.example.com", "https://evil.example/app.example.com",
	"https://xapp.example.com", "https://app.example.co", "https://app.example.com/", "https://app.example.com.",
	"HTTPS://APP.EXAMPLE.COM", "https://App.example.com", "https://app.example.com@evil.example",
	"https://user@app.example.com", "https://app.example.com evil.example", "https://app.example.com,https://evil.example",
	" https://app.example.com", "//app.example.com", "app.example.com", "file://", "https://",
}

func TestR42OnlyListedOriginsMayReadAnswers(t *testing.T) {
	s := newSite(t)
	for _, origin := range strangers {
		for _, method := range []string{"GET", "OPTIONS"} {
			a := s.do(method, "/api/profile", "", s.asAlice("Origin", origin, "Access-Control-Request-Method", "GET")...)
			for name := range a.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s with Origin %q: got %s", method, origin, name)
				}
			}
			if a.header.Get("Vary") != "Origin" {
				t.Errorf("%s with Origin %q: got Vary %q", method, origin, a.header.Get("Vary"))
			}
		}
	}
	a := s.do("GET", "/api/profile", "", s.asAlice("Origin", friend)...).want(200, "")
	if got := a.header.Get("Access-Control-Allow-Origin"); got != friend {
		t.Errorf("got %q, want the origin itself", got)
	}
	if got := a.header.Get("Access-Control-Expose-Headers"); !strings.Contains(got, "ETag") || !strings.Contains(got, "Retry-After") {
		t.Errorf("got %q exposed", got)
	}
	a = s.do("GET", "/api/profile", "", s.asAlice("Origin", friend, "Origin", "https://evil.example")...)
	if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("two origins: got %q", got)
	}
}

func TestR42EveryAPIAnswerVariesByOrigin(t *testing.T) {
	s := newSite(t)
	for name, a := range everyKindOfAnswer(s) {
		if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") && !strings.HasPrefix(name, "health") &&
			a.header.Get("Vary") != "Origin" {
			t.Errorf("%s: got Vary %q", name, a.header.Get("Vary"))
		}
	}
	a := s.do("GET", "/", "", "Origin", friend)
	if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("a page: got %q, want the API alone to be open to others", got)
	}
}

func TestAPreflightIsAnsweredWithoutAToken(t *testing.T) {
	s := newSite(t)
	lookups, certs := s.google.Lookup.Calls(), s.google.Certs.Calls()
	a := s.do("OPTIONS", "/api/profile", "", "Origin", friend, "Access-Control-Request-Method", "PATCH",
		"Access-Control-Request-Headers", "authorization,content-type,if-match").want(204, "")
	allowed := strings.ToLower(a.header.Get("Access-Control-Allow-Headers"))
	for _, header := range []string{"authorization", "content-type", "if-match"} {
		if !strings.Contains(allowed, header) {
			t.Errorf("%s is not allowed: %q", header, allowed)
		}
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		if got := a.header.Get("Access-Control-Allow-Methods"); !strings.Contains(got, method) {
			t.Errorf("%s is not allowed: %q", method, got)
		}
	}
	if s.google.Lookup.Calls() != lookups || s.google.Certs.Calls() != certs {
		t.Error("somebody was asked")
	}
	s.do("OPTIONS", "/api/profile", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "PATCH").
		want(405, "method_not_allowed")
}

// Cookies come in with Identity-Aware Proxy only, whose preflights allow_http_options lets through.
func TestCredentialsAreAllowedBehindIAPOnly(t *testing.T) {
	behind := newSite(t)
	a := behind.do("OPTIONS", "/api/profile", "", "Origin", friend, "Access-Control-Request-Method", "GET").want(204, "")
	if got := a.header.Get("Access-Control-Allow-Credentials"); got != "true" {
		t.Errorf("behind IAP: got %q", got)
	}
	public := newSiteWith(t, func(c *handlers.Config) { c.Staff = nil })
	a = public.do("OPTIONS", "/api/profile", "", "Origin", friend, "Access-Control-Request-Method", "GET").want(204, "")
	if got := a.header.Get("Access-Control-Allow-Credentials"); got != "" {
		t.Errorf("public: got %q", got)
	}
}

func TestR43ChangesFromAnotherSiteNeedAnAllowedOrigin(t *testing.T) {
	s := newSite(t)
	change := func(path string, headers ...string) *answer {
		return s.do("PATCH", path, `{"bio":"x"}`, s.asAlice(append(headers, "If-Match", `"none"`)...)...)
	}
	for _, origin := range strangers[2:] {
		change("/api/profile", "Sec-Fetch-Site", "cross-site", "Origin", origin).want(403, "cross_site")
	}
	change("/api/profile", "Sec-Fetch-Site", "same-site", "Origin", "null").want(403, "cross_site")
	change("/api/profile", "Origin", "https://evil.example").want(403, "cross_site")
	a := change("/api/profile", "Sec-Fetch-Site", "cross-site", "Origin", friend).want(200, "")
	if a.header.Get("Access-Control-Allow-Origin") != friend {
		t.Error("the saved profile cannot be read by the page that sent it")
	}
	change("/internal/api/users/alice", "Sec-Fetch-Site", "cross-site", "Origin", friend).want(403, "cross_site")
	change("/internal/api/users/alice", "Sec-Fetch-Site", "same-site", "Origin", friend).want(403, "cross_site")
}

func TestR42NothingButAnExactOriginCanBeListed(t *testing.T) {
	for _, origin := range strangers {
		if handlers.ValidOrigin(origin) {
			switch origin {
			case "https://app.example.com:8443", "https://app.example.com.evil.example", "https://evil-app.example.com",
				"https://xapp.example.com", "https://app.example.co": // other sites, but well-formed
			default:
				t.Errorf("%q can be listed", origin)
			}
		}
	}
	for _, origin := range []string{"https://*.example.com", "https://example.com?", "http://localhost.evil.example",
		"http://127.0.0.1:80", "https://example.com:0", "https://example.com:", "https://[::1]"} {
		if handlers.ValidOrigin(origin) {
			t.Errorf("%q can be listed", origin)
		}
	}
	for _, origin := range []string{friend, "https://app.example.com:8443", "http://localhost:3000", "http://127.0.0.1:5173"} {
		if !handlers.ValidOrigin(origin) {
			t.Errorf("%q cannot be listed", origin)
		}
	}
}

// FuzzOrigin looks for an origin that is neither on the list nor refused (R56).
func FuzzOrigin(f *testing.F) {
	for _, origin := range strangers {
		f.Add(origin)
	}
	s := newSite(f)
	f.Fuzz(func(t *testing.T, origin string) {
		r, w := httptest.NewRequest("GET", "/api/profile", nil), httptest.NewRecorder()
		r.Header.Set("Origin", origin)
		s.handler.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" && (got != friend || origin != friend) {
			t.Errorf("Origin %q: got %q", origin, got)
		}
		if handlers.ValidOrigin(origin) && !strings.HasPrefix(origin, "https://") && !strings.HasPrefix(origin, "http://localhost") &&
			!strings.HasPrefix(origin, "http://127.0.0.1") {
			t.Errorf("%q can be listed", origin)
		}
	})
}
