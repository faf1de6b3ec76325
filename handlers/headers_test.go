package handlers_test

import (
	"regexp"
	"strings"
	"testing"
)

// everyKindOfResponse returns a response of each status that a site without faults can have.
func everyKindOfResponse(s *site) map[string]*response {
	s.google.Lookup.Fail(nil)
	crossSite := s.asAlice("Sec-Fetch-Site", "cross-site")
	return map[string]*response{
		"page":            s.do("GET", "/", ""),
		"API":             s.do("GET", "/api/profile", "", s.asAlice()...).want(200, ""),
		"static 404":      s.do("GET", "/static/none", ""),
		"unauthenticated": s.do("GET", "/api/profile", "").want(401, "unauthenticated"),
		"page not found":  s.do("GET", "/nowhere", "").want(404, ""),
		"API not found":   s.do("GET", "/api/nowhere", "").want(404, "not_found"),
		"method":          s.do("DELETE", "/", "").want(405, ""),
		"API method":      s.do("PUT", "/api/profile", "").want(405, "method_not_allowed"),
		"cross-site change": s.do("PATCH", "/api/profile", "{}", crossSite...).
			want(403, "cross_site"),
	}
}

func TestR38EveryResponseHasTheSecurityHeaders(t *testing.T) {
	for kind, res := range everyKindOfResponse(newSite(t)) {
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"X-Frame-Options":            "DENY",
			"Referrer-Policy":            "strict-origin-when-cross-origin",
			"Cross-Origin-Opener-Policy": "same-origin-allow-popups",
		} {
			if got := res.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", kind, name, got, want)
			}
		}
		policy := res.header.Get("Content-Security-Policy")
		if res.header.Get("Permissions-Policy") == "" ||
			!strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: headers are missing: %v", kind, res.header)
		}
		if res.header.Get("Cross-Origin-Embedder-Policy") != "" {
			t.Errorf("%s: COEP would block the providers' frames", kind)
		}
	}
}

func TestR38HSTSIsSetOverHTTPSOnly(t *testing.T) {
	const hsts = "Strict-Transport-Security"
	s := newSite(t)
	for _, path := range []string{"/", "/api/profile", "/nowhere"} {
		got := s.do("GET", path, "", "X-Forwarded-Proto", "https").header.Get(hsts)
		if !strings.Contains(got, "max-age=63072000") {
			t.Errorf("%s: got %q, want two years", path, got)
		}
		if got := s.do("GET", path, "").header.Get(hsts); got != "" {
			t.Errorf("%s over plain HTTP: got %q, want none", path, got)
		}
	}
}

func TestR36EveryPageHasItsOwnNonceAndIsNotStored(t *testing.T) {
	s := newSite(t)
	nonceIn := regexp.MustCompile(`script-src 'nonce-([A-Za-z0-9+/_=-]{22,})' 'strict-dynamic'`)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/signin", "/account", "/", "/nowhere"} {
		res := s.do("GET", path, "")
		policy := res.header.Get("Content-Security-Policy")
		match := nonceIn.FindStringSubmatch(policy)
		if match == nil {
			t.Fatalf("%s: no nonce of 128 bits in %q", path, policy)
		}
		if seen[match[1]] {
			t.Errorf("%s: the nonce was used before", path)
		}
		seen[match[1]] = true
		if !strings.Contains(res.body, `nonce="`+match[1]+`"`) {
			t.Errorf("%s: the page's scripts do not have the nonce", path)
		}
		if got := res.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q, want no-store", path, got)
		}
	}
}

func TestR44ResponsesAreNotStoredAndDeclareTheirCharset(t *testing.T) {
	for kind, res := range everyKindOfResponse(newSite(t)) {
		cache, contentType := res.header.Get("Cache-Control"), res.header.Get("Content-Type")
		if cache != "no-store" && kind != "static 404" {
			t.Errorf("%s: Cache-Control is %q, want no-store", kind, cache)
		}
		if res.body != "" && !strings.HasSuffix(contentType, "charset=utf-8") {
			t.Errorf("%s: Content-Type is %q", kind, contentType)
		}
	}
}

func TestR43ChangesFromOtherSitesAreBlocked(t *testing.T) {
	s := newSite(t)
	change := func(headers ...string) *response {
		headers = append(headers, "If-Match", `"none"`)
		return s.do("PATCH", "/api/profile", `{"bio":"x"}`, s.asAlice(headers...)...)
	}
	for name, headers := range map[string][]string{
		"Sec-Fetch-Site":            {"Sec-Fetch-Site", "cross-site"},
		"same site, another origin": {"Sec-Fetch-Site", "same-site"},
		"Origin of another site":    {"Origin", "https://evil.example"},
		"opaque Origin":             {"Origin", "null"},
	} {
		t.Run(name, func(t *testing.T) { change(headers...).want(403, "cross_site") })
	}
	change("Sec-Fetch-Site", "same-origin").want(200, "")
}
