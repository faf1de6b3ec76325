package handlers_test

import (
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

// slow is a limit that a test reaches and that does not refill while it runs.
var slow = handlers.Limit{PerSecond: 0.001, Burst: 5}

func TestR54ABurstFromOneAddressIsRefused(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAddress, c.TrustedProxies = slow, 1 })
	from := func(addr, path string) *answer { return s.do("GET", path, "", "X-Forwarded-For", addr) }
	for range slow.Burst {
		from("192.0.2.1", "/api/profile").want(401, "unauthenticated")
	}
	refused := from("192.0.2.1", "/api/profile").want(429, "rate_limited")
	if after, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || after < 1 {
		t.Errorf("Retry-After: got %q, want seconds", refused.header.Get("Retry-After"))
	}
	page := from("192.0.2.1", "/").want(429, "")
	if page.header.Get("Retry-After") == "" || page.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the page of the refusal has the headers %v", page.header)
	}
	from("192.0.2.2", "/api/profile").want(401, "unauthenticated")
	from("192.0.2.1", "/health/live").want(200, "") // neither probes nor static files are counted
	style := regexp.MustCompile(`/static/[^"]+\.css`).FindString(from("192.0.2.3", "/").body)
	for range 2 * slow.Burst {
		from("192.0.2.1", style).want(200, "")
	}
}

func TestR54ABurstOfOneAccountIsRefusedFromEveryAddress(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount, c.TrustedProxies = slow, 1 })
	for i := range slow.Burst {
		s.do("GET", "/api/profile", "", s.asAlice("X-Forwarded-For", "192.0.2."+strconv.Itoa(i))...).want(200, "")
	}
	refused := s.do("PATCH", "/api/profile", `{"bio":"x"}`, s.asAlice("X-Forwarded-For", "198.51.100.1")...).want(429, "rate_limited")
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.google.SetUser(identitytest.User{UID: "bob"})
	bob := s.google.Token(identitytest.Claims{UID: "bob"})
	s.do("GET", "/api/profile", "", "Authorization", "Bearer "+bob).want(200, "")
}

// TestR52OnlyTheTrustedProxysWordCounts: whatever the caller writes into headers, its requests come out of one bucket,
// and out of nobody else's.
func TestR52OnlyTheTrustedProxysWordCounts(t *testing.T) {
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
	for proxies, seen := range map[int]string{0: "", 1: "192.0.2.1", 2: "192.0.2.1, 10.0.0.1"} {
		t.Run(strconv.Itoa(proxies)+" proxies", func(t *testing.T) {
			s := newSiteWith(t, func(c *handlers.Config) { c.ByAddress, c.TrustedProxies = slow, proxies })
			send := func(spoof []string) int {
				r := httptest.NewRequest("GET", "/api/profile", nil)
				r.RemoteAddr = "169.254.1.1:4711"
				r.Header.Set(spoof[0], spoof[1])
				if seen != "" { // the proxies append to what the caller sent
					r.Header.Add("X-Forwarded-For", seen)
				}
				return s.send(r).status
			}
			var passed int
			for range 3 {
				for _, spoof := range spoofs {
					if send(spoof) == 401 {
						passed++
					}
				}
			}
			if passed != slow.Burst {
				t.Errorf("%d requests passed, want the %d of one address", passed, slow.Burst)
			}
			if seen != "" {
				r := httptest.NewRequest("GET", "/api/profile", nil)
				r.Header.Set("X-Forwarded-For", "203.0.113.7"+seen[len("192.0.2.1"):])
				if got := s.send(r).status; got != 401 {
					t.Errorf("the address that was claimed: got %d, want its own bucket", got)
				}
			}
		})
	}
}
