package handlers

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// headAsGet routes HEAD to what answers GET; net/http leaves the body out. (chi's own middleware.GetHead misses the root of
// a nested group.)
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			chi.RouteContext(r.Context()).RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// methodNotAllowed answers 405 with the methods that the address does take (RFC 9110, section 15.5.6), which chi tells its
// own handler only.
func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	routes, path := chi.RouteContext(r.Context()).Routes, cmp.Or(r.URL.RawPath, r.URL.Path)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		pattern := routes.Find(chi.NewRouteContext(), method, path)
		if pattern == "" || !s.mounted[routeKey(method, pattern)] {
			continue
		}
		if allowed = append(allowed, method); method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.writeError(w, r, errMethodNotAllowed)
}

// mountedIn lists the routes. Find alone does not tell: at the root of a nested group it finds something for any method.
func mountedIn(routes chi.Routes) map[string]bool {
	mounted := map[string]bool{}
	_ = chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		mounted[routeKey(method, pattern)] = true
		return nil // and so does Walk
	})
	return mounted
}

// routeKey writes a route in one way: chi names the root of a group with a slash at its end, or without.
func routeKey(method, pattern string) string {
	return method + " " + strings.TrimSuffix(pattern, "/")
}
