package simulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

// serveSite responds for the hosts of services and load balancers.
func (g *Google) serveSite(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	revision, status := g.route(r)
	g.mu.Unlock()
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status) // Google's front end
		return
	}
	variables := map[string]string{}
	if revision["image"] == Placeholder {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("Congratulations, you have a container running on Cloud Run!"))
		return
	}
	list, _ := revision["env"].([]any)
	for _, one := range list {
		v := one.(object)
		name, _ := v["name"].(string)
		variables[name], _ = v["value"].(string)
	}
	g.forward(w, r, r.URL.Path, func(body []byte) []byte { return asDeployed(body, variables) })
}

var pageConfig = regexp.MustCompile(`(<script id="config"[^>]*>)([^<]*)(</script>)`)

// asDeployed puts the settings of the revision into a page. The app that responds uses its local
// Firebase, and its pages say so.
func asDeployed(body []byte, variables map[string]string) []byte {
	return pageConfig.ReplaceAllFunc(body, func(script []byte) []byte {
		parts := pageConfig.FindSubmatch(script)
		var settings object
		if json.Unmarshal(parts[2], &settings) != nil {
			return script
		}
		delete(settings, "emulator")
		settings["apiKey"] = variables["FIREBASE_API_KEY"]
		if tenant := variables["TENANT_ID"]; tenant != "" {
			settings["tenantId"] = tenant
		}
		encoded, _ := json.Marshal(settings)
		return []byte(string(parts[1]) + string(encoded) + string(parts[3]))
	})
}

// route finds the revision that a request reaches, or the status with which Google's front end
// rejects it.
func (g *Google) route(r *http.Request) (revision object, status int) {
	tag, host, tagged := strings.Cut(r.Host, "---")
	if !tagged {
		tag, host = "", r.Host
	}
	balanced := g.Balancer[host]
	for name, s := range g.resources {
		if !strings.Contains(name, "/services/") || s["status"] == nil {
			continue
		}
		metadata := s["metadata"].(object)
		annotations := metadata["annotations"].(object)
		urls, _ := annotations["run.googleapis.com/urls"].(string)
		direct := strings.Contains(urls, `"https://`+host+`"`)
		if !direct && balanced != metadata["name"] {
			continue
		}
		if direct && annotations["run.googleapis.com/ingress"] != "all" {
			return nil, http.StatusNotFound
		}
		if status := g.mayCall(r, name, urls, annotations); status != http.StatusOK {
			return nil, status
		}
		return g.revisionOf(s, tag)
	}
	return nil, http.StatusNotFound
}

// mayCall checks who calls. If the IAM check is off, or allUsers have the role, everyone may.
// Otherwise the token must be for a URL of the service, without a tag.
// https://docs.cloud.google.com/run/docs/authenticating/service-to-service
func (g *Google) mayCall(r *http.Request, name, urls string, annotations object) int {
	if annotations["run.googleapis.com/iap-enabled"] == "true" {
		return http.StatusFound // to the sign-in page of Identity-Aware Proxy
	}
	open := annotations["run.googleapis.com/invoker-iam-disabled"] == "True"
	if open || g.allowed("", "run.routes.invoke", name) {
		return http.StatusOK
	}
	token := r.Header.Get("X-Serverless-Authorization")
	if token == "" {
		token = r.Header.Get("Authorization")
	}
	token, ok := strings.CutPrefix(token, "Bearer id:")
	identity, audience, _ := strings.Cut(token, " ")
	switch {
	case !ok:
		return http.StatusForbidden
	case audience == "" || !strings.Contains(urls, `"`+audience+`"`):
		return http.StatusUnauthorized
	case !g.allowed(identity, "run.routes.invoke", name):
		return http.StatusForbidden
	}
	return http.StatusOK
}

// revisionOf returns the container of the revision that a tag or the traffic leads to.
func (g *Google) revisionOf(s object, tag string) (object, int) {
	for _, target := range targets(s["status"].(object)) {
		t := target.(object)
		if tag == "" && t["percent"] != 100.0 || tag != "" && t["tag"] != tag {
			continue
		}
		if tag != "" && g.refused("url "+tag) {
			return nil, http.StatusNotFound
		}
		return g.resources["revision "+t["revisionName"].(string)], http.StatusOK
	}
	return nil, http.StatusNotFound
}
