package identitytoolkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limits on request bodies, in bytes. An import of 1000 users fits into maxAdminBody.
const (
	maxClientBody = 256 << 10
	maxAdminBody  = 8 << 20
)

// call is one request, as passed to an operation.
type call struct {
	admin  bool       // the caller may act as an administrator
	now    time.Time  // the time of the whole operation
	origin string     // scheme and host for links in emails
	apiKey string     // the key parameter; any value is accepted
	lang   string     // language of emails, from X-Firebase-Locale
	query  url.Values // for the methods that take parameters instead of a body
}

// operation implements one API method and returns its response. It runs while holding the
// service's lock. The changes that it stages are saved before the response is sent.
type operation func(s *Service, c *call, body []byte) (any, error)

// decoded returns an operation that decodes the JSON body and calls run with it.
func decoded[Request any](run func(*Service, *call, Request) (any, error)) operation {
	return func(s *Service, c *call, body []byte) (any, error) {
		var req Request
		if err := decode(body, &req); err != nil {
			return nil, err
		}
		return run(s, c, req)
	}
}

// decode parses JSON as Google's front end does: null counts as absent, an empty body is an
// empty message, and an error about a wrong type names the field. Unlike production, it ignores
// unknown fields, so that a newer SDK keeps working.
func decode(body []byte, into any) error {
	if len(strings.TrimSpace(string(body))) == 0 {
		return nil
	}
	err := json.Unmarshal(body, into)
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return invalidArgument(fmt.Sprintf("Invalid value at '%s'", wrongType.Field))
	default:
		return invalidArgument("Could not parse the request body.")
	}
}

// ServeHTTP serves the Identity Toolkit, Secure Token and emulator paths.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, ok := s.routes[r.Method+" "+pathPattern(r.URL.Path)]
	if route.page == nil {
		allowOtherOrigins(w, r) // other origins must not read pages, above all the outbox
	}
	switch {
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case !ok:
		s.writeError(w, r, errUnknownPath)
	case route.page != nil:
		route.page(s, w, r)
	default:
		s.serveOperation(w, r, route)
	}
}

func (s *Service) serveOperation(w http.ResponseWriter, r *http.Request, route route) {
	resp, err := func() (any, error) {
		c, err := s.newCall(r, route.access)
		if err != nil {
			return nil, err
		}
		body, err := readBody(w, r, c.admin)
		if err != nil {
			return nil, err
		}
		var resp any
		err = s.transact(func() error {
			resp, err = route.run(s, c, body)
			return err
		})
		return resp, err
	}()
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, resp)
}

// newCall returns the call for a request, or an error if the request lacks the credential that
// the route needs.
func (s *Service) newCall(r *http.Request, needs access) (*call, error) {
	admin, err := isOwner(r)
	if err != nil {
		return nil, err
	}
	c := &call{
		admin:  admin || needs == noCredential,
		now:    s.clock(),
		origin: requestOrigin(r),
		apiKey: r.URL.Query().Get("key"),
		lang:   r.Header.Get("X-Firebase-Locale"),
		query:  r.URL.Query(),
	}
	if c.lang == "" {
		c.lang = "en"
	}
	switch {
	case needs == admins && !admin:
		return nil, errNoCredential
	case needs == clients && !admin && c.apiKey == "" && r.Header.Get("X-Goog-Api-Key") == "":
		return nil, errNoAPIKey
	case c.admin && fromForeignOrigin(r):
		return nil, errForeignOrigin
	}
	return c, nil
}

// isOwner reports whether the request has the fixed "owner" credential that the Admin SDKs send
// to emulators. Any other Authorization header is an error.
func isOwner(r *http.Request) (bool, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return false, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || token != "owner" {
		return false, errBadCredential
	}
	return true, nil
}

// fromForeignOrigin reports whether a web page on another origin sent the request. The owner
// credential isn't a secret, so without this check any page that the developer visits could
// read and change the local accounts.
func fromForeignOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && origin != requestOrigin(r)
}

func requestOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https" // Codespaces and Cloud Shell forward the port over TLS
	}
	return scheme + "://" + r.Host
}

// allowOtherOrigins sets the CORS headers that let pages on any origin call the API, as
// production does. Administrator calls are checked separately, in newCall.
func allowOtherOrigins(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		h.Add("Vary", "Access-Control-Request-Headers")
	}
}

func readBody(w http.ResponseWriter, r *http.Request, admin bool) ([]byte, error) {
	limit := int64(maxClientBody)
	if admin {
		limit = maxAdminBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, invalidArgument("The request body is incomplete.")
	}
	return body, nil
}

// pathPattern replaces the project ID in a path with {project}, so that routes can be looked up
// in a map. For example, /v1/projects/demo:createSessionCookie becomes
// /v1/projects/{project}:createSessionCookie. Every project ID refers to this service's
// project.
func pathPattern(path string) string {
	before, after, found := strings.Cut(path, "/projects/")
	if !found {
		return path
	}
	end := strings.IndexAny(after, "/:")
	if end < 0 {
		end = len(after)
	}
	return before + "/projects/{project}" + after[end:]
}
