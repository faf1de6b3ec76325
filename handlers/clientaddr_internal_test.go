package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// networkOf returns what the rate limit counts a request with these X-Forwarded-For headers by.
func networkOf(proxies int, peer string, forwarded ...string) (got netip.Addr) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = peer
	r.Header["X-Forwarded-For"] = forwarded
	clientAddress(proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = clientNetwork(r.Context())
	})).ServeHTTP(httptest.NewRecorder(), r)
	return got
}

func TestR52TheClientAddressIsTheOneThatTheFirstTrustedProxySaw(t *testing.T) {
	const peer = "169.254.1.1:80"
	for _, tt := range []struct {
		proxies   int
		forwarded []string
		want      string
	}{
		{0, []string{"203.0.113.7"}, "169.254.1.1"},
		{1, []string{"203.0.113.7"}, "203.0.113.7"},
		{1, []string{"1.2.3.4, 203.0.113.7"}, "203.0.113.7"},
		{1, []string{"1.2.3.4", "203.0.113.7"}, "203.0.113.7"},
		{2, []string{"1.2.3.4, 203.0.113.7, 10.0.0.1"}, "203.0.113.7"},
		{2, []string{"203.0.113.7"}, "169.254.1.1"}, // it bypassed one of the proxies
		{1, nil, "169.254.1.1"},
		{1, []string{"203.0.113.7, unknown"}, "169.254.1.1"},
		{1, []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"},
		{1, []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{1, []string{"fe80::1%eth0"}, "fe80::"},
	} {
		got := networkOf(tt.proxies, peer, tt.forwarded...)
		if got != netip.MustParseAddr(tt.want) {
			t.Errorf("%d proxies, %q: got %v, want %s", tt.proxies, tt.forwarded, got, tt.want)
		}
	}
}

// FuzzForwardedFor looks for text that a client can send, left of what the trusted proxies
// append, to be counted as another client.
func FuzzForwardedFor(f *testing.F) {
	for _, v := range []string{
		"", "1.2.3.4", "1.2.3.4, 5.6.7.8", ",", ",,,", "unknown", "_hidden",
		"\"[2001:db8::1]:80\"", "1.2.3.4:80", "::1", "127.0.0.1", "fe80::1%lo",
		"::ffff:1.2.3.4", "for=1.2.3.4", "1.2.3.4\r\nX: y", "\x00", " ", "0x7f.1", "1.2.3.4,",
	} {
		f.Add(v)
	}
	const client = "203.0.113.7"
	want := netip.MustParseAddr(client)
	f.Fuzz(func(t *testing.T, sent string) {
		if got := networkOf(1, "169.254.1.1:80", sent+", "+client); got != want {
			t.Errorf("in one header: got %v from %q", got, sent)
		}
		if got := networkOf(1, "169.254.1.1:80", sent, client); got != want {
			t.Errorf("in two headers: got %v from %q", got, sent)
		}
		if got := networkOf(2, "169.254.1.1:80", sent+", "+client+", 10.0.0.1"); got != want {
			t.Errorf("behind two proxies: got %v from %q", got, sent)
		}
		peer := netip.MustParseAddr("192.0.2.9")
		if got := networkOf(0, "192.0.2.9:80", sent); got != peer {
			t.Errorf("without a proxy: got %v from %q", got, sent)
		}
	})
}
