// Package deploy contains only tests. They check the deployment script, the build and the
// Terraform files as far as that is possible without a Google Cloud project.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// script runs deploy.sh with PROJECT, PATH and environ as its only variables, and returns its
// output.
func script(t *testing.T, environ []string, arguments ...string) string {
	t.Helper()
	out, err := runScript(t, environ, arguments...)
	if err != nil {
		t.Fatalf("deploy.sh %v: %v\n%s", arguments, err, out)
	}
	return out
}

// runScript runs deploy.sh and returns its output, also if it fails.
func runScript(t *testing.T, environ []string, arguments ...string) (string, error) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	cmd := exec.Command(bash, append([]string{"./deploy.sh"}, arguments...)...)
	cmd.Env = append([]string{"PROJECT=my-project", "PATH=" + os.Getenv("PATH")}, environ...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// commands returns the commands in the output of a dry run.
func commands(output string) []string {
	return slices.DeleteFunc(strings.Split(output, "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}

// TestADryRunDoesNothing replaces gcloud and curl with programs that record each call.
func TestADryRunDoesNothing(t *testing.T) {
	for _, arguments := range [][]string{{"--dry-run"}, {"--dry-run", "--delete"}} {
		fakes := fakePrograms(t, `echo called "$@" >> "$CALLS"; exit 1`)
		script(t, fakes.environ, arguments...)
		if calls := fakes.calls(t); calls != "" {
			t.Errorf("%v: called %s", arguments, calls)
		}
	}
}

// recordCalls is the start of a fake gcloud and curl. It records the call and returns what a
// project with number 42 would. The tests append what differs between an empty and a complete
// project.
const recordCalls = `echo "${0##*/} $*" >> "$CALLS"; case "$*" in ` +
	`*"auth print-access-token"*) echo token ;; *"projects describe"*) echo 42 ;; ` +
	`*"GET "*/config*) printf ` +
	`'{\n "authorizedDomains": [\n  "localhost",\n  "app.example.com"\n ]\n}\n' ;; `

func TestTheFirstRunCreatesEverything(t *testing.T) {
	fakes := fakePrograms(t, recordCalls+noService+`*describe*) exit 1 ;; *get-key-string*) echo key ;; esac`)
	script(t, append(fakes.environ, "ACCESS=private"))
	calls := fakes.calls(t)
	for _, want := range []string{
		"firestore databases create", "service-accounts create latchkey", "roles create",
		"repositories create", "buckets create", "run deploy latchkey", "metrics create",
		"api-keys create", "builds submit", "latchkey-42.us-central1.run.app",
	} {
		if !strings.Contains(calls, want) {
			t.Errorf("got no call with %q:\n%s", want, calls)
		}
	}
	if strings.Contains(calls, "Bearer") {
		t.Errorf("an access token is an argument, which other processes can read:\n%s", calls)
	}
}

func TestTheSecondRunCreatesNothing(t *testing.T) {
	fakes := fakePrograms(t, recordCalls+
		`*"api-keys list"*) echo projects/42/locations/global/keys/1 ;; `+
		`*get-key-string*) echo key ;; esac`)
	script(t, append(fakes.environ, "ACCESS=private"))
	calls := fakes.calls(t)
	for call := range strings.Lines(calls) {
		if strings.Contains(call, " create ") || strings.Contains(call, "run deploy") {
			t.Errorf("everything exists already, but the script called %s", call)
		}
	}
	domains := `"authorizedDomains":["my-project.firebaseapp.com",` +
		`"latchkey-42.us-central1.run.app","app.example.com"]`
	if !strings.Contains(calls, domains) {
		t.Errorf("want existing domains kept and localhost removed, as %s:\n%s", domains, calls)
	}
	if !strings.Contains(calls, "_FIREBASE_API_KEY=key") {
		t.Error("the build does not get the existing API key")
	}
}

// fakes are a gcloud and a curl that stand in for the real ones.
type fakes struct {
	environ []string // puts them first in PATH
	record  string   // the file for their calls
}

// fakePrograms creates them as shell scripts with this body.
func fakePrograms(t *testing.T, body string) fakes {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"gcloud", "curl"} {
		program := []byte("#!/bin/sh\n" + body + "\n")
		if err := os.WriteFile(filepath.Join(folder, name), program, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	record := filepath.Join(folder, "calls")
	return fakes{[]string{"PATH=" + folder + ":" + os.Getenv("PATH"), "CALLS=" + record}, record}
}

func (f fakes) calls(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(f.record)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(content)
}

// TestGcloudAcceptsEveryCommand asks gcloud's own parser about commands and flags, if it is
// installed.
func TestGcloudAcceptsEveryCommand(t *testing.T) {
	gcloud, err := exec.LookPath("gcloud")
	if err != nil {
		t.Skip("gcloud is not installed")
	}
	all := slices.Concat(
		commands(script(t, nil, "--dry-run")),
		commands(script(t, []string{"ACCESS=private"}, "--dry-run")),
		commands(script(t, behindLoadBalancer, "--dry-run")),
		commands(script(t, nil, "--dry-run", "--delete")),
		buildCommands(t))
	values := regexp.MustCompile(`=('[^']*'|\S*)`)
	// Each check takes most of a second, so commands that differ only in values are checked once.
	checked := map[string]bool{}
	for _, command := range all {
		kind := values.ReplaceAllString(command, "")
		if strings.HasPrefix(command, "gcloud ") && !checked[kind] {
			checked[kind] = true
			lint(t, gcloud, command)
		}
	}
	if len(checked) < 25 {
		t.Errorf("checked only %d commands, want at least 25", len(checked))
	}
}

// lint fails the test if gcloud's parser rejects the command.
func lint(t *testing.T, gcloud, command string) {
	t.Helper()
	cmd := exec.Command(gcloud, "meta", "lint-gcloud-commands", "--command-string="+command)
	cmd.Env = append(os.Environ(), "CLOUDSDK_CONFIG="+t.TempDir())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v %s", command, err, out)
	}
	var results []struct {
		Success bool
		Message string `json:"error_message"`
	}
	if err := json.Unmarshal(out, &results); err != nil || len(results) != 1 {
		t.Fatalf("%s: %v: %.300s", command, err, out)
	}
	if !results[0].Success {
		t.Errorf("%s\n%s", command, results[0].Message)
	}
}

// buildCommands returns the gcloud commands in cloudbuild.yaml, each on one line and with 1 for
// each variable.
func buildCommands(t *testing.T) []string {
	t.Helper()
	build := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(read(t, "../cloudbuild.yaml"), "")
	build = regexp.MustCompile(`\$\(cat [^)]*\)|\$\{[^}]*\}|\$\w+`).ReplaceAllString(build, "1")
	command := regexp.MustCompile(
		`(?m)^ +(?:\w+=\$\()?(gcloud (?:run|auth) .*?)(?:(?: \|\| true)?\))?$`)
	// The parser takes | for the end of the command, so a comma replaces it as the delimiter.
	replacer := strings.NewReplacer(`"`, "", "^|^", "", "|", ",")
	var all []string
	for _, found := range command.FindAllStringSubmatch(build, -1) {
		all = append(all, replacer.Replace(found[1]))
	}
	if len(all) != 4 {
		t.Fatalf("found %d commands in cloudbuild.yaml, want 4: deploy, describe, "+
			"print-identity-token, update-traffic", len(all))
	}
	return all
}

func TestTheBuildTestsTheNewRevisionBeforeItGetsTraffic(t *testing.T) {
	build := read(t, "../cloudbuild.yaml")
	at := -1
	for _, next := range []string{
		"id: test", "id: build", "id: push", "RepoDigests", "id: deploy", "cat /workspace/.image",
		"--no-traffic", "--tag=candidate", "--cpu=1", "--memory=", "--concurrency=",
		"--min-instances=", "--max-instances=", "--startup-probe=httpGet.path=/health/ready",
		"--liveness-probe=httpGet.path=/health/live", "id: smoke", "deploy/smoke.sh", "id: traffic",
		"update-traffic",
	} {
		i := strings.Index(build[at+1:], next)
		if i < 0 {
			t.Fatalf("cloudbuild.yaml: %q is missing or too early", next)
		}
		at += 1 + i
	}
}

func TestEverySettingReachesTheService(t *testing.T) {
	build, dryRun := read(t, "../cloudbuild.yaml"), script(t, nil, "--dry-run")
	for _, name := range []string{
		"CORS_ORIGINS", "IAP_AUDIENCE", "GOOGLE_CLIENT_IDS", "TENANT_ID", "SIGN_IN_METHODS",
		"FIREBASE_AUTH_DOMAIN",
	} {
		inBuild := strings.Contains(build, "- "+name+"=${_"+name+"}\n") &&
			strings.Contains(build, name+"=$"+name)
		if !inBuild || !strings.Contains(dryRun, "_"+name+"=") {
			t.Errorf("%s does not reach the service", name)
		}
	}
}

// TestSubstitutionsAreNotPartOfAShellScript: Cloud Build inserts substitutions as text, so in
// args, a value such as "x; curl evil.example" would become a command. It leaves the field
// script alone, so scripts read the values from their environment.
func TestSubstitutionsAreNotPartOfAShellScript(t *testing.T) {
	steps := strings.Split(read(t, "../cloudbuild.yaml"), "\n  - id: ")[1:]
	for i, step := range steps {
		step, _, _ = strings.Cut(step, "\n# ") // the rest of the file
		id, _, _ := strings.Cut(step, "\n")
		fields, script, _ := strings.Cut(step, "\n    script: ")
		if strings.Contains(fields, "entrypoint: bash") && strings.Contains(fields, "$") {
			t.Errorf("%s: bash gets a substitution in args; use script and env", id)
		}
		known := append(matches(`(\w+)=\$\{`, fields), matches(`\n +(\w+)=`, script)...)
		for _, name := range matches(`\$\{?(\w+)`, script) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: the script uses $%s, which is not in its env", id, name)
			}
		}
		if i == 0 && script == "" {
			t.Errorf("%s has no script", id) // so this test still finds the scripts
		}
	}
}

// TestTheTimeToLivePoliciesAreTheSameEverywhere compares firestore.indexes.json with the script
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
	for _, field := range indexes.FieldOverrides {
		if !field.TTL {
			continue
		}
		command := "ttls update " + field.FieldPath + " --collection-group=" + field.CollectionGroup
		if !strings.Contains(script(t, nil, "--dry-run"), command) {
			t.Errorf("deploy.sh has no %q", command)
		}
		resource := regexp.MustCompile(`collection = "` + field.CollectionGroup +
			`"\n\s*field\s+= "` + field.FieldPath + `"\n\s*ttl_config`)
		if !resource.MatchString(terraform(t)) {
			t.Errorf("terraform has no ttl_config for %s.%s",
				field.CollectionGroup, field.FieldPath)
		}
	}
}

func TestTheScriptsAreValidBash(t *testing.T) {
	for _, name := range []string{"deploy.sh", "smoke.sh"} {
		if out, err := exec.Command("bash", "-n", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
		if info, err := os.Stat(name); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable: %v", name, err)
		}
	}
}

// TestTheTerraformFilesAreFormatted needs terraform, but no providers, which it would have to
// download.
func TestTheTerraformFilesAreFormatted(t *testing.T) {
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	cmd := exec.Command(program, "fmt", "-check", "-diff", "terraform")
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE=", "CHECKPOINT_DISABLE=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, &out)
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
