package simulator

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/oasdiff/yaml"
)

// buildCommands are those of Cloud Build.
var buildCommands = map[string]command{
	"builds submit": {
		method:     "cloudbuild.projects.locations.builds.create",
		permission: "cloudbuild.builds.create",
		flags:      submitFlags, run: submit,
	},
	"builds describe": {
		method: "cloudbuild.projects.locations.builds.get", permission: "cloudbuild.builds.get",
		flags: flags{"region": "name"}, on: "{project}/locations/{region}/builds/{0}",
		missing: "NOT_FOUND: Requested entity was not found.", run: describeBuild,
	},
}

var submitFlags = flags{
	"region": "parent", "config": "steps", "gcs-source-staging-dir": "source.storageSource",
	"service-account": "serviceAccount", "substitutions": "substitutions", "async": "",
	"suppress-logs": "", "default-buckets-behavior": "options.defaultLogsBucketBehavior",
	"timeout": "timeout", "ignore-file": "",
}

// build is a build's configuration, cloudbuild.yaml.
// https://docs.cloud.google.com/build/docs/build-config-file-schema
type build struct {
	Substitutions map[string]string `json:"substitutions"`
	Steps         []step            `json:"steps"`
	Images        []string          `json:"images"`
	Options       struct {
		DynamicSubstitutions  bool   `json:"dynamicSubstitutions"`
		Logging               string `json:"logging"`
		RequestedVerifyOption string `json:"requestedVerifyOption"`
	} `json:"options"`
	Timeout string `json:"timeout"`
}

type step struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Entrypoint string   `json:"entrypoint"`
	Args       []string `json:"args"`
	Env        []string `json:"env"`
	Script     string   `json:"script"`
	WaitFor    []string `json:"waitFor"`
	Dir        string   `json:"dir"`
}

// submit uploads the sources, starts a build and waits for it.
func submit(c *call) (any, error) {
	if region := c.given["region"]; !slices.Contains(c.BuildRegions, region) {
		// https://docs.cloud.google.com/build/docs/locations#restricted_regions_for_some_projects
		return nil, precondition("failed precondition: due to quota restrictions, cannot run " +
			"builds in this region. Please contact support")
	}
	url, _, _ := strings.Cut(strings.TrimPrefix(c.given["gcs-source-staging-dir"], "gs://"), "/")
	source := "b/gs://" + url
	if c.resources[source] == nil || !c.allowed(c.identity, "storage.objects.create", source) {
		return nil, own("The user is forbidden from accessing the bucket [%s].", url)
	}
	name, ok := strings.CutPrefix(c.given["service-account"], c.project()+"/serviceAccounts/")
	account := c.project() + "/serviceAccounts/" + name
	if c.resources[account] == nil || !ok || c.refused("account "+name) ||
		!c.allowed(c.identity, "iam.serviceAccounts.actAs", account) {
		return nil, denied("caller does not have permission to act as service account %s", account)
	}
	content, err := os.ReadFile(filepath.Join(c.folder, "cloudbuild.yaml"))
	if err != nil {
		return nil, own("Unable to read file [cloudbuild.yaml]: No such file or directory")
	}
	var b build
	if _, err := yaml.Unmarshal(content, &b, yaml.DecodeOpts{}); err != nil {
		return nil, own("parsing cloudbuild.yaml: %v", err)
	}
	c.builds++
	id := fmt.Sprintf("%08x-0000-4000-8000-000000000000", 0xb0000000+c.builds)
	values, err := c.substitute(b, id)
	if err != nil {
		return nil, err
	}
	location := c.project() + "/locations/" + c.given["region"]
	made := object{"id": id, "status": "QUEUED", "name": location + "/builds/" + id,
		"logUrl": "https://console.cloud.google.com/cloud-build/builds;region=" +
			c.given["region"] + "/" + id + "?project=" + c.Number}
	queued := clone(made)
	c.resources[location+"/builds/"+id] = made
	c.refusals["build "+id] = 1 // it is still running when it is looked at for the first time
	c.build(b, made, values, "serviceAccount:"+name, source)
	if c.given["async"] == "true" {
		return queued, nil
	}
	if made["status"] != "SUCCESS" {
		return nil, own("build %s completed with status \"%s\"", id, made["status"])
	}
	return made, nil
}

