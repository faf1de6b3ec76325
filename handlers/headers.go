package handlers

import (
	"crypto/rand"
	"net/http"

	"github.com/a-h/templ"
)

// securityHeaders sets the security headers of every response, whatever its status. A handler
// may replace one, but can't forget one.
func (s *server) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text() // 130 random bits
		h := w.Header()
		h.Set("Content-Security-Policy", "script-src 'nonce-"+nonce+"' 'strict-dynamic'; "+s.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		// Not same-origin, because a provider's popup must reach the page that opened it. And
		// no Cross-Origin-Embedder-Policy, because it would block the providers' frames.
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=63072000") // two years
		}
		next.ServeHTTP(w, r.WithContext(templ.WithNonce(r.Context(), nonce)))
	})
}
