package handlers

import (
	"net/http"
	"slices"
)

// What pages on an allowed origin may send and read, beyond what CORS allows every page.
const (
	corsMethods = "GET, PATCH, DELETE, POST"
	corsHeaders = "Authorization, Content-Type, If-Match, If-None-Match"
	corsExposed = "ETag, Retry-After"
	corsMaxAge  = "600" // how long a browser may cache a preflight response, in seconds
)

// allowOrigins lets pages on the origins in Config.Origins call the API. It responds to their
// preflight requests, which carry no token. Origins are compared as whole strings, so a longer
// or shorter version of an allowed origin doesn't match.
//
// Every API response says "Vary: Origin", even if no origin is allowed. Otherwise a cache might
// serve the response for one origin to another.
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
			// Behind Identity-Aware Proxy, the browser must send IAP's cookie to get through.
			// The API still identifies the user by the bearer token alone.
			h.Set("Access-Control-Allow-Credentials", "true")
		}
		requested := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || requested == "" { // not a preflight request
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", corsMethods)
		h.Set("Access-Control-Allow-Headers", corsHeaders)
		h.Set("Access-Control-Max-Age", corsMaxAge)
		w.WriteHeader(http.StatusNoContent)
	})
}

// blockCrossSite rejects changes that a browser sends from another site, except API calls from
// an allowed origin.
//
// Request forgery needs a credential that the browser sends by itself, such as a cookie, so bearer
// tokens already prevent it in the API. The internal area does depend on a cookie, the one of
// Identity-Aware Proxy. No other origin may make changes there.
func (s *server) blockCrossSite(next http.Handler) http.Handler {
	site, api := http.NewCrossOriginProtection(), http.NewCrossOriginProtection()
	// Some providers, such as Apple, post their response to the sign-in helper.
	site.AddInsecureBypassPattern("/__/auth/")
	for _, p := range []*http.CrossOriginProtection{site, api} {
		p.SetDenyHandler(s.fail(errCrossSite))
	}
	for _, origin := range s.cfg.Origins {
		if err := api.AddTrustedOrigin(origin); err != nil {
			panic(err) // can't happen: config.Load checked the form
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
