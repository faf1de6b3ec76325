package handlers_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/go-chi/chi/v5"
)

var description = sync.OnceValues(func() (routers.Router, error) {
	content, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(content)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(loader.Context); err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// keepsToOpenAPI holds the answer of an API call to openapi.yaml: status, headers, media type and every field. All API
// tests pass through here, so the description cannot drift from what the handlers do.
func (a *answer) keepsToOpenAPI(r *http.Request) {
	a.t.Helper()
	router, err := description()
	if err != nil {
		a.t.Fatalf("openapi.yaml: %v", err)
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		return // a page, or an address or method that does not exist
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 a.status,
		Header:                 a.header,
		Body:                   io.NopCloser(strings.NewReader(a.body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, ExcludeReadOnlyValidations: true},
	})
	if err != nil {
		a.t.Errorf("%s %s answers what openapi.yaml does not allow: %v", r.Method, r.URL.Path, err)
	}
}

// TestTheDescriptionNamesEveryAPIRoute compares openapi.yaml with the route table, in both directions.
func TestTheDescriptionNamesEveryAPIRoute(t *testing.T) {
	s := newSite(t)
	content, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	mounted := map[string]bool{}
	err = chi.Walk(s.handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		route = strings.TrimSuffix(route, "/") // chi's own way to name the root of a group
		if strings.Contains(route, "/api/") || strings.HasPrefix(route, "/health/") {
			mounted[method+" "+route] = true
			if item := doc.Paths.Value(route); item == nil || item.GetOperation(method) == nil {
				t.Errorf("%s %s is mounted but not described", method, route)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !mounted[method+" "+path] {
				t.Errorf("%s %s is described but not mounted", method, path)
			}
		}
	}
}
