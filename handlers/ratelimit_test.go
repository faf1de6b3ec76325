package handlers_test

import (
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

// slowLimit is a limit that a test reaches and that doesn't refill while the test runs.
var slowLimit = handlers.Limit{PerSecond: 0.001, Burst: 5}

func TestR54ABurstFromOneAddressIsLimited(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAddress, c.TrustedProxies = slowLimit, 1 })
	from := func(addr, path string) *response {
		return s.do("GET", path, "", "X-Forwarded-For", addr)
	}
	for range slowLimit.Burst {
		from("192.0.2.1", "/api/profile").want(401, "unauthenticated")
	}
	limited := from("192.0.2.1", "/api/profile").want(429, "rate_limited")
	retry := limited.header.Get("Retry-After")
	if after, err := strconv.Atoi(retry); err != nil || after < 1 {
		t.Errorf("Retry-After: got %q, want seconds", retry)
	}
	page := from("192.0.2.1", "/").want(429, "")
	if page.header.Get("Retry-After") == "" ||
		page.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the page has the headers %v", page.header)
	}
	from("192.0.2.2", "/api/profile").want(401, "unauthenticated")
	// Neither probes nor static files count.
	from("192.0.2.1", "/health/live").want(200, "")
	style := regexp.MustCompile(`/static/[^"]+\.css`).FindString(from("192.0.2.3", "/").body)
	for range 2 * slowLimit.Burst {
		from("192.0.2.1", style).want(200, "")
	}
}

func TestR54ABurstFromOneAccountIsLimitedAcrossAddresses(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount, c.TrustedProxies = slowLimit, 1 })
	for i := range slowLimit.Burst {
		headers := s.asAlice("X-Forwarded-For", "192.0.2."+strconv.Itoa(i))
		s.do("GET", "/api/profile", "", headers...).want(200, "")
	}
	headers := s.asAlice("X-Forwarded-For", "198.51.100.1")
	limited := s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(429, "rate_limited")
	if limited.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.google.SetUser(identitytest.User{UID: "bob"})
	bob := s.google.Token(identitytest.Claims{UID: "bob"})
	s.do("GET", "/api/profile", "", bearer(bob)...).want(200, "")
}

// Whatever headers a client sends, its requests count against its own limit and no one else's.
func TestR52OnlyTrustedProxiesDetermineTheAddress(t *testing.T) {
	for proxies, seen := range map[int]string{0: "", 1: "192.0.2.1", 2: "192.0.2.1, 10.0.0.1"} {
		t.Run(strconv.Itoa(proxies)+" proxies", func(t *testing.T) {
			s := newSiteWith(t, func(c *handlers.Config) {
				c.ByAddress, c.TrustedProxies = slowLimit, proxies
			})
			if passed := s.sendSpoofed(seen); passed != slowLimit.Burst {
				t.Errorf("%d requests passed, want the %d of one address", passed, slowLimit.Burst)
			}
			if seen != "" {
				r := httptest.NewRequest("GET", "/api/profile", nil)
				r.Header.Set("X-Forwarded-For", "203.0.113.7"+seen[len("192.0.2.1"):])
				if got := s.send(r).status; got != 401 {
					t.Errorf("the address in the spoofed headers: got %d, want its own limit", got)
				}
			}
		})
	}
}

// sendSpoofed sends requests that claim other addresses, and returns how many passed the limit.
// The proxies append seen to X-Forwarded-For.
func (s *site) sendSpoofed(seen string) (passed int) {
	spoofs := [][]string{
		{"X-Forwarded-For", "203.0.113.7"},
		{"X-Forwarded-For", "203.0.113.8, 203.0.113.9"},
		{"X-Forwarded-For", "not an address"},
		{"X-Real-IP", "203.0.113.7"},
		{"True-Client-IP", "203.0.113.7"},
		{"X-Client-IP", "203.0.113.7"},
		{"CF-Connecting-IP", "203.0.113.7"},
		{"Forwarded", "for=203.0.113.7"},
		{"X-Forwarded", "203.0.113.7"},
	}
	for range 3 {
		for _, spoof := range spoofs {
			r := httptest.NewRequest("GET", "/api/profile", nil)
			r.RemoteAddr = "169.254.1.1:4711"
			r.Header.Set(spoof[0], spoof[1])
			if seen != "" {
				r.Header.Add("X-Forwarded-For", seen)
			}
			if s.send(r).status == 401 {
				passed++
			}
		}
	}
	return passed
}
