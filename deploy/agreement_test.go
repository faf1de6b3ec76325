package deploy

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// These tests compare deploy.sh, cloudbuild.yaml and the Terraform files where they say the same. Roles and fields with
// a time to live are compared in deploy_test.go.

// source is what stands between the braces of something declared.
func source(t *testing.T, name string) string {
	t.Helper()
	return text(t, block(t, name).Body)
}

func block(t *testing.T, name string) *hclsyntax.Block {
	t.Helper()
	found := declared(t)[name]
	if found == nil {
		t.Fatalf("terraform has no %s", name)
	}
	return found
}

func text(t *testing.T, node hclsyntax.Node) string {
	t.Helper()
	where := node.Range()
	return string(where.SliceBytes([]byte(read(t, where.Filename))))
}

// argument is an argument as it is written, without quotes; inner blocks on the way to it come first.
func argument(t *testing.T, name string, path ...string) string {
	t.Helper()
	body := block(t, name).Body
	for _, kind := range path[:len(path)-1] {
		i := slices.IndexFunc(body.Blocks, func(inner *hclsyntax.Block) bool { return inner.Type == kind })
		if i < 0 {
			t.Fatalf("%s has no block %s", name, kind)
		}
		body = body.Blocks[i].Body
	}
	found := body.Attributes[path[len(path)-1]]
	if found == nil {
		t.Fatalf("%s has no %v", name, path)
	}
	return strings.ReplaceAll(strings.Trim(text(t, found.Expr), `"`), `\"`, `"`)
}

// matches are the distinct matches of the pattern's group, in order.
func matches(pattern, content string) []string {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(content, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// same compares two lists that must not be empty: nothing found is a pattern that has gone stale.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestTerraformTurnsOnTheSameAPIs(t *testing.T) {
	enable := matches(`(gcloud services enable .*)`, script(t, nil, "--dry-run"))[0]
	want := append(matches(`(\w+\.googleapis\.com)`, enable), "iap.googleapis.com") // a step of its own in the README
	slices.Sort(want)
	same(t, "APIs", matches(`"(\w+\.googleapis\.com)"`, source(t, "google_project_service.needed")), want)
}

func TestTerraformOpensTheSameAPIsToTheBrowsersKey(t *testing.T) {
	want := matches(`--api-target=service=(\S+)`, script(t, nil, "--dry-run"))
	same(t, "API targets", matches(`service = "(\S+)"`, source(t, "google_apikeys_key.browser")), want)
}

// Terraform makes the service, and leaves to the build what the build decides: settings, probes, image and traffic.
// What both say has to be the same, or the first deployment would change it.
func TestTerraformAndTheBuildWantTheSameService(t *testing.T) {
	const service = "google_cloud_run_v2_service.this"
	build := read(t, "../cloudbuild.yaml")
	for _, c := range []struct {
		path []string
		want string
	}{
		{[]string{"template", "max_instance_request_concurrency"}, `--concurrency=(\S+)`},
		{[]string{"template", "timeout"}, `--timeout=(\S+)`},
		{[]string{"template", "scaling", "max_instance_count"}, `_MAX_INSTANCES: "(\d+)"`},
	} {
		same(t, strings.Join(c.path, "."), []string{argument(t, service, c.path...)}, matches(c.want, build))
	}
	placeholder := matches(`--image=(\S+)`, script(t, nil, "--dry-run"))
	same(t, "placeholder", []string{argument(t, service, "template", "containers", "image")}, placeholder)
	ignored := argument(t, service, "lifecycle", "ignore_changes")
	for _, decidedByTheBuild := range []string{"template", "traffic"} {
		if !slices.Contains(matches(`(\w+)`, ignored), decidedByTheBuild) {
			t.Errorf("terraform apply would undo the %s of the last build", decidedByTheBuild)
		}
	}
}

func TestTerraformHandsTheSameSettingsToTheBuild(t *testing.T) {
	want := matches(`[;^](_[A-Z_]+)=`, matches(`--substitutions=(\S+)`, script(t, nil, "--dry-run"))[0])
	same(t, "settings", matches(`[";^](_[A-Z_]+)=`, source(t, "output.build")), want)
	known := matches(`(?m)^  (_[A-Z_]+):`, read(t, "../cloudbuild.yaml"))
	for _, name := range want {
		if !slices.Contains(known, name) {
			t.Errorf("cloudbuild.yaml does not know %s", name)
		}
	}
}

func TestTheScriptAndTerraformHaveTheSameDefaults(t *testing.T) {
	script := read(t, "deploy.sh")
	for variable, want := range map[string]string{"region": `REGION:-([^}]+)`, "service": `SERVICE:-([^}]+)`} {
		same(t, variable, []string{argument(t, "var."+variable, "default")}, matches(want, script))
	}
	methods := matches(`"(\w+)"`, argument(t, "var.sign_in_methods", "default"))
	same(t, "methods", methods, matches(`SIGN_IN_METHODS:-(\w+)`, script))
}

// The program says itself which variables it reads: in config*.go.
func TestTheBuildSetsOnlyVariablesThatTheProgramReads(t *testing.T) {
	names, err := filepath.Glob("../config*.go")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, name := range names {
		program.WriteString(read(t, name))
	}
	set := matches(`[|^]\\?\s*([A-Z_]+)=\$`, read(t, "../cloudbuild.yaml"))
	if len(set) < 8 {
		t.Errorf("found only %q", set)
	}
	for _, name := range set {
		if !strings.Contains(program.String(), `"`+name+`"`) {
			t.Errorf("the program does not read %s", name)
		}
	}
}

func TestTheCounterOfRefusalsIsTheSameInTerraform(t *testing.T) {
	const metric = "google_logging_metric.refusals"
	file := read(t, "refusals-metric.yaml")
	for _, name := range []string{"name", "description", "filter"} {
		same(t, name, []string{argument(t, metric, name)}, matches(`(?m)^`+name+`: (.*)$`, file))
	}
	same(t, "extractors", matches(`"(EXTRACT\S+)"`, source(t, metric)), matches(`: (EXTRACT\S+)`, file))
}
