package handlers_test

import (
	"regexp"
	"strings"
	"testing"
)

// everyKindOfAnswer is one request for each status that the site gives on purpose.
func everyKindOfAnswer(s *site) map[string]*answer {
	s.google.Lookup.Fail(nil)
	return map[string]*answer{
		"page":              s.do("GET", "/", ""),
		"API":               s.do("GET", "/api/profile", "", s.asAlice()...).want(200, ""),
		"static 404":        s.do("GET", "/static/none", ""),
		"unauthorised":      s.do("GET", "/api/profile", "").want(401, "unauthenticated"),
		"page not found":    s.do("GET", "/nowhere", "").want(404, ""),
		"API not found":     s.do("GET", "/api/nowhere", "").want(404, "not_found"),
		"method":            s.do("DELETE", "/", "").want(405, ""),
		"API method":        s.do("PUT", "/api/profile", "").want(405, "method_not_allowed"),
		"cross-site change": s.do("PATCH", "/api/profile", "{}", s.asAlice("Sec-Fetch-Site", "cross-site")...).want(403, "cross_site"),
	}
}

func TestR38EveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	for kind, a := range everyKindOfAnswer(newSite(t)) {
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"X-Frame-Options":            "DENY",
			"Referrer-Policy":            "strict-origin-when-cross-origin",
			"Cross-Origin-Opener-Policy": "same-origin-allow-popups",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", kind, name, got, want)
			}
		}
		if a.header.Get("Permissions-Policy") == "" || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: headers are missing: %v", kind, a.header)
		}
		if a.header.Get("Cross-Origin-Embedder-Policy") != "" {
			t.Errorf("%s: COEP would block the providers' frames", kind)
		}
	}
}

func TestR38BehindTLSBrowsersAreToldToStayThere(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/api/profile", "/nowhere"} {
		got := s.do("GET", path, "", "X-Forwarded-Proto", "https").header.Get("Strict-Transport-Security")
		if !strings.Contains(got, "max-age=63072000") {
			t.Errorf("%s: got %q, want two years", path, got)
		}
		if got := s.do("GET", path, "").header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s over plain HTTP: got %q, want none", path, got)
		}
	}
}

func TestR36EachPageHasANonceOfItsOwnAndIsNotStored(t *testing.T) {
	s := newSite(t)
	nonceIn := regexp.MustCompile(`script-src 'nonce-([A-Za-z0-9+/_=-]{22,})' 'strict-dynamic'`)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/signin", "/account", "/", "/nowhere"} {
		a := s.do("GET", path, "")
		match := nonceIn.FindStringSubmatch(a.header.Get("Content-Security-Policy"))
		if match == nil {
			t.Fatalf("%s: no nonce of 128 bits in %q", path, a.header.Get("Content-Security-Policy"))
		}
		if seen[match[1]] {
			t.Errorf("%s: the nonce was used before", path)
		}
		seen[match[1]] = true
		if !strings.Contains(a.body, `nonce="`+match[1]+`"`) {
			t.Errorf("%s: the page's scripts do not carry the nonce", path)
		}
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q, want no-store", path, got)
		}
	}
}

func TestR44AnswersOfTheAPIAreNotStoredAndNameTheirCharset(t *testing.T) {
	for kind, a := range everyKindOfAnswer(newSite(t)) {
		if a.header.Get("Cache-Control") != "no-store" && kind != "static 404" {
			t.Errorf("%s: Cache-Control is %q, want no-store", kind, a.header.Get("Cache-Control"))
		}
		if a.body != "" && !strings.HasSuffix(a.header.Get("Content-Type"), "charset=utf-8") {
			t.Errorf("%s: Content-Type is %q", kind, a.header.Get("Content-Type"))
		}
	}
}

func TestR43AChangeFromAnotherSiteIsRefused(t *testing.T) {
	s := newSite(t)
	for name, headers := range map[string][]string{
		"Sec-Fetch-Site":            {"Sec-Fetch-Site", "cross-site"},
		"same site, another origin": {"Sec-Fetch-Site", "same-site"},
		"Origin of another site":    {"Origin", "https://evil.example"},
		"opaque Origin":             {"Origin", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			s.do("PATCH", "/api/profile", `{"bio":"x"}`, s.asAlice(append(headers, "If-Match", `"none"`)...)...).want(403, "cross_site")
		})
	}
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, s.asAlice("Sec-Fetch-Site", "same-origin", "If-Match", `"none"`)...).want(200, "")
}
