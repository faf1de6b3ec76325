package handlers

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5/middleware"
)

// clientAddress returns middleware that finds the address of the client behind n trusted
// proxies: 1 on Cloud Run, 2 behind an external Application Load Balancer.
//
// Each proxy appends the address that it was called from to X-Forwarded-For. So the n-th
// address from the right is the client's, and the client may have made up everything left of
// it. Similar headers, such as X-Real-IP and True-Client-IP, are ignored.
//
// If there are fewer than n addresses, or if one is malformed, the client's address is that of
// the peer. All such requests then share one rate limit.
func clientAddress(n int) func(http.Handler) http.Handler {
	if n == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	fromHeader := middleware.ClientIPFromXFFTrustedProxies(n)
	return func(next http.Handler) http.Handler {
		return middleware.ClientIPFromRemoteAddr(fromHeader(next))
	}
}

// clientNetwork returns what the rate limit per address counts by: an IPv4 address, or the /64
// network of an IPv6 address. A /64 is the smallest network that a customer gets, so a limit
// per single IPv6 address would be easy to evade.
func clientNetwork(ctx context.Context) netip.Addr {
	addr := middleware.GetClientIPAddr(ctx).WithZone("")
	if !addr.Is6() {
		return addr
	}
	network, _ := addr.Prefix(64)
	return network.Addr()
}
