package handlers

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5/middleware"
)

// clientAddress notes where a request comes from. Behind n proxies of one's own that is the n-th address from the right
// of X-Forwarded-For: each proxy appends the address it was called from, and what stands further left came with the
// request and may say anything. Other headers of that kind (X-Real-IP, True-Client-IP) are never read.
//
// n is 1 on Cloud Run and 2 behind an external Application Load Balancer. Where there are fewer addresses than proxies,
// or something that is no address, it stays at the peer's: everybody who comes like that shares its limit.
func clientAddress(n int) func(http.Handler) http.Handler {
	if n == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	fromHeader := middleware.ClientIPFromXFFTrustedProxies(n)
	return func(next http.Handler) http.Handler {
		return middleware.ClientIPFromRemoteAddr(fromHeader(next))
	}
}

// clientNetwork is what a limit by address counts: the IPv4 address, or the /64 of the IPv6 address, which is the least
// that one customer gets and holds more addresses than anybody can count.
func clientNetwork(ctx context.Context) netip.Addr {
	addr := middleware.GetClientIPAddr(ctx).WithZone("")
	if !addr.Is6() {
		return addr
	}
	network, _ := addr.Prefix(64)
	return network.Addr()
}
