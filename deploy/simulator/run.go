package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/latchkey/config"
)

// runCommands are those of Cloud Run. gcloud reads a service, changes it and writes it back with
// the first version of the API, and policies with the newer paths.
var runCommands = map[string]command{
	"run regions list": {
		method: "run.projects.locations.list", permission: "run.locations.list", run: listRegions,
	},
	"run services describe": {
		method: "run.namespaces.services.get", permission: "run.services.get",
		flags: flags{"region": "name"}, on: service, missing: "Cannot find service [{0}]",
		run: describe,
	},
	"run services list": {
		method: "run.namespaces.services.list", permission: "run.services.list",
		flags: flags{"region": ""}, run: listServices,
	},
	"run services get-iam-policy": {
		method:     "run.projects.locations.services.getIamPolicy",
		permission: "run.services.getIamPolicy", flags: flags{"region": "resource"}, on: service,
		missing: "NOT_FOUND: Resource '{0}' of kind 'SERVICE' in region '{region}' does not exist.",
		run:     getPolicy,
	},
	"run services add-iam-policy-binding": {
		method:     "run.projects.locations.services.setIamPolicy",
		permission: "run.services.getIamPolicy run.services.setIamPolicy",
		flags:      merge(binding, flags{"region": "resource"}), on: service,
		missing: "NOT_FOUND: Resource '{0}' of kind 'SERVICE' in region '{region}' does not exist.",
		run:     addBinding,
	},
	"run services remove-iam-policy-binding": {
		method:     "run.projects.locations.services.setIamPolicy",
		permission: "run.services.getIamPolicy run.services.setIamPolicy",
		flags:      merge(binding, flags{"region": "resource"}), on: service, run: removeBinding,
	},
	"run services delete": {
		method: "run.namespaces.services.delete", permission: "run.services.delete",
		flags: flags{"region": "name", "async": ""}, on: service,
		missing: "Service [{0}] could not be found.", run: remove,
	},
	"run deploy": {
		method: "run.namespaces.services.replaceService", permission: "run.services.get",
		flags: merge(serviceFlags, flags{
			"allow-unauthenticated": "", "traffic": "spec.traffic", "tag": "spec.traffic.tag",
		}),
		on: service, run: deploy,
	},
	"run services update": {
		method: "run.namespaces.services.replaceService", permission: "run.services.get",
		flags: serviceFlags, on: service, missing: "Service [{0}] could not be found.", run: update,
	},
	"beta run services update": {
		method: "run.namespaces.services.replaceService", permission: "run.services.get",
		flags: serviceFlags, on: service, missing: "Service [{0}] could not be found.", run: update,
	},
	"run services update-traffic": {
		method:     "run.namespaces.services.replaceService",
		permission: "run.services.get run.services.update",
		flags: flags{
			"region": "name", "to-revisions": "spec.traffic.percent", "to-latest": "spec.traffic",
			"remove-tags": "spec.traffic.tag",
		},
		on: service, missing: "Service [{0}] could not be found.", run: updateTraffic,
	},
}

const service = "{project}/locations/{region}/services/{0}"

const (
	template  = "spec.template"
	container = template + ".spec.containers"
)

// serviceFlags are the flags that change a service or its next revision.
var serviceFlags = flags{
	"region": "name", "image": container + ".image", "port": container + ".ports.containerPort",
	"cpu": container + ".resources.limits", "memory": container + ".resources.limits",
	"concurrency": template + ".spec.containerConcurrency", "max-instances": annotations(template),
	"min-instances": annotations(template), "timeout": template + ".spec.timeoutSeconds",
	"cpu-boost": annotations(template), "service-account": template + ".spec.serviceAccountName",
	"startup-probe": container + ".startupProbe", "liveness-probe": container + ".livenessProbe",
	"set-env-vars": container + ".env", "update-env-vars": container + ".env",
	"remove-env-vars": container + ".env", "revision-suffix": template + ".metadata.name",
	"ingress": annotations(""), "invoker-iam-check": annotations(""), "iap": annotations(""),
}

