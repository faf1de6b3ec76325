package handlers_test

import (
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/go-chi/chi/v5"

	"example.com/latchkey/handlers"
)

var openAPI = sync.OnceValues(func() (*openapi3.T, error) {
	content, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(content)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(loader.Context)
})

var openAPIRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openAPI()
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// matchesOpenAPI checks the response to an API call against openapi.yaml: its status, headers,
// media type and every field. All API tests do this, so the description can't drift from the
// handlers.
func (res *response) matchesOpenAPI(r *http.Request) {
	res.t.Helper()
	router, err := openAPIRouter()
	if err != nil {
		res.t.Fatalf("openapi.yaml: %v", err)
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		return // a page, or an address or method that doesn't exist
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r, PathParams: params, Route: route,
		},
		Status: res.status,
		Header: res.header,
		Body:   io.NopCloser(strings.NewReader(res.body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, ExcludeReadOnlyValidations: true,
		},
	})
	if err != nil {
		res.t.Errorf("the response to %s %s violates openapi.yaml: %v", r.Method, r.URL.Path, err)
	}
}

func TestOpenAPIDescribesExactlyTheRoutesOfTheAPI(t *testing.T) {
	s := newSite(t)
	doc, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	mounted := map[string]bool{}
	walk(t, s, func(method, pattern string) {
		pattern = strings.TrimSuffix(pattern, "/") // chi adds it to the root of a group
		if !strings.Contains(pattern, "/api/") && !strings.HasPrefix(pattern, "/health/") {
			return
		}
		mounted[method+" "+pattern] = true
		if item := doc.Paths.Value(pattern); item == nil || item.GetOperation(method) == nil {
			t.Errorf("%s %s is mounted but not described", method, pattern)
		}
	})
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !mounted[method+" "+path] {
				t.Errorf("%s %s is described but not mounted", method, path)
			}
		}
	}
}

// TestOpenAPINamesEveryRole names what is missing after a role was added.
func TestOpenAPINamesEveryRole(t *testing.T) {
	doc, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	roles := doc.Components.Schemas["UserChanges"].Value.Properties["roles"].Value
	var named []string
	for _, role := range roles.Items.Value.Enum {
		named = append(named, role.(string))
	}
	if !slices.Equal(named, handlers.Roles) {
		t.Errorf("the roles in openapi.yaml (schema UserChanges) are %v, those in handlers.Roles %v",
			named, handlers.Roles)
	}
}

// walk calls visit for every route of the site.
func walk(t testing.TB, s *site, visit func(method, pattern string)) {
	t.Helper()
	err := chi.Walk(s.handler.(chi.Routes), func(
		method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler,
	) error {
		visit(method, pattern)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// routesOf returns the paths of all routes for a method, except static files, with parameters
// filled in.
func routesOf(t testing.TB, s *site, method string) (paths []string) {
	t.Helper()
	fill := strings.NewReplacer("{uid}", "alice", "/*", "/x")
	walk(t, s, func(m, pattern string) {
		if m == method && !strings.HasPrefix(pattern, "/static") {
			paths = append(paths, fill.Replace(pattern))
		}
	})
	return paths
}
