package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// These tests read the Terraform files with Terraform's own parser. They do part of what
// terraform validate does. The rest, such as whether an argument exists, needs the providers,
// and so a network.

// functions are the Terraform functions that the files may call.
var functions = []string{
	"alltrue", "can", "concat", "contains", "distinct", "file", "join", "keys", "length", "merge",
	"regex", "replace", "toset", "trimprefix", "try", "values",
}

// unchecked are arguments whose values look like references but name providers, types or
// arguments.
var unchecked = []string{"provider", "type", "ignore_changes"}

// blocks returns the top-level blocks of all files.
func blocks(t *testing.T) hclsyntax.Blocks {
	t.Helper()
	names, err := filepath.Glob("terraform/*.tf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Terraform files: %v", err)
	}
	var all hclsyntax.Blocks
	for _, name := range names {
		file, diagnostics := hclparse.NewParser().ParseHCLFile(name)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		all = append(all, file.Body.(*hclsyntax.Body).Blocks...)
	}
	return all
}

// declared maps each name that can be referenced, such as var.region or
// google_service_account.service, to its block.
func declared(t *testing.T) map[string]*hclsyntax.Block {
	t.Helper()
	found := map[string]*hclsyntax.Block{}
	add := func(name string, block *hclsyntax.Block) {
		if found[name] != nil {
			t.Errorf("%s: %s is declared twice", block.DefRange(), name)
		}
		found[name] = block
	}
	for _, block := range blocks(t) {
		switch block.Type {
		case "variable":
			add("var."+block.Labels[0], block)
		case "resource":
			add(strings.Join(block.Labels, "."), block)
		case "data", "output":
			add(block.Type+"."+strings.Join(block.Labels, "."), block)
		case "locals":
			for name := range block.Body.Attributes {
				add("local."+name, block)
			}
		case "terraform", "provider":
		default:
			t.Errorf("%s: unknown block type %s", block.DefRange(), block.Type)
		}
	}
	return found
}

// reference is one use of a declared name.
type reference struct {
	name     string           // a key of declared, or "each", "count" or "path"
	rest     hcl.Traversal    // what follows the name, such as [0].member
	block    *hclsyntax.Block // the top-level block that contains it
	position hcl.Range
}

func references(t *testing.T) []reference {
	t.Helper()
	var found []reference
	loops := map[string]bool{} // variables of for expressions
	for _, block := range blocks(t) {
		removeUnchecked(block.Body)
		diagnostics := hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			switch node := node.(type) {
			case *hclsyntax.ForExpr:
				loops[node.KeyVar], loops[node.ValVar] = true, true
			case *hclsyntax.ScopeTraversalExpr:
				found = append(found, newReference(node.Traversal, block))
			}
			return nil
		})
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
	}
	return slices.DeleteFunc(found, func(r reference) bool { return loops[r.name] })
}

// removeUnchecked removes the unchecked arguments from body and its nested blocks.
func removeUnchecked(body *hclsyntax.Body) {
	for _, name := range unchecked {
		delete(body.Attributes, name)
	}
	for _, inner := range body.Blocks {
		removeUnchecked(inner.Body)
	}
}

// newReference splits a traversal such as data.google_project.this.number into the declared
// name and the rest.
func newReference(steps hcl.Traversal, block *hclsyntax.Block) reference {
	parts := 2
	switch steps.RootName() {
	case "each", "count", "path":
		parts = 1
	case "data":
		parts = 3
	}
	name := steps.RootName()
	for _, step := range steps[1:min(parts, len(steps))] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			name += "." + attribute.Name
		}
	}
	return reference{name, steps[min(parts, len(steps)):], block, steps.SourceRange()}
}

func TestTerraformReferencesAreDeclaredAndDeclarationsAreUsed(t *testing.T) {
	all, used := declared(t), map[string]bool{}
	for _, r := range references(t) {
		used[r.name] = true
		switch r.name {
		case "path":
		case "each", "count":
			needs := map[string]string{"each": "for_each", "count": "count"}[r.name]
			if r.block.Body.Attributes[needs] == nil {
				t.Errorf("%s: %s without %s", r.position, r.name, needs)
			}
		default:
			if all[r.name] == nil {
				t.Errorf("%s: %s is not declared", r.position, r.name)
			}
		}
	}
	for name, block := range all {
		kind, _, _ := strings.Cut(name, ".")
		if slices.Contains([]string{"var", "local", "data"}, kind) && !used[name] {
			t.Errorf("%s: %s is not used", block.DefRange(), name)
		}
	}
}

