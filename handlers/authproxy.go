package handlers

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
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

// proxyHelper serves Firebase's sign-in helper from this site's own origin, at /__/auth/… and
// /__/firebase/init.json. upstream is the result of AuthHelper.
//
// signInWithRedirect stores its state under the auth domain. Browsers no longer let a page read
// the storage of another site, so the auth domain must be this site's host: set
// FIREBASE_AUTH_DOMAIN to it. This is option 3 of
// https://firebase.google.com/docs/auth/web/redirect-best-practices.
//
// httputil.ReverseProxy isn't used because it passes on headers, trailers and early hints unless
// it is told not to.
func (s *server) proxyHelper(upstream *url.URL) http.HandlerFunc {
	transport := newAuthTransport()
	return func(w http.ResponseWriter, r *http.Request) {
		response, location, err := askHelper(transport, upstream, r)
		if err != nil {
			failed := s.fail(&Error{Status: http.StatusBadGateway, Code: "bad_gateway", Cause: err,
				Message: "We can't reach the sign-in service right now. Try again in a minute."})
			// guardHelper removed some of our security headers, but this page needs them.
			s.securityHeaders(failed).ServeHTTP(w, r)
			return
		}
		defer response.Body.Close()
		copyHeaders(w.Header(), response.Header, helperResponseHeaders)
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(response.StatusCode)
		body := http.MaxBytesReader(nil, response.Body, maxProxied)
		if _, err := io.Copy(flushing{w}, body); err != nil {
			panic(http.ErrAbortHandler) // so that the client doesn't take the body for complete
		}
	}
}

// askHelper sends the request to the sign-in helper. The location is the path that a redirect
// leads to, or "".
func askHelper(
	transport *http.Transport, upstream *url.URL, r *http.Request,
) (response *http.Response, location string, err error) {
	target := *upstream
	target.Path, target.RawQuery = r.URL.Path, r.URL.RawQuery
	var body io.Reader // nil tells the transport that there is none
	if r.ContentLength != 0 {
		body = r.Body
	}
	out, err := http.NewRequestWithContext(r.Context(), r.Method, target.String(), body)
	if err != nil {
		return nil, "", err
	}
	out.ContentLength = r.ContentLength
	copyHeaders(out.Header, r.Header, helperRequestHeaders)
	response, err = transport.RoundTrip(out)
	if err != nil {
		return nil, "", err
	}
	switch {
	case response.ContentLength > maxProxied:
		err = errors.New("the response is too large")
	case response.StatusCode/100 == 3 && response.StatusCode != http.StatusNotModified:
		location, err = helperLocation(upstream, response)
	}
	if err != nil {
		response.Body.Close()
		return nil, "", err
	}
	return response, location, nil
}

// helperLocation returns the path that a redirect of the sign-in helper leads to. Any other
// address than one of the helper is an error.
func helperLocation(upstream *url.URL, response *http.Response) (string, error) {
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

// copyHeaders copies the named headers. The names must be in canonical form.
func copyHeaders(to, from http.Header, names []string) {
	for _, name := range names {
		if values, ok := from[name]; ok {
			to[name] = values
		}
	}
}

// flushing sends each part of a response as soon as it arrives.
type flushing struct{ w http.ResponseWriter }

func (f flushing) Write(part []byte) (int, error) {
	n, err := f.w.Write(part)
	if err != nil {
		return n, err
	}
	return n, http.NewResponseController(f.w).Flush()
}

// newAuthTransport returns a transport with tighter limits than the default one.
func newAuthTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableCompression = true // the browser decompresses, so pass on what the helper sends
	t.ResponseHeaderTimeout = 10 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

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
		// The helper's page runs an inline script, and this site embeds it in a frame.
		h := w.Header()
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options",
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