// describeBuild shows a build. It doesn't show the log, which is in Cloud Logging.
func describeBuild(c *call) (any, error) {
	made, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	shown := clone(made)
	delete(shown, "log")
	if c.refused("build " + c.words[0]) {
		shown["status"] = "WORKING"
		delete(shown, "failureInfo")
	}
	return shown, nil
}

// BuildLog returns the logs of all builds.
func (g *Google) BuildLog() string {
	var all strings.Builder
	for _, name := range g.Names("/builds/") {
		made, _ := g.Resource(name)
		fmt.Fprintf(&all, "%s: %s %v\n%s\n", made["id"], made["status"], made["failureInfo"],
			made["log"])
	}
	return all.String()
}

var reference = regexp.MustCompile(`\$\$|\$\{(\w+)\}|\$(\w+)`)

// substitute returns the values of all substitutions. Those of the command replace the defaults,
// and must exist in cloudbuild.yaml. With dynamicSubstitutions, they can contain others.
// https://docs.cloud.google.com/build/docs/configuring-builds/substitute-variable-values
func (c *call) substitute(b build, id string) (map[string]string, error) {
	values := map[string]string{"PROJECT_ID": c.Project, "PROJECT_NUMBER": c.Number,
		"BUILD_ID": id, "LOCATION": c.given["region"]}
	maps.Copy(values, b.Substitutions)
	for _, pair := range pairs(c.given["substitutions"]) {
		name, value, ok := strings.Cut(pair, "=")
		if _, known := b.Substitutions[name]; !known || !ok {
			return nil, invalid("invalid value for 'build.substitutions': key in the template "+
				"%q is not a valid built-in substitution", name)
		}
		values[name] = value
	}
	for range 3 { // values in values in values
		for name, value := range values {
			values[name] = expand(value, values)
		}
	}
	return values, nil
}

// expand inserts substitutions. $$ is a dollar sign.
func expand(text string, values map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		name := strings.Trim(found, "${}")
		if value, ok := values[name]; ok && found != "$$" {
			return value
		}
		return found
	})
}

// build runs the steps under the identity of the build account, and sets the status and the log.
// https://docs.cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts
func (c *call) build(
	b build, made object, values map[string]string, identity, source string,
) {
	var log strings.Builder
	end := func(status, kind, detail string) {
		made["status"], made["log"] = status, log.String()
		if status != "SUCCESS" {
			made["failureInfo"] = object{"type": kind, "detail": detail}
		}
	}
	switch {
	case !c.allowed(identity, "storage.objects.get", source):
		end("FAILURE", "FETCH_SOURCE_FAILED", identity+" does not have storage.objects.get access")
		return
	case b.Options.Logging != "CLOUD_LOGGING_ONLY" ||
		!c.allowed(identity, "logging.logEntries.create", c.project()):
		end("FAILURE", "LOGGING_FAILURE", identity+" can't write the log")
		return
	}
	c.mu.Unlock() // the steps call gcloud
	workspace, err := os.MkdirTemp(c.Google.folder, "workspace")
	var failed string
	var steps []any
	done := map[string]bool{"-": true}
	for _, s := range b.Steps {
		status := "SUCCESS"
		for _, before := range s.WaitFor {
			if err == nil && !done[before] {
				err = fmt.Errorf("the step %s waits for %s, which isn't before it", s.ID, before)
			}
		}
		if err == nil {
			var out string
			out, err = c.step(s, values, identity, workspace)
			c.settle(s)
			fmt.Fprintf(&log, "step %s\n%s", s.ID, out)
			if err != nil {
				failed, status = s.ID, "FAILURE"
				fmt.Fprintf(&log, "%s: %v\n", s.ID, err)
			}
		} else {
			status = "QUEUED"
		}
		done[s.ID] = true
		steps = append(steps, object{"id": s.ID, "status": status})
	}
	c.mu.Lock()
	made["steps"] = steps
	if err != nil {
		end("FAILURE", "USER_BUILD_STEP", "Build step failure: "+failed)
		return
	}
	end(c.store(b, values), "PUSH_FAILED", "")
}

