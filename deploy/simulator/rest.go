package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// endpoint is a method of a REST API that gcloud has no command for.
type endpoint struct {
	permission string
	run        func(g *Google, r request) (any, error)
}

// request is a request to a REST API that was found to be well-formed.
type request struct {
	identity string
	name     string // of the resource, the path after the version
	query    map[string][]string
	body     object
}

// endpoints are by the ID of the API's method. Permissions are those of its page in
// https://docs.cloud.google.com/identity-platform/docs/reference/rest and
// https://firebase.google.com/docs/reference/rules/rest.
var endpoints = map[string]endpoint{
	"identitytoolkit.projects.identityPlatform.initializeAuth": {
		"firebaseauth.configs.create", initializeAuth},
	"identitytoolkit.projects.getConfig":     {"firebaseauth.configs.get", getConfig},
	"identitytoolkit.projects.updateConfig":  {"firebaseauth.configs.update", updateConfig},
	"identitytoolkit.projects.tenants.get":   {"identitytoolkit.tenants.get", getResource},
	"firebaserules.projects.rulesets.create": {"firebaserules.rulesets.create", createRuleset},
	"firebaserules.projects.rulesets.get":    {"firebaserules.rulesets.get", getResource},
	"firebaserules.projects.releases.get":    {"firebaserules.releases.get", getResource},
	"firebaserules.projects.releases.create": {"firebaserules.releases.create", createRelease},
	"firebaserules.projects.releases.patch":  {"firebaserules.releases.update", patchRelease},
	"cloudbuild.projects.locations.list":     {"cloudbuild.locations.list", buildLocations},
}

// ServeHTTP responds for all hosts.
func (g *Google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	api, isAPI := strings.CutSuffix(r.Host, ".googleapis.com")
	switch {
	case r.URL.Path == "/simulator" && !isAPI:
		var line commandLine
		_ = json.NewDecoder(r.Body).Decode(&line)
		_ = json.NewEncoder(w).Encode(g.runProgram(line))
	case api == "securetoken" || r.Host == "identitytoolkit.googleapis.com" &&
		strings.HasPrefix(r.URL.Path, "/v1/accounts:"):
		g.serveUsers(w, r)
	case isAPI:
		g.serveAPI(w, r, api)
	default:
		g.serveSite(w, r)
	}
}

// serveAPI handles one request to an API.
func (g *Google) serveAPI(w http.ResponseWriter, r *http.Request, api string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	content, _ := io.ReadAll(r.Body)
	identity, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access:")
	call := Call{Identity: identity, Words: []string{r.Method, "https://" + r.Host + r.URL.String(),
		string(content)}}
	result, err := g.call(r, api, identity, content, &call)
	status := http.StatusOK
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			g.problem("%s: %v", call, err)
			f = invalid("%v", err)
		}
		details := []any{}
		if f.reason != "" {
			details = []any{object{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
				"reason": f.reason, "domain": "googleapis.com",
				"metadata": object{"service": f.service, "consumer": "projects/" + g.Number}}}
		}
		status, call.Failure = f.code, err.Error()
		result = object{"error": object{"code": f.code, "message": f.message, "status": f.status,
			"details": details}}
	}
	g.log = append(g.log, call)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result)
}

// call checks the request with the API's description and runs it. Errors that aren't failures
// are problems: Google would never accept the request.
func (g *Google) call(
	r *http.Request, api, identity string, content []byte, call *Call,
) (any, error) {
	if documents[api] == nil {
		return nil, errors.New("the simulator doesn't know this API")
	}
	// The reference also shows the paths of Identity Toolkit with /admin before the version:
	// https://docs.cloud.google.com/identity-platform/docs/reference/rest/v2/projects/getConfig
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"), "admin/")
	method, err := lookUp(api, r.Method, path)
	if err != nil {
		return nil, err
	}
	call.Method = method.ID
	var body object
	if len(content) > 0 {
		if err := json.Unmarshal(content, &body); err != nil {
			return nil, err
		}
	}
	if err := method.Check(r.URL.Query(), anyOf(body)); err != nil {
		return nil, err
	}
	if identity == "" || identity == r.Header.Get("Authorization") {
		return nil, &failure{code: 401, status: "UNAUTHENTICATED", message: "Request is missing " +
			"required authentication credential. Expected OAuth 2 access token."}
	}
	// With the credentials of a person, these APIs must be told whose quota counts.
	// https://docs.cloud.google.com/docs/quotas/set-quota-project
	if strings.HasPrefix(identity, "user:") && r.Header.Get("X-Goog-User-Project") != g.Project {
		return nil, denied("Your application is authenticating by using local Application Default "+
			"Credentials. The %s.googleapis.com API requires a quota project, which is not set by "+
			"default.", api)
	}
	_, name, _ := strings.Cut(path, "/")
	if !strings.HasPrefix(name+"/", g.project()+"/") && !strings.HasPrefix(name, g.project()+":") {
		return nil, denied("The caller does not have permission")
	}
	e, ok := endpoints[method.ID]
	if !ok {
		return nil, errors.New("the simulator has no " + method.ID)
	}
	if err := g.ready(identity, method.ID, false, strings.Fields(e.permission),
		g.project()); err != nil {
		return nil, err
	}
	return e.run(g, request{identity, name, r.URL.Query(), body})
}

func anyOf(body object) any {
	if body == nil {
		return nil
	}
	return body
}

func getResource(g *Google, r request) (any, error) {
	found, ok := g.resources[r.name]
	if !ok {
		return nil, notFound("Requested entity was not found.")
	}
	return found, nil
}

// buildLocations lists the regions of Cloud Build, in which not every project may build.
func buildLocations(g *Google, r request) (any, error) {
	locations := []any{object{"locationId": "global"}}
	for name := range regions {
		locations = append(locations, object{"locationId": name})
	}
	return object{"locations": locations}, nil
}
