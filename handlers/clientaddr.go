package handlers

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddress returns the address of the client. It is the zero Addr if it is unknown.
//
// Behind a proxy, it comes from X-Forwarded-For. The client can put anything into this header.
// Google appends addresses that can be trusted:
//
//	directly to Cloud Run    ANYTHING, CLIENT
//	via a load balancer      ANYTHING, CLIENT, LOAD BALANCER
//
// So the client's address is the rightmost one that isn't a load balancer's. Don't count from the
// right instead: in a request that bypasses the load balancer, the client chose the second to last
// address. Similar headers, such as X-Real-IP, are ignored.
//
// If the header has no such address, the client's address is that of the peer. All such requests
// then share one rate limit.
//
// https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header
func (cfg Config) clientAddress(r *http.Request) netip.Addr {
	var forwarded string
	if cfg.BehindProxy {
		forwarded = strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	}
	for forwarded != "" {
		comma := strings.LastIndexByte(forwarded, ',')
		addr, err := netip.ParseAddr(strings.TrimSpace(forwarded[comma+1:]))
		if err != nil {
			break
		}
		if addr = plain(addr); !cfg.isLoadBalancer(addr) {
			return addr
		}
		forwarded = forwarded[:max(comma, 0)]
	}
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	return plain(peer.Addr())
}

func (cfg Config) isLoadBalancer(addr netip.Addr) bool {
	return slices.ContainsFunc(cfg.LoadBalancers, func(network netip.Prefix) bool {
		return network.Contains(addr)
	})
}

// plain returns the one form of an address that comparisons expect: IPv4 in IPv6 becomes IPv4,
// and the zone is dropped.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// siteBits is the length of the largest IPv6 prefix that a customer usually gets: a /48, which
// contains 65,536 networks of 64 bits (RFC 6177).
const siteBits = 48

// networksOf returns what the rate limit per address counts a request by: an IPv4 address, or
// both the /48 and the /64 that contain an IPv6 address. A /64 is the smallest network that a
// customer gets, so a limit per single IPv6 address would be easy to evade.
func networksOf(addr netip.Addr) []netip.Prefix {
	if !addr.Is6() {
		return []netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}
	}
	site, _ := addr.Prefix(siteBits)
	network, _ := addr.Prefix(64)
	return []netip.Prefix{site, network}
}