// settle makes what was granted before the build work: tests and an image take minutes.
func (c *call) settle(s step) {
	if s.Name != "gcr.io/cloud-builders/docker" || s.Script != "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.refusals, func(what string, _ int) bool {
		return strings.HasPrefix(what, "grant ")
	})
}

// store records the provenance of the images, which VERIFIED asks for.
// https://docs.cloud.google.com/build/docs/securing-builds/generate-validate-build-provenance
func (c *call) store(b build, values map[string]string) string {
	_, analysis := c.resources[c.project()+"/services/containeranalysis.googleapis.com"]
	if b.Options.RequestedVerifyOption == "VERIFIED" && !analysis {
		return "FAILURE"
	}
	for _, image := range b.Images {
		if c.resources["image "+expand(image, values)] == nil {
			return "FAILURE"
		}
	}
	return "SUCCESS"
}

// step runs the script or the command of a step. The programs that it finds are fakes, apart from
// the shell's own. Substitutions aren't inserted into a script, only into args and env.
func (c *call) step(s step, values map[string]string, identity, workspace string) (string, error) {
	environ := []string{"HOME=" + workspace}
	var own []string
	for _, entry := range s.Env {
		own = append(own, expand(entry, values))
	}
	environ = append(environ, c.Environ(identity)...)
	environ = append(environ, own...)
	in := strings.NewReplacer("/workspace/", workspace+"/")
	arguments := make([]string, len(s.Args))
	for i, argument := range s.Args {
		arguments[i] = in.Replace(expand(argument, values))
	}
	program := s.Entrypoint
	switch {
	case s.Script != "":
		file := filepath.Join(workspace, ".script-"+s.ID)
		write(c.t, file, in.Replace(s.Script), 0o755)
		program, arguments = "sh", []string{file}
		if first, _, _ := strings.Cut(s.Script, "\n"); strings.Contains(first, "bash") {
			program = "bash"
		}
	case program == "" && strings.HasPrefix(s.Name, "gcr.io/cloud-builders/"):
		program = strings.TrimPrefix(s.Name, "gcr.io/cloud-builders/")
	case program == "":
		return "", fmt.Errorf("the simulator doesn't know the entry point of %s", s.Name)
	}
	path, err := find(program, environ)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(path, arguments...)
	cmd.Dir, cmd.Env = workspace, environ
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// docker does what the build needs of Docker: a tag that was built can be pushed, and then has a
// digest.
func (g *Google) docker(identity string, words []string) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	image := words[len(words)-1]
	switch words[0] {
	case "build":
		for i, word := range words {
			if tag, ok := strings.CutPrefix(word, "--tag="); ok || word == "--tag" || word == "-t" {
				if !ok {
					tag = words[i+1]
				}
				g.resources["built "+tag] = object{}
			}
		}
		return "built", nil
	case "push":
		location, rest, _ := strings.Cut(image, "-docker.pkg.dev/"+g.Project+"/")
		repository, _, _ := strings.Cut(rest, "/")
		name := g.project() + "/locations/" + location + "/repositories/" + repository
		if g.resources["built "+image] == nil || g.resources[name] == nil {
			return "", fmt.Errorf("name unknown: Repository %q not found", repository)
		}
		if err := g.ready(identity, "artifactregistry.", true,
			[]string{"artifactregistry.repositories.uploadArtifacts"}, name); err != nil {
			return "", err
		}
		g.resources["image "+image] = object{}
		g.resources["image "+digest(image)] = object{}
		return "pushed", nil
	case "inspect":
		if g.resources["image "+image] == nil {
			return "", fmt.Errorf("template parsing error: index out of range")
		}
		return digest(image), nil
	}
	return "", fmt.Errorf("the simulator doesn't know docker %s", words[0])
}

func digest(image string) string {
	name := image[:strings.LastIndex(image, ":")]
	return name + "@sha256:" + strings.Repeat("0123456789abcdef", 4)
}
