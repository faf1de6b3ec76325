// Package simulator is a fake of the parts of Google Cloud that the deployment uses. It has one
// project, which begins as new projects do: no APIs enabled, no database, no accounts but the
// owner's. What is surprising about a new project is what it simulates:
//
//   - An API refuses calls for a while after it was enabled.
//   - IAM refuses bindings for a service account or a role for a while after it was created.
//   - The URL of a new revision returns 404 for a while.
//   - An organization may forbid allUsers, locations, and public services.
//   - Each call needs a permission, also those that a build makes as its own service account.
//
// "A while" is a number of refused calls, not a time, so no test has to wait, and a program passes
// only if it tries again.
//
// The fake doesn't trust its caller. A gcloud command must be in the table of commands (table.go),
// with known flags, and a request must fit Google's own description of the API (discovery.go).
// Nothing here uses code of the deployment program.
package simulator

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Owner is the account that is signed in to gcloud at first.
const Owner = "user:owner@example.com"

// Google is the fake. Tests set its fields before the first call.
type Google struct {
	Project string // ID of the project
	Number  string // number of the project

	NoBilling bool // no billing account is linked to the project
	// Policies are the constraints that an organization enforces on the project, with the values
	// that it allows. Boolean constraints have the value "enforced".
	Policies map[string][]string
	// Delay is how often something new is refused.
	Delay Delay
	// Denied are permissions that the owner lacks, because an organization keeps them.
	Denied []string
	// Withheld is a grant as Grants returns it, which has no effect although it is there.
	Withheld string
	// Conditional adds a binding with a condition to the project's policy.
	Conditional bool
	// BuildRegions are where the project may build.
	BuildRegions []string
	// Break is a gcloud command that fails, for no reason.
	Break string
	// Balancer maps the host of a load balancer to the service behind it.
	Balancer map[string]string
	// App is the URL of a program that responds for the service's revisions.
	App string

	t         *testing.T
	server    *httptest.Server
	folder    string // for the fake programs and the builds
	mu        sync.Mutex
	log       []Call
	resources map[string]object  // by their names in the APIs
	policies  map[string][]grant // by the name of the resource
	refusals  map[string]int     // how often each new thing is still refused
	builds    int
	problems  []string
}

// Delay is how often Google refuses to use something new.
type Delay struct {
	API     int // calls of an API that was just enabled
	Account int // uses of a service account or a role that was just created
	Grant   int // uses of a permission that was just granted to a build account
	URL     int // requests to the URL of a new revision
}

// object is a resource as its API returns it.
type object = map[string]any

// Call is one call of an API.
type Call struct {
	Identity string   // who called, such as user:owner@example.com
	Command  string   // the gcloud command without its arguments; empty for a request
	Words    []string // all words of the gcloud command, or the method, URL and body of the request
	Method   string   // the API's method, such as run.projects.locations.services.getIamPolicy
	Failure  string   // what Google replied if it refused the call
}

// Writes reports whether the call changes something, according to the API's description.
func (c Call) Writes() bool {
	m, ok := methods()[c.Method]
	name := c.Method[strings.LastIndex(c.Method, ".")+1:]
	reads := strings.HasPrefix(name, "get") || strings.HasPrefix(name, "list") ||
		strings.HasPrefix(name, "test")
	return ok && m.HTTPMethod != "GET" && !reads
}

func (c Call) String() string {
	text := strings.Join(c.Words, " ")
	if c.Failure != "" {
		text += "\n\t" + strings.ReplaceAll(strings.TrimSpace(c.Failure), "\n", "\n\t")
	}
	return text
}

// New returns a new project. It ends with the test.
func New(t *testing.T) *Google {
	g := &Google{
		Project: "my-project", Number: "42", t: t, folder: t.TempDir(),
		Policies:     map[string][]string{},
		BuildRegions: []string{"us-central1", "us-west2", "europe-west1", "asia-east1"},
		Balancer:     map[string]string{},
		resources:    map[string]object{},
		policies:     map[string][]grant{},
		refusals:     map[string]int{},
	}
	g.policies[g.project()] = []grant{{"roles/owner", Owner}}
	for _, api := range enabledAtFirst {
		g.resources[g.project()+"/services/"+api] = object{}
	}
	g.server = httptest.NewServer(g)
	t.Cleanup(g.server.Close)
	return g
}

// enabledAtFirst are APIs that a new project has, of those that matter here.
// https://docs.cloud.google.com/service-usage/docs/enabled-service
var enabledAtFirst = []string{
	"logging.googleapis.com", "storage.googleapis.com", "serviceusage.googleapis.com",
}

func (g *Google) project() string { return "projects/" + g.Project }

