//go:build !production

package local

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"example.com/latchkey/config"
)

// forwarders are the domains under which Cloud Shell and Cloud Workstations forward a port to the
// developer's browser. Google controls every name in them. Other forwarders either send
// "Host: localhost" or need LOCAL_HOSTS.
var forwarders = []string{".cloudshell.dev", ".cloudworkstations.dev"}

// guard rejects requests that other sites cause a developer's browser to send. The Auth emulator
// accepts unsigned tokens and the outbox shows every email, and listening on the loopback
// interface does not protect them:
//
//   - With DNS rebinding, a site points its own host name at 127.0.0.1 and then reads everything
//     here as its own origin.
//   - The emulator's API allows cross-origin requests, as the real one does.
//
// A request therefore needs a Host that is an IP address (which can't be rebound), a name that
// always means this machine, one of LOCAL_HOSTS, or a name of a forwarder. To reach the emulator, a
// cross-origin request must also come from a page on the same host, on this machine, on one of
// LOCAL_HOSTS, or on one of CORS_ORIGINS.
func guard(cfg config.Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostname(r.Host)
		switch {
		case !isLocalName(cfg, host) && !isAddress(host) && !isForwarded(host):
			reject(w, "This host name is not allowed in local mode. "+
				"To allow it, restart the app with LOCAL_HOSTS set to the name.")
		case isFirebase(r) && !mayCallFirebase(cfg, r):
			reject(w, "Pages on this origin may not use the local Firebase. "+
				"To allow them, restart the app with CORS_ORIGINS set to the origin.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isFirebase reports whether the local Firebase handles the request.
func isFirebase(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/emulator/") ||
		strings.Contains(r.URL.Path, ".googleapis.com/")
}

// mayCallFirebase checks the origin of the page that sent the request. Only browsers send Origin
// and Sec-Fetch-Site, and pages can't change them.
func mayCallFirebase(cfg config.Config, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" ||
		slices.Contains(cfg.CORSOrigins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := hostname(u.Host) // "" for "Origin: null"
	return host == hostname(r.Host) || isLocalName(cfg, host)
}

// isLocalName reports whether the name means this machine: because a standard says so, or because
// it is in HOST or LOCAL_HOSTS.
func isLocalName(cfg config.Config, host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	return host != "" && (host == hostname(cfg.Host) || slices.Contains(cfg.LocalHosts, host))
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func isForwarded(host string) bool {
	return slices.ContainsFunc(forwarders, func(domain string) bool {
		return strings.HasSuffix(host, domain)
	})
}

// hostname returns the name in a Host header, in lowercase and without the port and trailing dot.
func hostname(host string) string {
	return strings.TrimSuffix(strings.ToLower((&url.URL{Host: host}).Hostname()), ".")
}

func reject(w http.ResponseWriter, message string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, message, http.StatusForbidden)
}

// warnIfExposed logs a warning if other machines can reach the emulator.
func warnIfExposed(addr net.Addr, log *slog.Logger) {
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		log.Warn("anyone who can reach this address can read and change every account: "+
			"unset HOST to listen on this machine only", slog.String("address", addr.String()))
	}
}
