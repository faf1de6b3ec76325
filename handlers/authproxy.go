package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"time"
)

// maxProxied bounds a body on its way to or from the sign-in helper, in bytes. Its largest script has some 300 KB.
const maxProxied = 4 << 20

// helperTimeout bounds the whole exchange with the sign-in helper.
const helperTimeout = 20 * time.Second

// newAuthProxy serves Firebase's sign-in helper, /__/auth/… and /__/firebase/init.json, from the site's own origin.
//
// signInWithRedirect keeps its state in the storage of the auth domain, and browsers no longer share that with a page
// on another site: https://firebase.google.com/docs/auth/web/redirect-best-practices (option 3). With this proxy the
// auth domain can be the site's own host. Set FIREBASE_AUTH_DOMAIN to it.
//
// upstream is the helper's home, https://PROJECT.firebaseapp.com.
func (s *server) newAuthProxy(upstream *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Transport: newAuthTransport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = upstream.Host // Firebase Hosting tells sites apart by it
			// What proves to this site who somebody is, is none of the helper's business.
			for _, private := range []string{"Authorization", "Cookie", "X-Serverless-Authorization", "X-Firebase-AppCheck",
				"X-Goog-IAP-JWT-Assertion", "X-Goog-Authenticated-User-Email", "X-Goog-Authenticated-User-Id"} {
				r.Out.Header.Del(private)
			}
		},
		ModifyResponse: func(response *http.Response) error {
			if response.ContentLength > maxProxied {
				return errors.New("the answer is too large")
			}
			response.Body = http.MaxBytesReader(nil, response.Body, maxProxied)
			response.Header.Del("Set-Cookie") // it would be this site's cookie
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			failed := s.fail(&Error{Status: http.StatusBadGateway, Code: "bad_gateway",
				Message: "The sign-in service cannot be reached right now. Try again soon.", Cause: err})
			s.securityHeaders(failed).ServeHTTP(w, r) // this page is ours again, so it gets our headers again
		},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// newAuthTransport waits for the helper no longer than a person would.
func newAuthTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = 10 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// onlyHelperPaths keeps the proxy to the helper: a path that means another one once it is cleaned is not found.
func (s *server) onlyHelperPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawPath != "" || path.Clean(r.URL.Path) != r.URL.Path {
			s.writeError(w, r, errNotFound)
			return
		}
		// The helper brings its own policies: its page runs an inline script and is framed by this site.
		h := w.Header()
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "Cache-Control",
			"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"} {
			h.Del(name)
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxProxied)
		ctx, cancel := context.WithTimeout(r.Context(), helperTimeout) // also for an answer that drips
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
