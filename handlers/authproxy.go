package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
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

// helperRequestHeaders are the headers of a request that the sign-in helper gets. It doesn't get
// those that authenticate the client to this site, such as Authorization and Cookie.
var helperRequestHeaders = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "If-Modified-Since",
	"If-None-Match", "User-Agent",
}

// helperResponseHeaders are the headers of the sign-in helper's response that are passed on. They
// describe the response itself. Others, such as Set-Cookie, Clear-Site-Data, Alt-Svc or
// Access-Control-Allow-Origin, would change what this site stores, or who may read it.
var helperResponseHeaders = []string{
	"Cache-Control", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-Security-Policy", "Content-Type", "Etag", "Expires", "Last-Modified", "Vary",
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
			r.Out.Header = pick(r.Out.Header, helperRequestHeaders)
		},
		ModifyResponse: func(response *http.Response) error {
			if response.ContentLength > maxProxied {
				return errors.New("the response is too large")
			}
			response.Body = http.MaxBytesReader(nil, response.Body, maxProxied)
			location, err := helperLocation(upstream, response)
			if err != nil {
				return err
			}
			response.Header = pick(response.Header, helperResponseHeaders)
			if location != "" {
				response.Header.Set("Location", location)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			failed := s.fail(&Error{Status: http.StatusBadGateway, Code: "bad_gateway", Cause: err,
				Message: "We can't reach the sign-in service right now. Try again in a minute."})
			// guardHelper removed some of our security headers, but this page needs them.
			s.securityHeaders(failed).ServeHTTP(w, r)
		},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// helperLocation returns the path that a redirect of the sign-in helper leads to, or "" if the
// response is no redirect. Any other address than one of the helper is an error.
func helperLocation(upstream *url.URL, response *http.Response) (string, error) {
	if response.StatusCode/100 != 3 || response.StatusCode == http.StatusNotModified {
		return "", nil
	}
	to, err := response.Location()
	if err != nil {
		return "", err
	}
	if to.Scheme != upstream.Scheme || to.Host != upstream.Host || !isHelperPath(to) {
		return "", errors.New("the response redirects to another address")
	}
	return (&url.URL{Path: to.Path, RawQuery: to.RawQuery}).String(), nil
}

// isHelperPath rejects paths that are not in canonical form, such as /__/auth/../secret, because
// they could lead out of the helper.
func isHelperPath(u *url.URL) bool {
	return u.RawPath == "" && path.Clean(u.Path) == u.Path && strings.HasPrefix(u.Path, "/__/")
}

// pick returns the named headers. The names must be in canonical form.
func pick(from http.Header, names []string) http.Header {
	picked := http.Header{}
	for _, name := range names {
		if values, ok := from[name]; ok {
			picked[name] = values
		}
	}
	return picked
}

// newAuthTransport returns a transport with tighter limits than the default one.
func newAuthTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableCompression = true // the browser decompresses, so pass on what the helper sends
	t.ResponseHeaderTimeout = 10 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return finalResponses{t}
}

// finalResponses hides informational responses (1xx) and trailers. ReverseProxy passes them on
// without asking ModifyResponse, and after an informational response it also drops the headers
// that this site has set.
type finalResponses struct{ transport *http.Transport }

func (t finalResponses) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.transport.RoundTrip(r.WithContext(untraced{r.Context()}))
	if err != nil {
		return nil, err
	}
	final := *response // the transport adds the trailers to the original, at the end of the body
	final.Trailer = nil
	return &final, nil
}

// untraced is a context without the httptrace hooks, which get the informational responses.
type untraced struct{ context.Context }

func (untraced) Value(any) any { return nil }

// guardHelper limits what the proxy passes on: the host, the path, the size of the body, and the
// time. It also removes those of this site's policies that would break the helper.
//
// The helper runs scripts of its own on the origin that serves it. So it is only served on the
// auth domain, where browsers load it. Everywhere else, and if the auth domain is the default
// PROJECT.firebaseapp.com, its addresses don't exist.
func (s *server) guardHelper(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		onAuthDomain := strings.EqualFold(withoutPort(r.Host), s.cfg.Web.AuthDomain)
		if !onAuthDomain || !isHelperPath(r.URL) {
			s.writeError(w, r, errNotFound)
			return
		}
		// The helper's page runs an inline script, and this site embeds it in a frame. The proxy
		// adds the helper's own Content-Security-Policy and Cache-Control.
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

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