// TestTerraformIndexesResourcesWithCount: a resource with count or for_each is a list or a map,
// so a reference to it needs an index. A reference to any other resource must not have one.
func TestTerraformIndexesResourcesWithCount(t *testing.T) {
	all := declared(t)
	for _, r := range references(t) {
		block := all[r.name]
		if block == nil || block.Type != "resource" || len(r.rest) == 0 {
			continue // not a resource, or the whole resource, as in depends_on
		}
		several := block.Body.Attributes["count"] != nil || block.Body.Attributes["for_each"] != nil
		if _, indexed := r.rest[0].(hcl.TraverseIndex); indexed != several {
			t.Errorf("%s: has an index: %v, want %v", r.position, indexed, several)
		}
	}
}

func TestTerraformUsesKnownFunctionsAndExistingFiles(t *testing.T) {
	for _, block := range blocks(t) {
		removeUnchecked(block.Body)
		diagnostics := hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			call, ok := node.(*hclsyntax.FunctionCallExpr)
			if ok && !slices.Contains(functions, call.Name) {
				t.Errorf("%s: %s is not one of the known functions %q",
					call.Range(), call.Name, functions)
			}
			return nil
		})
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
	}
	for _, file := range matches(`file\("\$\{path\.module}/([^"]*)"\)`, terraform(t)) {
		if _, err := os.Stat(filepath.Join("terraform", file)); err != nil {
			t.Error(err)
		}
	}
}

func TestTerraformRequiresTheProvidersThatItUses(t *testing.T) {
	required := map[string]bool{}
	for _, block := range blocks(t) {
		for _, inner := range block.Body.Blocks {
			if inner.Type == "required_providers" {
				for name := range inner.Body.Attributes {
					required[name] = true
				}
			}
		}
	}
	for _, block := range blocks(t) {
		name := ""
		switch chosen := block.Body.Attributes["provider"]; {
		case chosen != nil:
			name = hcl.ExprAsKeyword(chosen.Expr)
		case block.Type == "provider":
			name = block.Labels[0]
		case block.Type == "resource" || block.Type == "data":
			name, _, _ = strings.Cut(block.Labels[0], "_")
		default:
			continue
		}
		if !required[name] {
			t.Errorf("%s: the provider %q is not in required_providers", block.DefRange(), name)
		}
	}
}

// TestTerraformPinsItsProviders: with a range of versions, terraform init would choose the newest
// one, and apply could do something else than it did yesterday.
func TestTerraformPinsItsProviders(t *testing.T) {
	sources := matches(`source\s+= "(hashicorp/[a-z-]+)"`, terraform(t))
	wantSame(t, "providers", sources,
		[]string{"hashicorp/google", "hashicorp/google-beta", "hashicorp/time"})
	for _, version := range matches(`\n      version = "(.*)"`, terraform(t)) {
		if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
			t.Errorf("a provider has the version %q, want an exact one", version)
		}
	}
}

// TestTerraformWaitsForTheAPIs: a resource that names no other one would be created at once, when
// the project's APIs are still off.
func TestTerraformWaitsForTheAPIs(t *testing.T) {
	waits := map[string]bool{}
	for _, r := range references(t) {
		if r.block.Type == "resource" && strings.Contains(r.name, "_") &&
			!strings.HasPrefix(r.name, "var.") {
			waits[strings.Join(r.block.Labels, ".")] = true
		}
	}
	for name, block := range declared(t) {
		if block.Type == "resource" && !waits[name] && name != "google_project_service.needed" {
			t.Errorf("%s needs depends_on = [time_sleep.services]", name)
		}
	}
	wantSame(t, "triggers", []string{argument(t, "time_sleep.services", "triggers")},
		[]string{`{ services = join(" ", keys(google_project_service.needed)) }`})
}

