package handlers

import (
	"crypto/rand"
	"net/http"

	"github.com/a-h/templ"
)

// securityHeaders sets what every answer carries, whatever its status. Handlers may replace them; none may forget them.
func (s *server) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text() // 130 bits, another for each response
		h := w.Header()
		h.Set("Content-Security-Policy", "script-src 'nonce-"+nonce+"' 'strict-dynamic'; "+s.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		// A provider's pop-up has to reach the page that opened it, so not same-origin; and no COEP, which would block
		// the provider's frames.
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=63072000") // two years
		}
		next.ServeHTTP(w, r.WithContext(templ.WithNonce(r.Context(), nonce)))
	})
}

// noReferrer is for a page whose address holds a secret: a code from an email. Nothing that the page loads, and no link on
// it, passes the address on. (The page's script also takes the code out of the address bar.)
func noReferrer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// photoHosts lists where account pictures may come from: the providers' own servers.
var photoHosts = []string{
	"lh3.googleusercontent.com",     // Google
	"avatars.githubusercontent.com", // GitHub
	"graph.facebook.com",            // Facebook
	"platform-lookaside.fbsbx.com",  // Facebook, where graph.facebook.com sends one on to
	"pbs.twimg.com",                 // X
}
