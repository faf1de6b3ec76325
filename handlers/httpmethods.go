package handlers

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// headAsGet routes HEAD requests to the handlers of GET. net/http drops the body.
//
// chi's middleware.GetHead (as of v5.5.0) misses the root of a nested group: HEAD
// /api/admin/users/ would be a 405.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			chi.RouteContext(r.Context()).RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// methodNotAllowed responds with 405 and an Allow header, which RFC 9110, section 15.5.6
// requires. chi sets that header only in its own default handler.
func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	routes, path := chi.RouteContext(r.Context()).Routes, cmp.Or(r.URL.RawPath, r.URL.Path)
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete}
	for _, method := range methods {
		pattern := routes.Find(chi.NewRouteContext(), method, path)
		if pattern == "" || !s.mounted[routeKey(method, pattern)] {
			continue
		}
		allowed = append(allowed, method)
		if method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.writeError(w, r, errMethodNotAllowed)
}

// mountedIn returns the set of all routes. methodNotAllowed needs it because chi's Find reports
// a match for every method at the root of a nested group.
func mountedIn(routes chi.Routes) map[string]bool {
	mounted := map[string]bool{}
	_ = chi.Walk(routes, func( // fails only if this function does
		method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler,
	) error {
		mounted[routeKey(method, pattern)] = true
		return nil
	})
	return mounted
}

// routeKey identifies a route. chi writes the root of a group with or without a trailing slash,
// so the key never has one.
func routeKey(method, pattern string) string {
	return method + " " + strings.TrimSuffix(pattern, "/")
}
