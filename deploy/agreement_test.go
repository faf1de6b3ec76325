package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"example.com/latchkey/config"
)

// These tests compare what the program, cloudbuild.yaml and the Terraform files have in common.

// dryRun returns what the program would do, with these settings and a project.
func dryRun(t *testing.T, environ ...string) string {
	t.Helper()
	t.Chdir("..")
	defer t.Chdir("deploy")
	var out bytes.Buffer
	environ = append([]string{"PROJECT=my-project"}, environ...)
	if err := run(t.Context(), []string{"--dry-run"}, environ, host{out: &out}); err != nil {
		t.Fatalf("%v: %v\n%s", environ, err, &out)
	}
	return out.String()
}

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
	want := matches(`(\w+\.googleapis\.com)`, strings.Join(matches(
		`(gcloud services enable .*)`, dryRun(t, "ACCESS=staff")), " "))
	got := matches(`"(\w+\.googleapis\.com)"`, source(t, "google_project_service.needed"))
	wantSame(t, "APIs", got, want)
}

func TestTerraformRestrictsTheAPIKeyToTheSameAPIs(t *testing.T) {
	want := matches(`--api-target=service=(\S+)`, dryRun(t))
	got := matches(`service = "(\S+)"`, source(t, "google_apikeys_key.browser"))
	wantSame(t, "API targets", got, want)
}

// TestTerraformAndTheBuildConfigureTheSameService compares what both Terraform and the build
// set. If it differed, the first deployment would change it. The rest is up to the build:
// environment variables, probes, image and traffic.
func TestTerraformAndTheBuildConfigureTheSameService(t *testing.T) {
	const service = "google_cloud_run_v2_service.this"
	build, first := read(t, "../cloudbuild.yaml"), dryRun(t)
	for _, c := range []struct {
		path          []string
		in, wantMatch string
	}{
		{[]string{"template", "max_instance_request_concurrency"}, build, `--concurrency=(\S+)`},
		{[]string{"template", "timeout"}, build, `--timeout=(\S+)`},
		{[]string{"template", "scaling", "max_instance_count"}, first, `--max-instances=(\S+)`},
		{[]string{"template", "containers", "image"}, first, `--image=(\S+)`},
	} {
		got := []string{argument(t, service, c.path...)}
		wantSame(t, strings.Join(c.path, "."), got, matches(c.wantMatch, c.in))
	}
	ignored := argument(t, service, "lifecycle", "ignore_changes")
	for _, setByBuild := range []string{"template", "traffic"} {
		if !slices.Contains(matches(`(\w+)`, ignored), setByBuild) {
			t.Errorf("terraform apply would undo the %s of the last build", setByBuild)
		}
	}
}