// TestTerraformRejectsWrongVariables evaluates the files, so it needs terraform.
func TestTerraformRejectsWrongVariables(t *testing.T) {
	for _, variable := range []string{
		"access=open", "service=short", "service=a-name-of-25-characters-xx", "settings={PORT=1}",
		`settings={SUPPORT_CONTACT="a b"}`, `settings={SUPPORT_CONTACT="a|b"}`,
	} {
		name, _, _ := strings.Cut(variable, "=")
		_, err := tryEvaluate(t, "url", variable)
		if err == nil || !strings.Contains(err.Error(), `variable "`+name+`"`) {
			t.Errorf("%s: got %v, want an error about the variable", variable, err)
		}
	}
}

// TestTerraformKeepsTheLoadBalancersAddresses: without them, the app would take the load balancer
// for the client of every request.
func TestTerraformKeepsTheLoadBalancersAddresses(t *testing.T) {
	const want = `length(var.load_balancer) > 0 ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : null`
	if got := argument(t, "google_cloud_run_v2_service.this", "ingress"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err := tryEvaluate(t, "build", "ingress=INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER")
	if err == nil || !strings.Contains(err.Error(), "only through a load balancer") {
		t.Errorf("a closed service without load_balancer: got %v", err)
	}
	evaluate(t, "build", "ingress=INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
		`load_balancer=["203.0.113.1"]`, `domains=["app.example.com"]`)
}

func TestTerraformAuthorizesTheHostsOfTheService(t *testing.T) {
	for access, want := range map[string]string{
		"public": `["my-project.firebaseapp.com","latchkey-PROJECT_NUMBER.us-central1.run.app",` +
			`"latchkey-abc-uc.a.run.app","app.example.com"]`,
		"private": `["my-project.firebaseapp.com","latchkey-PROJECT_NUMBER.us-central1.run.app",` +
			`"latchkey-abc-uc.a.run.app","app.example.com","localhost"]`,
	} {
		got := evaluate(t, "domains", "access="+access, `domains=["app.example.com"]`)
		if got != want {
			t.Errorf("%s: got %s, want %s", access, got, want)
		}
	}
}

// evaluate lets terraform compute an output for these variables. It skips the test without
// terraform.
func evaluate(t *testing.T, output string, variables ...string) string {
	t.Helper()
	value, err := tryEvaluate(t, output, variables...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// known replaces what only Google knows, so that no provider is needed.
var known = strings.NewReplacer(
	"data.google_project.this.number", `"PROJECT_NUMBER"`,
	"google_cloud_run_v2_service.this.urls",
	`["https://${local.host}", "https://latchkey-abc-uc.a.run.app"]`,
	"google_cloud_run_v2_service.this.ingress", "var.ingress",
	"google_storage_bucket.sources.name", `"my-project-${var.service}-build"`,
	"google_service_account.build.id",
	`"projects/my-project/serviceAccounts/${var.service}-build@my-project.iam.gserviceaccount.com"`,
	"google_apikeys_key.browser.key_string", `"API_KEY"`,
)

func tryEvaluate(t *testing.T, output string, variables ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	module := read(t, "terraform/variables.tf") + "variable \"ingress\" { default = null }\n"
	for _, block := range blocks(t) {
		if block.Type == "locals" || block.Type == "output" {
			module += known.Replace(text(t, block)) + "\n"
		}
	}
	domains := argument(t, "google_identity_platform_config.this", "authorized_domains")
	module += "output \"domains\" {\n  value = jsonencode(" + known.Replace(domains) + ")\n}\n"
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(module), 0o600); err != nil {
		t.Fatal(err)
	}
	apply := []string{"apply", "-auto-approve", "-var=project=my-project"}
	for _, variable := range variables {
		apply = append(apply, "-var="+variable)
	}
	out := []byte(nil)
	for _, arguments := range [][]string{apply, {"output", "-raw", output}} {
		cmd := exec.Command(program, slices.Insert(arguments, 1, "-no-color")...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
		if out, err = cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("terraform %s: %w\n%s", arguments[0], err, out)
		}
	}
	return string(out), nil
}

// TestTheTerraformFilesAreFormatted needs terraform, but no providers.
func TestTheTerraformFilesAreFormatted(t *testing.T) {
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	cmd := exec.Command(program, "fmt", "-check", "-diff", "terraform")
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// terraform returns all Terraform files as one text.
func terraform(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("terraform/*.tf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Terraform files: %v", err)
	}
	var all strings.Builder
	for _, name := range names {
		all.WriteString(read(t, name))
	}
	return all.String()
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
