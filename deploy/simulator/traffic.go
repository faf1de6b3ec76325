package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// updateTraffic decides which revisions respond. Once traffic goes to a revision by its name, it
// stays there: a later revision gets none.
// https://docs.cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration
func updateTraffic(c *call) (any, error) {
	current, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	changed := clone(current)
	spec := changed["spec"].(object)
	if revision, ok := c.given["to-revisions"]; ok {
		name, percent, _ := strings.Cut(revision, "=")
		if percent != "100" {
			return nil, invalid("the simulator only knows REVISION=100, not %s", revision)
		}
		if name == "LATEST" {
			name = changed["status"].(object)["latestReadyRevisionName"].(string)
		}
		pin(spec, name)
	}
	if c.given["to-latest"] == "true" {
		pin(spec, "")
	}
	removed := pairs(c.given["remove-tags"])
	removeTags(spec, func(tag string) bool { return slices.Contains(removed, tag) })
	route(changed)
	c.resources[c.resource] = changed
	if !c.allowed(c.identity, "run.operations.get", c.project()) {
		return nil, denied("Permission 'run.operations.get' denied on resource 'operation' " +
			"(or resource may not exist).")
	}
	return changed, nil
}

func targets(spec object) []any {
	all, _ := spec["traffic"].([]any)
	return all
}

// pin sends all traffic to a revision, or to the latest one if the name is empty. It keeps tags.
func pin(spec object, revision string) {
	kept := slices.DeleteFunc(slices.Clone(targets(spec)), func(t any) bool {
		delete(t.(object), "percent")
		return t.(object)["tag"] == nil
	})
	target := object{"latestRevision": true, "percent": 100.0}
	if revision != "" {
		target = object{"revisionName": revision, "percent": 100.0}
	}
	spec["traffic"] = append([]any{target}, kept...)
}

// setTag points a tag at a revision. A tag exists only once.
func setTag(spec object, tag, revision string) {
	removeTags(spec, func(old string) bool { return old == tag })
	spec["traffic"] = append(targets(spec), object{"tag": tag, "revisionName": revision})
}

func removeTags(spec object, matches func(string) bool) {
	spec["traffic"] = slices.DeleteFunc(slices.Clone(targets(spec)), func(t any) bool {
		tag, ok := t.(object)["tag"].(string)
		if !ok || !matches(tag) {
			return false
		}
		delete(t.(object), "tag")
		return t.(object)["percent"] == nil
	})
}

// route fills in the traffic of the status: the revision behind "latest", and the URL of each tag.
func route(s object) {
	status := s["status"].(object)
	all := []any{}
	for _, target := range targets(s["spec"].(object)) {
		shown := clone(target.(object))
		if shown["latestRevision"] == true {
			shown["revisionName"] = status["latestReadyRevisionName"]
		}
		if tag, ok := shown["tag"]; ok {
			host := strings.TrimPrefix(status["url"].(string), "https://")
			shown["url"] = fmt.Sprintf("https://%s---%s", tag, host)
		}
		all = append(all, shown)
	}
	status["traffic"] = all
}

// Serving returns the name of the revision that gets all traffic.
func (g *Google) Serving(service string) string {
	for _, name := range g.Names("/services/" + service) {
		found, _ := g.Resource(name)
		status, _ := found["status"].(object)
		for _, target := range targets(status) {
			if t := target.(object); t["percent"] == 100.0 {
				revision, _ := t["revisionName"].(string)
				return revision
			}
		}
	}
	return ""
}

// Service returns the annotations and the environment variables of a service.
func (g *Google) Service(name string) (annotations, environment map[string]string) {
	annotations, environment = map[string]string{}, map[string]string{}
	for _, resource := range g.Names("/services/" + name) {
		found, _ := g.Resource(resource)
		if found["status"] == nil || !strings.HasSuffix(resource, "/"+name) {
			continue
		}
		add := func(to map[string]string, from any) {
			values, _ := from.(object)
			for key, value := range values {
				to[key] = fmt.Sprint(value)
			}
		}
		add(annotations, at(found, "metadata.annotations"))
		add(annotations, at(found, "spec.template.metadata.annotations"))
		container := at(found, "spec.template.spec").(object)["containers"].([]any)[0].(object)
		for _, variable := range container["env"].([]any) {
			v := variable.(object)
			environment[fmt.Sprint(v["name"])] = fmt.Sprint(v["value"])
		}
	}
	return annotations, environment
}