func TestTheProgramAndTerraformHaveTheSameDefaults(t *testing.T) {
	defaults, err := loadSettings([]string{"PROJECT=my-project"})
	if err != nil {
		t.Fatal(err)
	}
	first := dryRun(t)
	for variable, want := range map[string][]string{
		"region":        {defaults.region},
		"build_region":  {defaults.buildRegion},
		"service":       {defaults.service},
		"access":        matches(`# Who can open the service: (\w+)`, first),
		"min_instances": matches(`_MIN_INSTANCES=(\d+)`, first),
		"max_instances": matches(`_MAX_INSTANCES=(\d+)`, first),
	} {
		wantSame(t, variable, []string{argument(t, "var."+variable, "default")}, want)
	}
	methods := matches(`"(\w+)"`, argument(t, "var.sign_in_methods", "default"))
	cfg, err := config.Load([]string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"}, false)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "methods", methods, cfg.SignInMethods)
}

// TestTerraformKnowsEverySettingOfTheService: what has no variable of its own in Terraform is one
// of var.settings.
func TestTerraformKnowsEverySettingOfTheService(t *testing.T) {
	got := append(matches(`(?m)^    ([A-Z_]+) +=`, source(t, "local.environment")),
		matches(`"([A-Z_]+)"`, source(t, "var.settings"))...)
	want := []string{"GOOGLE_CLOUD_PROJECT"}
	for _, setting := range serviceSettings {
		want = append(want, setting.variable)
	}
	slices.Sort(got)
	slices.Sort(want)
	// Terraform can turn Identity-Aware Proxy on by itself, or get the audience of a load balancer.
	wantSame(t, "settings", slices.Compact(got), want)
}

// TestTerraformStartsTheSameBuild evaluates the Terraform files for several services.
func TestTerraformStartsTheSameBuild(t *testing.T) {
	for _, c := range []struct{ environ, variables []string }{
		{[]string{"SIGN_IN_METHODS=password"}, nil},
		{
			[]string{"SIGN_IN_METHODS=password,phone", "SERVICE=service-2", "REGION=europe-west1",
				"BUILD_REGION=europe-west4", "SUPPORT_CONTACT=help@example.com",
				"TENANT_ID=customers-x1y2z",
				"CORS_ORIGINS=https://a.example.com,https://b.example.com", "MAX_INSTANCES=3"},
			[]string{`sign_in_methods=["password","phone"]`, "service=service-2",
				"region=europe-west1", "build_region=europe-west4",
				`settings={SUPPORT_CONTACT="help@example.com",TENANT_ID="customers-x1y2z"}`,
				`cors_origins=["https://a.example.com","https://b.example.com"]`,
				"max_instances=3"},
		},
		{
			[]string{"SIGN_IN_METHODS=password", "ACCESS=staff", "AUTH_DOMAIN=p.example.com"},
			[]string{"access=staff", "auth_domain=p.example.com"},
		},
		{
			[]string{"SIGN_IN_METHODS=password", "DOMAINS=app.example.com,b.example.com",
				"LOAD_BALANCER=203.0.113.1,2001:db8:1:2::/64"},
			[]string{`domains=["app.example.com","b.example.com"]`,
				`load_balancer=["203.0.113.1","2001:db8:1:2::/64"]`},
		},
	} {
		want := buildSettings(t, dryRun(t, c.environ...))
		got := buildSettings(t, evaluate(t, "build", c.variables...))
		if !maps.Equal(got, want) {
			t.Errorf("%v:\ngot  %v\nwant %v", c.variables, got, want)
		}
		known := matches(`(?m)^  (_[A-Z_]+):`, read(t, "../cloudbuild.yaml"))
		for name := range want {
			if strings.HasPrefix(name, "_") && !slices.Contains(known, name) {
				t.Errorf("cloudbuild.yaml has no substitution %s", name)
			}
		}
	}
}

// buildSettings returns the settings in a command that starts a build: the region, the account,
// the bucket, the substitutions, and the environment variables in one of them.
func buildSettings(t *testing.T, command string) map[string]string {
	t.Helper()
	found := regexp.MustCompile(`gcloud builds submit.*`).FindString(command)
	found = strings.ReplaceAll(found, "'", "")
	settings := map[string]string{}
	for _, flag := range []string{"region", "service-account", "gcs-source-staging-dir"} {
		settings[flag] = matches(` --`+flag+`=(\S+)`, found)[0]
	}
	for entry := range strings.SplitSeq(matches(`--substitutions=\^;\^(\S+)`, found)[0], ";") {
		name, value, _ := strings.Cut(entry, "=")
		if name != "_ENV_VARS" {
			settings[name] = value
			continue
		}
		settings[name] = ""
		for variable := range strings.SplitSeq(strings.TrimPrefix(value, "^|^"), "|") {
			name, value, _ := strings.Cut(variable, "=")
			settings[name] = value
		}
	}
	return settings
}

// TestTheServiceReadsEveryVariable names a setting that the app doesn't have.
func TestTheServiceReadsEveryVariable(t *testing.T) {
	names, err := filepath.Glob("../config/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var app strings.Builder
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			app.WriteString(read(t, name))
		}
	}
	set := buildSettings(t, dryRun(t,
		"SIGN_IN_METHODS=phone", "TENANT_ID=customers-x1y2z", "ACCESS=staff"))
	if len(set) < 10 {
		t.Errorf("found only %v", set)
	}
	for name := range set {
		if strings.ToUpper(name) == name && !strings.HasPrefix(name, "_") &&
			!strings.Contains(app.String(), `"`+name+`"`) {
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

// TestTheTimeToLivePoliciesAreTheSameEverywhere compares firestore.indexes.json with the program
// and Terraform.
func TestTheTimeToLivePoliciesAreTheSameEverywhere(t *testing.T) {
	var indexes struct {
		FieldOverrides []struct {
			CollectionGroup, FieldPath string
			TTL                        bool
		}
	}
	if err := json.Unmarshal([]byte(read(t, "../firestore.indexes.json")), &indexes); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, field := range indexes.FieldOverrides {
		if field.TTL {
			want = append(want, field.CollectionGroup+" "+field.FieldPath)
		}
	}
	slices.Sort(want)
	update := regexp.MustCompile(`ttls update (\w+) .*--collection-group=(\w+) --enable-ttl`)
	var got []string
	for _, match := range update.FindAllStringSubmatch(dryRun(t), -1) {
		got = append(got, match[2]+" "+match[1])
	}
	slices.Sort(got)
	wantSame(t, "policies of the program", got, want)
	got = nil
	for name, block := range declared(t) {
		if block.Type == "resource" && block.Labels[0] == "google_firestore_field" &&
			strings.Contains(source(t, name), "ttl_config {}") {
			got = append(got, argument(t, name, "collection")+" "+argument(t, name, "field"))
		}
	}
	slices.Sort(got)
	wantSame(t, "policies of Terraform", got, want)
}

// TestR31TerraformGrantsTheSameRoles compares the roles that Terraform and the program give to
// the two service accounts, and the permissions of the custom roles.
func TestR31TerraformGrantsTheSameRoles(t *testing.T) {
	programs, permissions := printedGrants(dryRun(t, "ACCESS=private"))
	var got []string
	for name, block := range declared(t) {
		kind, _, _ := strings.Cut(name, ".")
		switch member := ""; {
		case kind == "google_project_iam_custom_role":
			wantSame(t, name, matches(`"(\w+\.\w+\.\w+)"`, source(t, name)),
				permissions[block.Labels[1]])
		case strings.HasSuffix(kind, "_iam_member"):
			if _, err := fmt.Sscanf(argument(t, name, "member"), "google_service_account.%s",
				&member); err != nil {
				continue // not one of the two accounts
			}
			role := strings.NewReplacer("google_project_iam_custom_role.", "", ".id", "").Replace(
				argument(t, name, "role"))
			got = append(got, strings.TrimSuffix(member, ".member")+": "+role+" on "+granted[kind])
		case strings.Contains(kind, "_iam_"):
			t.Errorf("%s would take the role away from other accounts; use _iam_member", name)
		}
	}
	slices.Sort(got)
	wantSame(t, "grants", got, programs)
}

// granted maps the commands of gcloud and the resources of Terraform to what they grant a role on.
var granted = map[string]string{
	"projects": "project", "google_project_iam_member": "project",
	"run services": "service", "google_cloud_run_v2_service_iam_member": "service",
	"iam service-accounts": "account", "google_service_account_iam_member": "account",
	"artifacts repositories":                         "repository",
	"google_artifact_registry_repository_iam_member": "repository",
	"storage buckets":                                "bucket",
	"google_storage_bucket_iam_member":               "bucket",
}

// printedGrants returns the roles of the two service accounts in a dry run, sorted, and the
// permissions of the custom roles.
func printedGrants(dryRun string) (grants []string, permissions map[string][]string) {
	grant := regexp.MustCompile(`gcloud ([a-z -]+) add-iam-policy-binding \S+ .*` +
		`--member=serviceAccount:latchkey(-build)?@\S+ --role=(\S+)`)
	for _, found := range grant.FindAllStringSubmatch(dryRun, -1) {
		account := map[string]string{"": "service", "-build": "build"}[found[2]]
		role := strings.TrimPrefix(found[3], "projects/my-project/roles/latchkey_")
		grants = append(grants, account+": "+role+" on "+granted[found[1]])
	}
	slices.Sort(grants)
	permissions = map[string][]string{}
	create := regexp.MustCompile(`roles create latchkey_(\w+) .*--permissions=(\S+)`)
	for _, found := range create.FindAllStringSubmatch(dryRun, -1) {
		permissions[found[1]] = slices.Sorted(strings.SplitSeq(found[2], ","))
	}
	return grants, permissions
}
