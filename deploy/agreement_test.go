package main

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// These tests compare the settings that deploy.sh, cloudbuild.yaml and the Terraform files have
// in common. deploy_test.go compares roles and time-to-live policies.

// source returns the body of a Terraform block as text.
func source(t *testing.T, name string) string {
	t.Helper()
	return text(t, block(t, name).Body)
}

// block returns the Terraform block with this name, such as google_service_account.build.
func block(t *testing.T, name string) *hclsyntax.Block {
	t.Helper()
	found := declared(t)[name]
	if found == nil {
		t.Fatalf("the Terraform files have no %s", name)
	}
	return found
}

func text(t *testing.T, node hclsyntax.Node) string {
	t.Helper()
	position := node.Range()
	return string(position.SliceBytes([]byte(read(t, position.Filename))))
}

// argument returns the source of an argument without its quotes. path ends with the argument;
// before it come the nested blocks that contain it.
func argument(t *testing.T, name string, path ...string) string {
	t.Helper()
	body := block(t, name).Body
	for _, kind := range path[:len(path)-1] {
		i := slices.IndexFunc(body.Blocks, func(inner *hclsyntax.Block) bool {
			return inner.Type == kind
		})
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

// matches returns the distinct matches of the pattern's group, sorted.
func matches(pattern, content string) []string {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(content, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// wantSame compares two lists. They must not be empty, because a pattern without a match is
// outdated.
func wantSame(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestTerraformEnablesTheSameAPIs(t *testing.T) {
	enable := matches(`(gcloud services enable .*)`, script(t, nil, "--dry-run"))[0]
	want := append(matches(`(\w+\.googleapis\.com)`, enable),
		"iap.googleapis.com") // docs/internal-users.md enables it
	slices.Sort(want)
	got := matches(`"(\w+\.googleapis\.com)"`, source(t, "google_project_service.needed"))
	wantSame(t, "APIs", got, want)
}

func TestTerraformRestrictsTheAPIKeyToTheSameAPIs(t *testing.T) {
	want := matches(`--api-target=service=(\S+)`, script(t, nil, "--dry-run"))
	got := matches(`service = "(\S+)"`, source(t, "google_apikeys_key.browser"))
	wantSame(t, "API targets", got, want)
}

// TestTerraformAndTheBuildConfigureTheSameService compares what both Terraform and the build
// set. If it differed, the first deployment would change it. The rest is up to the build:
// environment variables, probes, image and traffic.
func TestTerraformAndTheBuildConfigureTheSameService(t *testing.T) {
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
		got := []string{argument(t, service, c.path...)}
		wantSame(t, strings.Join(c.path, "."), got, matches(c.want, build))
	}
	placeholder := matches(`--image=(\S+)`, script(t, nil, "--dry-run"))
	image := argument(t, service, "template", "containers", "image")
	wantSame(t, "placeholder image", []string{image}, placeholder)
	ignored := argument(t, service, "lifecycle", "ignore_changes")
	for _, setByBuild := range []string{"template", "traffic"} {
		if !slices.Contains(matches(`(\w+)`, ignored), setByBuild) {
			t.Errorf("terraform apply would undo the %s of the last build", setByBuild)
		}
	}
}

func TestTerraformPassesTheSameSettingsToTheBuild(t *testing.T) {
	substitutions := matches(`--substitutions=(\S+)`, script(t, nil, "--dry-run"))[0]
	want := matches(`[;^](_[A-Z_]+)=`, substitutions)
	wantSame(t, "settings", matches(`[";^](_[A-Z_]+)=`, source(t, "output.build")), want)
	known := matches(`(?m)^  (_[A-Z_]+):`, read(t, "../cloudbuild.yaml"))
	for _, name := range want {
		if !slices.Contains(known, name) {
			t.Errorf("cloudbuild.yaml has no substitution %s", name)
		}
	}
}

func TestTheScriptAndTerraformHaveTheSameDefaults(t *testing.T) {
	script := read(t, "deploy.sh")
	for variable, want := range map[string]string{
		"region":  `REGION:-([^}]+)`,
		"service": `SERVICE:-([^}]+)`,
	} {
		got := []string{argument(t, "var."+variable, "default")}
		wantSame(t, variable, got, matches(want, script))
	}
	methods := matches(`"(\w+)"`, argument(t, "var.sign_in_methods", "default"))
	wantSame(t, "methods", methods, matches(`SIGN_IN_METHODS:-(\w+)`, script))
}

func TestTheBuildSetsOnlyVariablesThatTheProgramReads(t *testing.T) {
	names, err := filepath.Glob("../config/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			program.WriteString(read(t, name))
		}
	}
	set := matches(`[|^]\\?\s*([A-Z_]+)=\$`, read(t, "../cloudbuild.yaml"))
	if len(set) < 8 {
		t.Errorf("found only %q in cloudbuild.yaml, want at least 8 variables", set)
	}
	for _, name := range set {
		if !strings.Contains(program.String(), `"`+name+`"`) {
			t.Errorf("config/ does not read %s", name)
		}
	}
}

func TestTerraformCreatesTheSameMetric(t *testing.T) {
	const metric = "google_logging_metric.refusals"
	file := read(t, "refusals-metric.yaml")
	for _, name := range []string{"name", "description", "filter"} {
		got := []string{argument(t, metric, name)}
		wantSame(t, name, got, matches(`(?m)^`+name+`: (.*)$`, file))
	}
	extractors := matches(`"(EXTRACT\S+)"`, source(t, metric))
	wantSame(t, "extractors", extractors, matches(`: (EXTRACT\S+)`, file))
}
