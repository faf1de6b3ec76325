package handlers

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// The setups that the tests compare. behindLoadBalancer has the addresses of a load balancer of
// Google Cloud, which gets a /64 for IPv6.
var (
	open        = Config{}
	behindProxy = Config{BehindProxy: true}

	behindLoadBalancer = Config{BehindProxy: true, LoadBalancers: []netip.Prefix{
		netip.MustParsePrefix("203.0.113.10/32"), netip.MustParsePrefix("2001:db8:a:b::/64"),
	}}
)

// addressOf returns the client's address of a request with these X-Forwarded-For headers.
func addressOf(cfg Config, peer string, forwarded ...string) netip.Addr {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = peer
	r.Header["X-Forwarded-For"] = forwarded
	return cfg.clientAddress(r)
}

func TestR52TheClientAddressIsTheOneThatTheFirstTrustedProxySaw(t *testing.T) {
	const peer = "169.254.1.1"
	for _, tt := range []struct {
		cfg       Config
		forwarded []string
		want      string
	}{
		{open, []string{"192.0.2.7"}, peer},
		{behindProxy, []string{"192.0.2.7"}, "192.0.2.7"},
		{behindProxy, []string{"1.2.3.4, 192.0.2.7"}, "192.0.2.7"},
		{behindProxy, []string{"1.2.3.4", "192.0.2.7"}, "192.0.2.7"},
		{behindProxy, nil, peer},
		{behindProxy, []string{""}, peer},
		{behindProxy, []string{"192.0.2.7, unknown"}, peer},
		{behindProxy, []string{"192.0.2.7, "}, peer},
		{behindProxy, []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2:3:4:5:6"},
		{behindProxy, []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{behindProxy, []string{"fe80::1%eth0"}, "fe80::1"},

		{behindLoadBalancer, []string{"192.0.2.7, 203.0.113.10"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"1.2.3.4, 192.0.2.7, 203.0.113.10"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"1.2.3.4, 192.0.2.7", "203.0.113.10"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"192.0.2.7,::ffff:203.0.113.10"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"2001:db8:1::7,2001:db8:a:b::"}, "2001:db8:1::7"},
		{behindLoadBalancer, []string{"2001:db8:1::7,2001:db8:a:b::5"}, "2001:db8:1::7"},
		{behindLoadBalancer, []string{"unknown, 203.0.113.10"}, peer},
		{behindLoadBalancer, []string{"203.0.113.10"}, peer},
		{behindLoadBalancer, nil, peer},
		// These bypass the load balancer.
		{behindLoadBalancer, []string{"192.0.2.7"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"1.2.3.4, 192.0.2.7"}, "192.0.2.7"},
		{behindLoadBalancer, []string{"1.2.3.4, 203.0.113.10, 192.0.2.7"}, "192.0.2.7"},
	} {
		got := addressOf(tt.cfg, peer+":80", tt.forwarded...)
		if got != netip.MustParseAddr(tt.want) {
			t.Errorf("%v, %q: got %v, want %s", tt.cfg.LoadBalancers, tt.forwarded, got, tt.want)
		}
	}
}

func TestPeersWithoutAnIPAddressShareOneLimit(t *testing.T) {
	if got := addressOf(open, "@"); got.IsValid() {
		t.Errorf("got %v, want no address", got)
	}
	if got := fmt.Sprint(networksOf(netip.Addr{})); got != "[invalid Prefix]" {
		t.Errorf("got %s, want one network for all of them", got)
	}
}

func TestIPv6AddressesCountByTheir64And48(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7":            "[192.0.2.7/32]",
		"2001:db8:1:2:3:4:5:6": "[2001:db8:1::/48 2001:db8:1:2::/64]",
	} {
		if got := fmt.Sprint(networksOf(netip.MustParseAddr(address))); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// FuzzForwardedFor looks for text that a client can send, left of what Google appends, to be
// counted as another client.
func FuzzForwardedFor(f *testing.F) {
	for _, v := range []string{
		"", "1.2.3.4", "1.2.3.4, 5.6.7.8", ",", ",,,", "unknown", "_hidden",
		"\"[2001:db8::1]:80\"", "1.2.3.4:80", "::1", "127.0.0.1", "fe80::1%lo",
		"::ffff:1.2.3.4", "for=1.2.3.4", "1.2.3.4\r\nX: y", "\x00", " ", "0x7f.1", "1.2.3.4,",
		"1.2.3.4, 203.0.113.10", "203.0.113.10", "2001:db8:a:b::", "::ffff:203.0.113.10",
	} {
		f.Add(v)
	}
	const client, peer = "192.0.2.7", "169.254.1.1:80"
	want := netip.MustParseAddr(client)
	f.Fuzz(func(t *testing.T, sent string) {
		seen := sent + "," + client
		for name, got := range map[string]netip.Addr{
			"in one header":         addressOf(behindProxy, peer, seen),
			"in two headers":        addressOf(behindProxy, peer, sent, client),
			"via the load balancer": addressOf(behindLoadBalancer, peer, seen+",203.0.113.10"),
			"via its IPv6 address":  addressOf(behindLoadBalancer, peer, seen+",2001:db8:a:b::"),
			"bypassing it":          addressOf(behindLoadBalancer, peer, seen),
			"without a proxy":       addressOf(open, client+":80", sent),
		} {
			if got != want {
				t.Errorf("%s: got %v from %q", name, got, sent)
			}
		}
	})
}
