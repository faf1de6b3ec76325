package handlers_test

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

// slowLimit is a limit that a test reaches and that doesn't refill while the test runs.
var slowLimit = handlers.Limit{PerSecond: 0.001, Burst: 5}

func TestR54ABurstFromOneAddressIsLimited(t *testing.T) {
	s := newSiteWith(t, onCloudRun)
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
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount, c.BehindProxy = slowLimit, true })
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

func onCloudRun(c *handlers.Config) { c.ByAddress, c.BehindProxy = slowLimit, true }

// behindLoadBalancer configures a load balancer of Google Cloud. It appends the client's address
// and one of these two to X-Forwarded-For.
func behindLoadBalancer(c *handlers.Config) {
	onCloudRun(c)
	c.LoadBalancers = []netip.Prefix{
		netip.MustParsePrefix("203.0.113.10/32"), netip.MustParsePrefix("2001:db8:a:b::/64"),
	}
}

// Whatever headers a client sends, its requests count against its own limit and no one else's.
func TestR52OnlyTrustedProxiesDetermineTheAddress(t *testing.T) {
	for name, tt := range map[string]struct {
		configure func(*handlers.Config)
		appended  string // to X-Forwarded-For, by the proxies
	}{
		"no proxy":      {func(c *handlers.Config) { c.ByAddress = slowLimit }, ""},
		"Cloud Run":     {onCloudRun, "CLIENT"},
		"load balancer": {behindLoadBalancer, "CLIENT, 203.0.113.10"},
		"over IPv6":     {behindLoadBalancer, "CLIENT, 2001:db8:a:b::"},
		"bypassing it":  {behindLoadBalancer, "CLIENT"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSiteWith(t, tt.configure)
			seen := strings.Replace(tt.appended, "CLIENT", "192.0.2.1", 1)
			if passed := s.sendSpoofed(seen); passed != slowLimit.Burst {
				t.Errorf("%d requests passed, want the %d of one address", passed, slowLimit.Burst)
			}
			if seen != "" {
				r := httptest.NewRequest("GET", "/api/profile", nil)
				own := strings.Replace(tt.appended, "CLIENT", "198.51.100.7", 1)
				r.Header.Set("X-Forwarded-For", own)
				if got := s.send(r).status; got != 401 {
					t.Errorf("the address in the spoofed headers: got %d, want its own limit", got)
				}
			}
		})
	}
}

func TestR52ClientsThatBypassTheLoadBalancerAreLimited(t *testing.T) {
	s := newSiteWith(t, behindLoadBalancer)
	passed := 0
	for i := range 2000 {
		spoofed := fmt.Sprintf("10.0.%d.%d, 192.0.2.1", i/256, i%256)
		if s.do("GET", "/api/profile", "", "X-Forwarded-For", spoofed).status == 401 {
			passed++
		}
	}
	if passed != slowLimit.Burst {
		t.Errorf("%d requests passed, want the %d of one address", passed, slowLimit.Burst)
	}
}

func TestR52ClientsOfTheLoadBalancerHaveTheirOwnLimits(t *testing.T) {
	s := newSiteWith(t, behindLoadBalancer)
	for client := range 100 {
		header := []string{"X-Forwarded-For", fmt.Sprintf("192.0.2.%d,203.0.113.10", client)}
		for range slowLimit.Burst {
			s.do("GET", "/api/profile", "", header...).want(401, "unauthenticated")
		}
		s.do("GET", "/api/profile", "", header...).want(429, "rate_limited")
	}
}

// A customer with a /48 has 65,536 networks of 64 bits.
func TestR54TheNetworksOfAnIPv6SiteShareALimit(t *testing.T) {
	s := newSiteWith(t, onCloudRun)
	passed := 0
	for i := range 2500 {
		address := fmt.Sprintf("2001:db8:1:%x::1", i)
		if s.do("GET", "/api/profile", "", "X-Forwarded-For", address).status == 401 {
			passed++
		}
	}
	if want := 16 * slowLimit.Burst; passed != want {
		t.Errorf("%d requests passed, want %d", passed, want)
	}
	// IPv4 addresses written as IPv6 are in one /48, too, but count as IPv4.
	for i := range 200 {
		address := fmt.Sprintf("::ffff:192.0.2.%d", i)
		s.do("GET", "/api/profile", "", "X-Forwarded-For", address).want(401, "unauthenticated")
	}
}

// sendSpoofed sends requests that claim other addresses, and returns how many passed the limit.
// The proxies append seen to X-Forwarded-For.
func (s *site) sendSpoofed(seen string) (passed int) {
	spoofs := [][]string{
		{"X-Forwarded-For", "198.51.100.7"},
		{"X-Forwarded-For", "198.51.100.8, 198.51.100.9"},
		{"X-Forwarded-For", "198.51.100.8, 203.0.113.10"},
		{"X-Forwarded-For", "not an address"},
		{"X-Real-IP", "198.51.100.7"},
		{"True-Client-IP", "198.51.100.7"},
		{"X-Client-IP", "198.51.100.7"},
		{"CF-Connecting-IP", "198.51.100.7"},
		{"Forwarded", "for=198.51.100.7"},
		{"X-Forwarded", "198.51.100.7"},
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
