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

// Bodies are bounded: a thousand imported users fit in the larger limit, any client call in the smaller.
const (
	maxClientBody = 256 << 10
	maxAdminBody  = 8 << 20
)

// call is one request as an operation sees it.
type call struct {
	admin   bool       // it carries the emulator's owner credential, as the Admin SDKs do
	now     time.Time  // one reading of the clock for the whole operation
	origin  string     // scheme and host that links are made with
	apiKey  string     // the key parameter, any value
	lang    string     // language of emails, from X-Firebase-Locale
	query   url.Values // for the methods that take parameters instead of a body
	project string     // the project of the path, where there is one; any name is taken for this project
}

// operation answers one method. It runs with the service to itself; what it stages is saved before the answer leaves.
type operation func(s *Service, c *call, body []byte) (any, error)

// method makes an operation of a function that takes its request decoded.
func decoded[Request any](run func(*Service, *call, Request) (any, error)) operation {
	return func(s *Service, c *call, body []byte) (any, error) {
		var req Request
		if err := decode(body, &req); err != nil {
			return nil, err
		}
		return run(s, c, req)
	}
}

// decode reads JSON as Google's front end does: null is absent, a wrong type is refused by name, and an empty body is
// an empty message. Unknown names are ignored, unlike in production, so that a newer SDK does not fail here first.
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

// ServeHTTP answers the Identity Toolkit, Secure Token and emulator paths.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pattern, project := splitProject(r.URL.Path)
	route, ok := s.routes[r.Method+" "+pattern]
	if route.page == nil {
		allowOtherOrigins(w, r) // pages, the outbox above all, are for the own origin to read
	}
	switch {
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case !ok:
		s.writeError(w, r, errUnknownPath)
	case route.page != nil:
		route.page(s, w, r)
	default:
		s.serveOperation(w, r, route, project)
	}
}

func (s *Service) serveOperation(w http.ResponseWriter, r *http.Request, route route, project string) {
	resp, err := func() (any, error) {
		c, err := s.newCall(r, route.access)
		if err != nil {
			return nil, err
		}
		c.project = project
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

func (s *Service) newCall(r *http.Request, needs access) (*call, error) {
	admin, err := isOwner(r)
	if err != nil {
		return nil, err
	}
	c := &call{
		admin:  admin || needs == local,
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

// isOwner tells whether the request carries the fixed credential that the Admin SDKs send to any emulator.
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

// fromForeignPage tells whether a page of another origin sent the request. The owner credential is no secret, so
// without this check any web page that the developer visits could read and change the local accounts.
func fromForeignOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && origin != requestOrigin(r)
}

func requestOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https" // a codespace or cloud shell forwards the port over TLS
	}
	return scheme + "://" + r.Host
}

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
		return nil, invalidArgument("The body ended early.")
	}
	return body, nil
}

// splitProject replaces the project of a path by {project}, so that the route table needs no pattern matching:
// /v1/projects/demo:createSessionCookie becomes /v1/projects/{project}:createSessionCookie.
func splitProject(path string) (pattern, project string) {
	before, after, found := strings.Cut(path, "/projects/")
	if !found {
		return path, ""
	}
	end := strings.IndexAny(after, "/:")
	if end < 0 {
		end = len(after)
	}
	return before + "/projects/{project}" + after[end:], after[:end]
}