func annotations(of string) string { return strings.TrimPrefix(of+".metadata.annotations", ".") }

// listServices lists the services of all regions.
func listServices(c *call) (any, error) {
	all := []any{}
	for _, name := range slices.Sorted(maps.Keys(c.resources)) {
		wanted, filtered := strings.CutPrefix(c.given["filter"], "metadata.name=")
		if c.resources[name]["status"] == nil || !strings.Contains(name, "/services/") ||
			filtered && !strings.HasSuffix(name, "/services/"+wanted) {
			continue
		}
		listed := clone(c.resources[name])
		region := strings.Split(name, "/")[3]
		put(listed, region, []string{"metadata", "labels", "cloud.googleapis.com/location"})
		all = append(all, listed)
	}
	return all, nil
}

// regions are some of those of Cloud Run, with their codes in the older form of a service's URL.
var regions = map[string]string{
	"us-central1": "uc", "us-east1": "ue", "europe-west1": "ew", "europe-west3": "ey",
	"asia-northeast1": "an",
}

func listRegions(c *call) (any, error) {
	var all []any
	for name := range regions {
		all = append(all, object{"locationId": name,
			"name": c.project() + "/locations/" + name})
	}
	return all, nil
}

// Placeholder is an image of Google's that runs without a project.
const Placeholder = "us-docker.pkg.dev/cloudrun/container/hello"

// deploy creates a service or updates it.
func deploy(c *call) (any, error) {
	if c.resources[c.resource] != nil {
		return update(c)
	}
	if !c.allowed(c.identity, "run.services.create", c.project()) {
		return nil, denied("Permission 'run.services.create' denied on resource '%s' "+
			"(or resource may not exist).", c.resource)
	}
	if regions[c.given["region"]] == "" {
		return nil, invalid("Location %s is not found or access is unauthorized.",
			c.given["region"])
	}
	if err := c.mayBeIn(c.given["region"]); err != nil {
		return nil, err
	}
	if c.given["traffic"] == "false" { // gcloud rejects --no-traffic for a new service
		return nil, own("--no-traffic not supported when creating a new service.")
	}
	host := fmt.Sprintf("%s-%s.%s.run.app", c.words[0], c.Number, c.given["region"])
	created := object{
		"apiVersion": "serving.knative.dev/v1", "kind": "Service",
		"metadata": object{
			"name": c.words[0], "namespace": c.Number, "annotations": object{
				"run.googleapis.com/ingress":        "all",
				"run.googleapis.com/ingress-status": "all",
				"run.googleapis.com/urls": fmt.Sprintf(`["https://%s","https://%s"]`,
					host, c.oldHost()),
			},
		},
		"spec": object{
			"template": object{
				"metadata": object{"annotations": object{}},
				"spec":     object{"containers": []any{object{"env": []any{}}}},
			},
			"traffic": []any{object{"latestRevision": true, "percent": 100.0}},
		},
		"status": object{"url": "https://" + c.oldHost()},
	}
	if err := c.change(created); err != nil {
		return nil, err
	}
	c.resources[c.resource] = created
	if c.given["allow-unauthenticated"] == "true" {
		return created, c.bind(c.resource, "roles/run.invoker", "allUsers")
	}
	return created, nil
}

// oldHost is the service's second host, with a code that can't be known before the service exists.
// https://docs.cloud.google.com/run/docs/triggering/https-request
func (c *call) oldHost() string {
	return c.words[0] + "-abcdefghij-" + regions[c.given["region"]] + ".a.run.app"
}