// Calls returns all calls so far that succeeded or failed, in order.
func (g *Google) Calls() []Call {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.log)
}

// Problems are calls that Google would never accept, such as an unknown flag. A program may
// treat a failed call as harmless, so tests check that there are none.
func (g *Google) Problems() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.problems)
}

func (g *Google) problem(format string, values ...any) {
	g.problems = append(g.problems, fmt.Sprintf(format, values...))
}

// Grants returns the members of all bindings as "member: role on resource", sorted.
func (g *Google) Grants() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []string
	for resource, grants := range g.policies {
		for _, grant := range grants {
			all = append(all, grant.member+": "+grant.role+" on "+resource)
		}
	}
	slices.Sort(all)
	return all
}

// Resource returns a copy of the resource with this name, and whether it exists.
func (g *Google) Resource(name string) (object, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.resources[name]
	return clone(found), ok
}

// SetResource creates or replaces a resource, as if someone had done it in the console.
func (g *Google) SetResource(name string, resource object) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.resources[name] = clone(resource)
}

// Names returns the names of all resources that contain the text, sorted.
func (g *Google) Names(part string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(g.resources)), func(name string) bool {
		return !strings.Contains(name, part)
	})
}

// refused reports whether something new is still refused, and counts down.
func (g *Google) refused(what string) bool {
	if g.refusals[what] == 0 {
		return false
	}
	g.refusals[what]--
	return true
}

// failure is an error of a Google API.
type failure struct {
	code    int // of HTTP
	status  string
	message string
	reason  string // of the detail ErrorInfo, such as SERVICE_DISABLED
	service string // the API that ErrorInfo names
}

func (f *failure) Error() string { return f.status + ": " + f.message }

func denied(format string, values ...any) *failure {
	return &failure{code: 403, status: "PERMISSION_DENIED", message: fmt.Sprintf(format, values...)}
}

func notFound(format string, values ...any) *failure {
	return &failure{code: 404, status: "NOT_FOUND", message: fmt.Sprintf(format, values...)}
}

func invalid(format string, values ...any) *failure {
	return &failure{code: 400, status: "INVALID_ARGUMENT", message: fmt.Sprintf(format, values...)}
}

func precondition(format string, values ...any) *failure {
	return &failure{code: 400, status: "FAILED_PRECONDITION",
		message: fmt.Sprintf(format, values...)}
}

// ready checks what comes before each call of an API: the API is enabled and the caller may do it.
// https://docs.cloud.google.com/service-usage/docs/enable-disable
// https://docs.cloud.google.com/apis/design/errors
func (g *Google) ready(
	identity, method string, gcloud bool, permissions []string, resource string,
) error {
	api, _, _ := strings.Cut(method, ".")
	api += ".googleapis.com"
	_, enabled := g.resources[g.project()+"/services/"+api]
	exempt := gcloud && needNothing[api]
	if !exempt && (!enabled || g.refused("api "+api)) {
		return &failure{code: 403, status: "PERMISSION_DENIED", reason: "SERVICE_DISABLED",
			service: api,
			message: fmt.Sprintf("%s has not been used in project %s before or it is disabled. "+
				"Enable it by visiting https://console.developers.google.com/apis/api/%s/overview"+
				"?project=%s then retry. If you enabled this API recently, wait a few minutes for "+
				"the action to propagate to our systems and retry.", api, g.Number, api, g.Number)}
	}
	for _, permission := range permissions {
		if !g.allowed(identity, permission, resource) {
			return denied("Permission '%s' denied on resource '%s' (or it may not exist).",
				permission, resource)
		}
	}
	return nil
}

// needNothing are APIs that gcloud calls on behalf of a project of its own, so they need not be
// enabled in the caller's. These groups of commands call base.DisableUserProjectQuota (gcloud's
// source, surface/projects/__init__.py, surface/services/__init__.py, surface/billing/__init__.py
// and surface/resource_manager/__init__.py). A request that isn't gcloud's needs them.
var needNothing = map[string]bool{
	"cloudresourcemanager.googleapis.com": true, "serviceusage.googleapis.com": true,
	"cloudbilling.googleapis.com": true,
}

func clone(o object) object {
	copied, _ := cloneValue(o).(object)
	return copied
}

func cloneValue(value any) any {
	switch v := value.(type) {
	case object:
		c := object{}
		for key, inner := range v {
			c[key] = cloneValue(inner)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, inner := range v {
			c[i] = cloneValue(inner)
		}
		return c
	}
	return value
}

func write(t *testing.T, name, content string, mode os.FileMode) {
	if err := os.WriteFile(name, []byte(content), mode); err != nil {
		t.Error(err)
	}
}
