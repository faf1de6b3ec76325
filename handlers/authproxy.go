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

const (
	// maxProxied is the maximum size of a request or response body of the sign-in helper, in
	// bytes. Its largest script is about 300 KB.
	maxProxied = 4 << 20

	// helperTimeout is how long a request to the sign-in helper may take, including its body.
	helperTimeout = 20 * time.Second
)

// AuthHelper returns the address at which Firebase hosts a project's sign-in helper.
func AuthHelper(projectID string) *url.URL {
	return &url.URL{Scheme: "https", Host: projectID + ".firebaseapp.com"}
}

// privateHeaders authenticate the client to this site. The sign-in helper must not see them.
var privateHeaders = []string{
	"Authorization", "Cookie", "X-Serverless-Authorization", "X-Firebase-AppCheck",
	"X-Goog-IAP-JWT-Assertion", "X-Goog-Authenticated-User-Email", "X-Goog-Authenticated-User-Id",
}

// newAuthProxy returns a proxy that serves Firebase's sign-in helper from this site's own
// origin, at /__/auth/… and /__/firebase/init.json. upstream is the result of AuthHelper.
//
// signInWithRedirect stores its state under the auth domain. Browsers no longer let a page read
// the storage of another site, so the auth domain must be this site's host: set
// FIREBASE_AUTH_DOMAIN to it. This is option 3 of
// https://firebase.google.com/docs/auth/web/redirect-best-practices.
func (s *server) newAuthProxy(upstream *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Transport: newAuthTransport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = upstream.Host // Firebase Hosting finds the project by the Host header
			for _, name := range privateHeaders {
				r.Out.Header.Del(name)
			}
		},
		ModifyResponse: func(response *http.Response) error {
			if response.ContentLength > maxProxied {
				return errors.New("the response is too large")
			}
			response.Body = http.MaxBytesReader(nil, response.Body, maxProxied)
			response.Header.Del("Set-Cookie") // the helper must not set cookies for this site
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			failed := s.fail(&Error{Status: http.StatusBadGateway, Code: "bad_gateway", Cause: err,
				Message: "We can't reach the sign-in service right now. Try again in a minute."})
			// guardHelper removed our security headers, but this page needs them.
			s.securityHeaders(failed).ServeHTTP(w, r)
		},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// newAuthTransport returns a transport with tighter limits than the default one.
func newAuthTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = 10 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// guardHelper limits what the proxy passes on: the path, the size of the body, and the time. It
// rejects paths that are not in canonical form, such as /__/auth/../secret, so that they can't
// reach anything but the sign-in helper. It also removes this site's own policies from the
// response.
func (s *server) guardHelper(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawPath != "" || path.Clean(r.URL.Path) != r.URL.Path {
			s.writeError(w, r, errNotFound)
			return
		}
		// The helper sets its own policies: its page runs an inline script, and this site
		// embeds it in a frame.
		h := w.Header()
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "Cache-Control",
			"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"} {
			h.Del(name)
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxProxied)
		ctx, cancel := context.WithTimeout(r.Context(), helperTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