// update changes a service. It only takes effect if all of it is accepted.
func update(c *call) (any, error) {
	current, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	if !c.allowed(c.identity, "run.services.update", c.resource) {
		return nil, denied("Permission 'run.services.update' denied on resource '%s' "+
			"(or resource may not exist).", c.resource)
	}
	changed := clone(current)
	if err := c.change(changed); err != nil {
		return nil, err
	}
	c.resources[c.resource] = changed
	// gcloud waits for the operation, which is a resource of the project.
	if !c.allowed(c.identity, "run.operations.get", c.project()) {
		return nil, denied("Permission 'run.operations.get' denied on resource 'operation' " +
			"(or resource may not exist).")
	}
	return changed, nil
}

// change applies the flags. A changed template becomes a new revision.
func (c *call) change(s object) error {
	if err := c.changeAccess(s["metadata"].(object)["annotations"].(object)); err != nil {
		return err
	}
	spec := s["spec"].(object)
	if !c.changeTemplate(spec["template"].(object)) {
		return nil
	}
	revision, err := c.startRevision(spec["template"].(object))
	if err != nil {
		return err
	}
	status := s["status"].(object)
	old, _ := status["latestReadyRevisionName"].(string)
	if c.given["traffic"] == "false" { // --no-traffic
		pin(spec, old)
	}
	if tag, ok := c.given["tag"]; ok {
		setTag(spec, tag, revision)
		c.refusals["url "+tag] = c.Delay.URL
	}
	status["latestReadyRevisionName"], status["latestCreatedRevisionName"] = revision, revision
	route(s)
	return nil
}

// changeAccess applies the flags that decide who may reach the service.
// https://docs.cloud.google.com/run/docs/securing/managing-access#invoker_check
// https://docs.cloud.google.com/run/docs/securing/ingress
func (c *call) changeAccess(annotations object) error {
	if check, ok := c.given["invoker-iam-check"]; ok {
		if !c.allowed(c.identity, "run.services.setIamPolicy", c.resource) {
			return denied("Permission 'run.services.setIamPolicy' denied on resource '%s' "+
				"(or resource may not exist).", c.resource)
		}
		if check == "false" && c.Policies["run.managed.requireInvokerIam"] != nil {
			return precondition("Operation denied by org policy: " +
				"[\"constraints/run.managed.requireInvokerIam\": The IAM check is required.]")
		}
		annotations["run.googleapis.com/invoker-iam-disabled"] =
			map[string]string{"true": "False", "false": "True"}[check]
	}
	forbidden := precondition("Constraint constraints/run.allowedIngress violated for %s",
		c.project())
	if ingress, ok := c.given["ingress"]; ok {
		allowed, set := c.Policies["run.allowedIngress"]
		if set && !slices.Contains(allowed, "is:"+ingress) && !slices.Contains(allowed, ingress) {
			return forbidden
		}
		annotations["run.googleapis.com/ingress"] = ingress
		annotations["run.googleapis.com/ingress-status"] = ingress
	} else if c.name == "run deploy" && c.Policies["run.allowedIngress"] != nil &&
		!slices.Contains(c.Policies["run.allowedIngress"], "is:all") &&
		annotations["run.googleapis.com/ingress"] == "all" {
		return forbidden
	}
	switch c.given["iap"] {
	case "true":
		annotations["run.googleapis.com/iap-enabled"] = "true"
	case "false":
		delete(annotations, "run.googleapis.com/iap-enabled")
	}
	return nil
}

// changeTemplate applies the flags of the next revision and reports whether there were any.
func (c *call) changeTemplate(template object) bool {
	spec := template["spec"].(object)
	container := spec["containers"].([]any)[0].(object)
	scaling := template["metadata"].(object)["annotations"].(object)
	changed := false
	for flag, value := range c.given {
		isTemplate := strings.HasPrefix(c.flags[flag], "spec.template")
		changed = changed || isTemplate
		switch flag {
		case "image":
			container["image"] = value
		case "service-account":
			spec["serviceAccountName"] = value
		case "max-instances":
			scaling["autoscaling.knative.dev/maxScale"] = value
		case "min-instances":
			scaling["autoscaling.knative.dev/minScale"] = value
		case "concurrency", "timeout", "cpu", "memory", "port", "startup-probe", "liveness-probe",
			"cpu-boost":
			scaling["simulator/"+flag] = value
		}
	}
	container["env"] = c.changeVariables(container["env"].([]any))
	template["metadata"].(object)["name"] = c.words[0] + "-" + c.suffix()
	return changed
}

