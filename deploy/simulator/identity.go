package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// ConfigName is the name of the project's settings for sign-in. They exist once Identity Platform
// is enabled.
const ConfigName = "projects/my-project/config"

// initializeAuth enables Identity Platform. It can be done once, and needs billing.
// https://docs.cloud.google.com/identity-platform/docs/reference/rest/v2/projects.identityPlatform
func initializeAuth(g *Google, r request) (any, error) {
	if g.NoBilling {
		return nil, precondition("BILLING_NOT_ENABLED")
	}
	if g.resources[ConfigName] != nil {
		return nil, invalid("INVALID_PROJECT_ID : Identity Platform has already been enabled for " +
			"this project.")
	}
	g.resources[ConfigName] = newConfig(g)
	return object{}, nil
}

// newConfig returns the settings of a new project: no way to sign in is on, and pages on a
// developer's machine may use the project.
// https://docs.cloud.google.com/identity-platform/docs/reference/rest/v2/Config
func newConfig(g *Google) object {
	return object{
		"name":   "projects/" + g.Number + "/config",
		"signIn": object{"email": object{}, "anonymous": object{}},
		"client": object{"apiKey": "AIzaOfTheProject", "firebaseSubdomain": g.Project,
			"permissions": object{}},
		"authorizedDomains": []any{
			"localhost", g.Project + ".firebaseapp.com", g.Project + ".web.app",
		},
		"notification": object{"sendEmail": object{
			"callbackUri": "https://" + g.Project + ".firebaseapp.com/__/auth/action"}},
		"mfa": object{"state": "DISABLED"}, "multiTenant": object{}, "subtype": "IDENTITY_PLATFORM",
	}
}

func getConfig(g *Google, r request) (any, error) {
	if g.resources[ConfigName] == nil {
		return nil, notFound("CONFIGURATION_NOT_FOUND")
	}
	return g.resources[ConfigName], nil
}

// updateConfig replaces the fields that updateMask names, and no others. A message is replaced as a
// whole, and a list too.
func updateConfig(g *Google, r request) (any, error) {
	current := g.resources[ConfigName]
	if current == nil {
		return nil, notFound("CONFIGURATION_NOT_FOUND")
	}
	mask := strings.Split(strings.Join(r.query["updateMask"], ","), ",")
	if slices.Contains(mask, "") {
		return nil, fmt.Errorf("without updateMask, the request would replace all settings")
	}
	for _, path := range mask {
		// Projects on Firebase's free plan or with too little history can't change it.
		if strings.HasPrefix(path, "notification") && g.Policies["simulator.fixedEmails"] != nil {
			return nil, invalid("EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED")
		}
		put(current, at(anyOf(r.body), path), strings.Split(path, "."))
	}
	return current, nil
}

// put sets the value at a path.
func put(o object, value any, path []string) {
	if len(path) == 1 {
		o[path[0]] = cloneValue(value)
		return
	}
	inner, ok := o[path[0]].(object)
	if !ok {
		inner = object{}
		o[path[0]] = inner
	}
	put(inner, value, path[1:])
}

// createRuleset stores security rules. They apply once a release names them.
// https://firebase.google.com/docs/reference/rules/rest/v1/projects.rulesets/create
func createRuleset(g *Google, r request) (any, error) {
	source, _ := r.body["source"].(object)
	files, _ := source["files"].([]any)
	if len(files) != 1 {
		return nil, invalid("Request contains an invalid argument.")
	}
	file := files[0].(object)
	content, _ := file["content"].(string)
	if !strings.Contains(content, "service cloud.firestore") {
		return nil, invalid("Compilation errors in firestore.rules")
	}
	name := fmt.Sprintf("%s/rulesets/ruleset-%d", g.project(), len(g.log))
	g.resources[name] = object{"name": name, "source": source}
	return g.resources[name], nil
}

func createRelease(g *Google, r request) (any, error) {
	name, _ := r.body["name"].(string)
	if g.resources[name] != nil {
		return nil, &failure{code: 409, status: "ALREADY_EXISTS",
			message: "Requested entity already exists"}
	}
	return g.release(name, r.body)
}

func patchRelease(g *Google, r request) (any, error) {
	if g.resources[r.name] == nil {
		return nil, notFound("Requested entity was not found.")
	}
	release, _ := r.body["release"].(object)
	return g.release(r.name, release)
}

// release makes rules apply.
// https://firebase.google.com/docs/reference/rules/rest/v1/projects.releases
func (g *Google) release(name string, release object) (any, error) {
	ruleset, _ := release["rulesetName"].(string)
	if g.resources[ruleset] == nil || name != release["name"] {
		return nil, invalid("Request contains an invalid argument.")
	}
	if name != g.project()+"/releases/cloud.firestore" {
		return nil, fmt.Errorf("rules of Firestore are released as cloud.firestore, not %s", name)
	}
	g.resources[name] = object{"name": name, "rulesetName": ruleset}
	return g.resources[name], nil
}

// serveUsers responds to what the pages of the site ask of Identity Platform, with an API key: it
// checks the key and the project's settings, and leaves the rest to the app's local Firebase.
func (g *Google) serveUsers(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	err := g.mayUse(r)
	g.mu.Unlock()
	if err != nil {
		w.WriteHeader(err.code)
		_ = json.NewEncoder(w).Encode(object{"error": object{"code": err.code,
			"message": err.message, "details": []any{object{"reason": err.reason}}}})
		return
	}
	g.forward(w, r, "/"+r.Host+r.URL.Path, nil)
}

// mayUse checks the API key and whether the project lets users sign up.
// https://docs.cloud.google.com/api-keys/docs/add-restrictions-api-keys
func (g *Google) mayUse(r *http.Request) *failure {
	for name, key := range g.resources {
		if !strings.Contains(name, "/keys/") || key["keyString"] != r.URL.Query().Get("key") {
			continue
		}
		restrictions, _ := key["restrictions"].(object)
		targets, _ := restrictions["apiTargets"].([]any)
		if len(targets) > 0 && !slices.ContainsFunc(targets, func(target any) bool {
			return target.(object)["service"] == r.Host
		}) {
			return &failure{code: 403, message: "Requests to this API are blocked.",
				reason: "API_KEY_SERVICE_BLOCKED"}
		}
		email, _ := at(g.resources[ConfigName], "signIn.email.enabled").(bool)
		if strings.HasSuffix(r.URL.Path, ":signUp") && !email {
			return invalid("OPERATION_NOT_ALLOWED")
		}
		closed, _ := at(g.resources[ConfigName], "client.permissions.disabledUserSignup").(bool)
		if strings.HasSuffix(r.URL.Path, ":signUp") && closed {
			return invalid("ADMIN_ONLY_OPERATION")
		}
		return nil
	}
	return &failure{code: 400, message: "API key not valid. Please pass a valid API key.",
		reason: "API_KEY_INVALID"}
}

// forward sends a request to the app, which runs on this machine with its local Firebase. change
// may rewrite the body of the response.
func (g *Google) forward(
	w http.ResponseWriter, r *http.Request, path string, change func([]byte) []byte,
) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, g.App+path, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	out.URL.RawQuery = r.URL.RawQuery
	out.Header = r.Header.Clone()
	out.Header.Del("Referer")
	out.Header.Del("Accept-Encoding")
	reply, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if change != nil {
		body = change(body)
	}
	for name, values := range reply.Header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(reply.StatusCode)
	_, _ = io.Copy(w, bytes.NewReader(body))
}
