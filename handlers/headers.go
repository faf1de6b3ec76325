package handlers

import (
	"crypto/rand"
	"net/http"

	"github.com/a-h/templ"
)

// securityHeaders sets the security headers of every response, whatever its status. A handler
// may replace one, but can't forget one. Three kinds of responses differ:
//
//   - Responses of Firebase's sign-in helper below /__/ have its Content-Security-Policy, and they
//     can be framed and opened from other origins (authproxy.go).
//   - net/http itself rejects requests that are not valid HTTP: with 400, 417 (an unknown Expect),
//     431 (headers over 16 KiB), 501 (an unknown Transfer-Encoding) or 505 (not HTTP/1). It writes
//     at most a line of plain text, without any of these headers.
//   - The local Firebase, which the container doesn't include, writes its own responses.
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
