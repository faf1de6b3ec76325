package handlers

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// What a page on an allowed origin may send and read; everything else of HTTP it may as any page may.
const (
	corsMethods = "GET, PATCH, DELETE, POST"
	corsHeaders = "Authorization, Content-Type, If-Match, If-None-Match"
	corsExposed = "ETag, Retry-After"
	corsMaxAge  = "600" // seconds for which a browser need not ask again
)

// allowOrigins lets pages on the origins of Config.Origins call the API: a browser asks first, without a token, and is
// answered here. An origin is compared as a whole, so neither a suffix nor a prefix of an allowed one gets in (R42).
//
// Every API answer says Vary: Origin, also where no origin is allowed: a cache must not hand one origin's to another.
func (s *server) allowOrigins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r) {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Add("Vary", "Origin")
		origin := r.Header.Values("Origin")
		if len(origin) != 1 || !slices.Contains(s.cfg.Origins, origin[0]) {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin[0])
		h.Set("Access-Control-Expose-Headers", corsExposed)
		if s.cfg.Staff != nil {
			// Behind Identity-Aware Proxy the browser has to send IAP's cookie along. Who the user is, the API learns
			// from the bearer token all the same.
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", corsMaxAge)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseCrossSite answers 403 to a change that a browser sends from another site (R43), unless it is a call of the API
// from an allowed origin. Bearer tokens already stop the classic forgery, which rides on cookies. The internal area does
// ride on one, Identity-Aware Proxy's, so no other origin is allowed there.
func (s *server) refuseCrossSite(next http.Handler) http.Handler {
	site, api := http.NewCrossOriginProtection(), http.NewCrossOriginProtection()
	site.AddInsecureBypassPattern("/__/auth/") // providers such as Apple post their answer to the sign-in helper
	for _, p := range []*http.CrossOriginProtection{site, api} {
		p.SetDenyHandler(s.fail(errCrossSite))
	}
	for _, origin := range s.cfg.Origins {
		if err := api.AddTrustedOrigin(origin); err != nil {
			panic(err) // ValidOrigin allows none that is refused here
		}
	}
	onSite, onAPI := site.Handler(next), api.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isAPI(r) {
			onAPI.ServeHTTP(w, r)
			return
		}
		onSite.ServeHTTP(w, r)
	})
}

// isAPI tells the calls that carry a bearer token from the pages and from the internal area.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// ValidOrigin says whether the text is an origin that may be allowed, exactly as browsers send it (RFC 6454, section
// 6.2): lower case, no default port, and nothing after the host. Only https may, and http on this very machine for
// development: what an http page does, anybody on its way can change. There is no wildcard.
func ValidOrigin(origin string) bool {
	return origins.MatchString(origin) && !strings.HasSuffix(origin, ":443") && !strings.HasSuffix(origin, ":80")
}

var origins = regexp.MustCompile(
	`^(https://[a-z0-9-]+(\.[a-z0-9-]+)*|http://(localhost|127\.0\.0\.1))(:[1-9][0-9]{0,4})?$`)