func (c *call) suffix() string {
	if suffix := c.given["revision-suffix"]; suffix != "" {
		return suffix
	}
	return fmt.Sprintf("%05d-abc", len(c.log))
}

// changeVariables applies the flags for environment variables.
// https://docs.cloud.google.com/run/docs/configuring/services/environment-variables
func (c *call) changeVariables(variables []any) []any {
	if _, ok := c.given["set-env-vars"]; ok {
		variables = []any{}
	}
	for _, pair := range pairs(c.given["set-env-vars"] + c.given["update-env-vars"]) {
		name, value, _ := strings.Cut(pair, "=")
		variables = append(variables, object{"name": name, "value": value})
	}
	last := map[any]int{}
	for i, variable := range variables {
		last[variable.(object)["name"]] = i
	}
	kept := []any{}
	for i, variable := range variables {
		name := variable.(object)["name"]
		removed := slices.Contains(strings.Split(c.given["remove-env-vars"], ","), name.(string))
		if last[name] == i && !removed {
			kept = append(kept, variable)
		}
	}
	return kept
}

// pairs splits a flag's value at commas, or at the text between two ^ at its beginning.
// https://docs.cloud.google.com/sdk/gcloud/reference/topic/escaping
func pairs(value string) []string {
	separator := ","
	if rest, ok := strings.CutPrefix(value, "^"); ok {
		separator, value, _ = strings.Cut(rest, "^")
	}
	if value == "" {
		return nil
	}
	return strings.Split(value, separator)
}

// startRevision starts a revision and returns its name. Cloud Run checks that the caller may act as
// the service's account, and that the container becomes ready.
// https://docs.cloud.google.com/run/docs/securing/service-identity#permissions_required_to_deploy
func (c *call) startRevision(template object) (string, error) {
	spec := template["spec"].(object)
	email, _ := spec["serviceAccountName"].(string)
	account := c.project() + "/serviceAccounts/" + email
	_, exists := c.resources[account]
	if !exists || c.refused("account "+email) ||
		!c.allowed(c.identity, "iam.serviceAccounts.actAs", account) {
		return "", denied("Permission 'iam.serviceaccounts.actAs' denied on service account %s "+
			"(or it may not exist).", email)
	}
	container := spec["containers"].([]any)[0].(object)
	name := template["metadata"].(object)["name"].(string)
	c.resources["revision "+name] = cloneValue(container).(object)
	image, _ := container["image"].(string)
	if image == Placeholder || strings.HasPrefix(image, Placeholder+":") {
		return name, nil
	}
	if c.resources["image "+image] == nil {
		return "", own("Image '%s' not found.", image)
	}
	// This is how the app reads its settings on Cloud Run, which sets PORT and the K_ variables.
	environ := []string{"PORT=8080", "K_SERVICE=" + c.words[0], "K_REVISION=" + name}
	for _, variable := range container["env"].([]any) {
		v := variable.(object)
		environ = append(environ, fmt.Sprintf("%s=%s", v["name"], v["value"]))
	}
	_, err := config.Load(environ, false)
	if err == nil && c.resources[c.project()+"/databases/(default)"] == nil {
		err = fmt.Errorf("the database (default) does not exist")
	}
	for _, permission := range []string{"datastore.entities.get", "firebaseauth.users.get"} {
		if err == nil && !c.allowed("serviceAccount:"+email, permission, c.project()) {
			err = fmt.Errorf("%s may not %s", email, permission)
		}
	}
	if err != nil {
		return "", own("Revision '%s' is not ready and cannot serve traffic. The user-provided "+
			"container failed the configured startup probe checks. (%v)", name, err)
	}
	return name, nil
}
