//go:build !production

package main

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// forwarders are the domains under which Google's development environments show a port of theirs to the developer.
// Nobody else decides what a name in them means. (Others pass requests on as for localhost, or are a case for
// LOCAL_HOSTS.)
var forwarders = []string{".cloudshell.dev", ".cloudworkstations.dev"}

// guardLocal keeps pages of other sites away from what accepts unsigned tokens and shows everybody's email.
//
// Listening on the loopback alone does not: such a page runs in the developer's own browser. It can rebind the name of
// its host to 127.0.0.1, and then reads everything here as its own origin; and it can call the local Firebase across
// origins, which is as open to them as the real one, but takes anybody's word for who they are.
//
// So a request must be for an address (which cannot be rebound), for a name that means this machine to everybody, or for
// one of LOCAL_HOSTS; and what asks the local Firebase from another origin must come from such a name too.
func guardLocal(cfg config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostname(r.Host)
		switch {
		case !isLocalName(cfg, host) && !isAddress(host) && !isForwarded(host):
			refuseLocally(w, "This address is not one that the program knows as its own. If it is, start the program again "+
				"with the variable LOCAL_HOSTS set to it (the host name only; several with commas).")
		case isLocalFirebase(r) && !mayAsk(cfg, r):
			refuseLocally(w, "Pages on this origin may not use the local Firebase. If they should, start the program again "+
				"with their origin in the variable CORS_ORIGINS.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isLocalFirebase tells what the local Firebase answers from what the site answers.
func isLocalFirebase(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/emulator/") || strings.Contains(r.URL.Path, ".googleapis.com/")
}

// mayAsk judges the page that the request comes from. A program sends neither of these headers, and no page can write
// them.
func mayAsk(cfg config, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" || slices.Contains(cfg.platform.origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := hostname(u.Host) // "" for the origin null
	return host == hostname(r.Host) || isLocalName(cfg, host)
}

// isLocalName says whether the name means this machine, or is the operator's word for it.
func isLocalName(cfg config, host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	return host != "" && (host == hostname(cfg.host) || slices.Contains(cfg.localHosts, host))
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func isForwarded(host string) bool {
	return slices.ContainsFunc(forwarders, func(domain string) bool { return strings.HasSuffix(host, domain) })
}

// hostname is the host of a Host header without its port, in one spelling.
func hostname(host string) string {
	return strings.TrimSuffix(strings.ToLower((&url.URL{Host: host}).Hostname()), ".")
}

func refuseLocally(w http.ResponseWriter, sentence string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, sentence, http.StatusForbidden)
}

// warnOfNeighbours says so where others than this machine can reach what accepts unsigned tokens.
func warnOfNeighbours(addr net.Addr, log *slog.Logger) {
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		log.Warn("everybody who can reach this address can read and change every account here: unset HOST to keep them "+
			"to this machine", slog.String("address", addr.String()))
	}
}
