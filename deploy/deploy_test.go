// Package deploy has no code of its own. Its tests hold the script, the build and the Terraform files to what they
// promise, as far as that can be done without a project.
package deploy

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// serviceRoles and buildRoles are all the roles that anybody is given (R31). ROLE is the custom role.
var (
	serviceRoles = []string{"ROLE", "roles/datastore.user", "roles/iam.serviceAccountTokenCreator"}
	buildRoles   = []string{
		"roles/artifactregistry.writer", "roles/iam.serviceAccountUser", "roles/logging.logWriter", "roles/run.developer",
		"roles/run.invoker", "roles/storage.objectViewer",
	}
	customRole = []string{
		"firebaseauth.configs.get", "firebaseauth.users.delete", "firebaseauth.users.get", "firebaseauth.users.update",
		"identitytoolkit.tenants.get",
	}
)

// script runs deploy.sh in an environment of its own and returns what it printed.
func script(t *testing.T, environ []string, arguments ...string) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	cmd := exec.Command(bash, append([]string{"./deploy.sh"}, arguments...)...)
	cmd.Env = append([]string{"PROJECT=my-project", "PATH=" + os.Getenv("PATH")}, environ...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("deploy.sh %v: %v\n%s", arguments, err, out)
	}
	return string(out)
}

// commands are the lines of a dry run that somebody could paste.
func commands(output string) []string {
	return slices.DeleteFunc(strings.Split(output, "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}

func TestR31TheScriptGivesNobodyMoreThanTheListedRoles(t *testing.T) {
	given := map[string][]string{}
	grant := regexp.MustCompile(`add-iam-policy-binding .*--member=(\S+) --role=(\S+)`)
	for _, command := range commands(script(t, nil, "--dry-run")) {
		if found := grant.FindStringSubmatch(command); found != nil {
			role := strings.Replace(found[2], "projects/my-project/roles/latchkey_accounts", "ROLE", 1)
			given[found[1]] = append(given[found[1]], role)
		}
	}
	want := map[string][]string{
		"serviceAccount:latchkey@my-project.iam.gserviceaccount.com":       serviceRoles,
		"serviceAccount:latchkey-build@my-project.iam.gserviceaccount.com": buildRoles,
		"allUsers": {"roles/run.invoker"},
	}
	sameGrants(t, given, want)
	if found := regexp.MustCompile(`--permissions=(\S+)`).FindStringSubmatch(script(t, nil, "--dry-run")); found == nil {
		t.Error("no custom role")
	} else if got := slices.Sorted(slices.Values(strings.Split(found[1], ","))); !slices.Equal(got, customRole) {
		t.Errorf("the custom role has %q, want %q", got, customRole)
	}
}

func TestR31TerraformGivesTheSameRoles(t *testing.T) {
	given := map[string][]string{}
	resource := regexp.MustCompile(`(?s)resource "(\w+_iam_\w+)" "\w+" \{(.*?)\n\}`)
	roles := regexp.MustCompile(`"(roles/[\w.]+)"|google_project_iam_custom_role\.accounts\.id`)
	member := regexp.MustCompile(`\n  member\s+= (.*)`)
	for _, block := range resource.FindAllStringSubmatch(terraform(t), -1) {
		switch {
		case block[1] == "google_project_iam_custom_role":
			permissions := regexp.MustCompile(`"(\w+\.\w+\.\w+)"`).FindAllString(block[2], -1)
			got := slices.Sorted(slices.Values(strings.Split(strings.ReplaceAll(strings.Join(permissions, ","), `"`, ""), ",")))
			if !slices.Equal(got, customRole) {
				t.Errorf("the custom role has %q, want %q", got, customRole)
			}
			continue
		case !strings.HasSuffix(block[1], "_iam_member"):
			t.Errorf("%s would take the role away from others; use _iam_member", block[1])
		}
		who := member.FindStringSubmatch(block[2])
		if who == nil {
			t.Errorf("nobody gets this role: %s", block[0])
			continue
		}
		for _, role := range roles.FindAllStringSubmatch(block[2], -1) {
			if role[1] == "" {
				role[1] = "ROLE"
			}
			given[who[1]] = append(given[who[1]], role[1])
		}
	}
	sameGrants(t, given, map[string][]string{
		"google_service_account.service.member":         serviceRoles,
		"google_service_account.build.member":           buildRoles,
		`"allUsers"`:                                    {"roles/run.invoker"},
		"google_project_service_identity.iap[0].member": {"roles/run.invoker"},
		"each.value": {"roles/iap.httpsResourceAccessor", "roles/run.invoker"},
	})
}

func sameGrants(t *testing.T, given, want map[string][]string) {
	t.Helper()
	for _, who := range slices.Sorted(maps.Keys(given)) {
		if got := slices.Sorted(slices.Values(given[who])); !slices.Equal(got, want[who]) {
			t.Errorf("%s has %q, want %q", who, got, want[who])
		}
	}
	for who := range want {
		if given[who] == nil {
			t.Errorf("%s has no role, want %q", who, want[who])
		}
	}
}

func TestR31TheServiceRunsAsAnAccountOfItsOwnAndNobodyIsEditorOrOwner(t *testing.T) {
	files := map[string]string{"dry run": script(t, nil, "--dry-run"), "terraform": terraform(t), "build": read(t, "../cloudbuild.yaml")}
	for name, content := range files {
		if found := regexp.MustCompile(`roles/(editor|owner|viewer|firebase\.admin|\w+\.admin)\b`).FindString(
			regexp.MustCompile(`(?m)^\s*#.*$`).ReplaceAllString(content, "")); found != "" {
			t.Errorf("%s: gives %s", name, found)
		}
		if strings.Contains(content, "compute@developer") {
			t.Errorf("%s: uses the default account", name)
		}
	}
	if !strings.Contains(files["build"], "--service-account=${_SERVICE_ACCOUNT}") {
		t.Error("the build does not deploy with the service's own account")
	}
}

// TestADryRunDoesNothing runs the script with a gcloud and a curl that tell on it.
func TestADryRunDoesNothing(t *testing.T) {
	for _, arguments := range [][]string{{"--dry-run"}, {"--dry-run", "--delete"}} {
		fakes := fakePrograms(t, `echo called "$@" >> "$CALLS"; exit 1`)
		script(t, fakes.environ, arguments...)
		if calls := fakes.calls(t); calls != "" {
			t.Errorf("%v: called %s", arguments, calls)
		}
	}
}

// TestTheScriptMayBeRunAgain runs it against an empty project, and against one where everything is there.
func TestTheScriptMayBeRunAgain(t *testing.T) {
	const record = `echo "${0##*/} $*" >> "$CALLS"; case "$*" in *"auth print-access-token"*) echo token ;; *"projects describe"*) echo 42 ;; ` +
		`*"GET "*/config*) printf '{\n "authorizedDomains": [\n  "localhost",\n  "app.example.com"\n ]\n}\n' ;; `
	empty := fakePrograms(t, record+`*describe*) exit 1 ;; *get-key-string*) echo key ;; esac`)
	script(t, append(empty.environ, "ACCESS=private"))
	first := empty.calls(t)
	for _, made := range []string{"firestore databases create", "service-accounts create latchkey", "roles create", "repositories create",
		"buckets create", "run deploy latchkey", "metrics create", "api-keys create", "builds submit", "latchkey-42.us-central1.run.app"} {
		if !strings.Contains(first, made) {
			t.Errorf("an empty project: did not %s:\n%s", made, first)
		}
	}
	if strings.Contains(first, "Bearer") {
		t.Errorf("an access token was an argument, which every process of the machine can read:\n%s", first)
	}
	full := fakePrograms(t, record+`*"api-keys list"*) echo projects/42/locations/global/keys/1 ;; *get-key-string*) echo key ;; esac`)
	script(t, append(full.environ, "ACCESS=private"))
	for call := range strings.Lines(full.calls(t)) {
		if strings.Contains(call, " create ") || strings.Contains(call, "run deploy") {
			t.Errorf("everything is there, but the script called %s", call)
		}
	}
	if !strings.Contains(full.calls(t), `"authorizedDomains":["my-project.firebaseapp.com","latchkey-42.us-central1.run.app","app.example.com"]`) {
		t.Errorf("the domains that are there do not stay, or localhost does:\n%s", full.calls(t))
	}
	if !strings.Contains(full.calls(t), "_FIREBASE_API_KEY=key") {
		t.Error("the build does not get the key that is there")
	}
}

type fakes struct {
	environ []string
	record  string
}

// fakePrograms puts a gcloud and a curl before the real ones, each a shell script with this body.
func fakePrograms(t *testing.T, body string) fakes {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"gcloud", "curl"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
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

// TestGcloudKnowsEveryCommand asks gcloud itself, where it is installed, whether it knows the commands and their flags.
func TestGcloudKnowsEveryCommand(t *testing.T) {
	gcloud, err := exec.LookPath("gcloud")
	if err != nil {
		t.Skip("gcloud is not installed here")
	}
	all := slices.Concat(commands(script(t, nil, "--dry-run")), commands(script(t, []string{"ACCESS=private"}, "--dry-run")),
		commands(script(t, nil, "--dry-run", "--delete")), buildCommands(t))
	values := regexp.MustCompile(`=('[^']*'|\S*)`)
	asked := map[string]bool{} // by the flags, whatever their values: each question takes most of a second
	for _, command := range all {
		kind := values.ReplaceAllString(command, "")
		if !strings.HasPrefix(command, "gcloud ") || asked[kind] {
			continue
		}
		asked[kind] = true
		cmd := exec.Command(gcloud, "meta", "lint-gcloud-commands", "--command-string="+command)
		cmd.Env = append(os.Environ(), "CLOUDSDK_CONFIG="+t.TempDir())
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v %s", command, err, out)
		}
		var verdicts []struct {
			Success bool
			Message string `json:"error_message"`
		}
		if err := json.Unmarshal(out, &verdicts); err != nil || len(verdicts) != 1 {
			t.Fatalf("%v: %.300s", err, out)
		}
		if !verdicts[0].Success {
			t.Errorf("%s\n%s", command, verdicts[0].Message)
		}
	}
	if len(asked) < 25 {
		t.Errorf("asked about %d commands only", len(asked))
	}
}

// buildCommands are the gcloud commands of cloudbuild.yaml, each on one line, with every variable as 1.
func buildCommands(t *testing.T) []string {
	t.Helper()
	build := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(read(t, "../cloudbuild.yaml"), "")
	build = regexp.MustCompile(`\$\(cat [^)]*\)|\$?\$\{[^}]*\}`).ReplaceAllString(build, "1")
	found := regexp.MustCompile(`(?m)^ +(?:IAM_TOKEN=\$\()?(gcloud (?:run|auth) .*?)(?: \|\| true\))?$`).FindAllStringSubmatch(build, -1)
	var all []string
	for _, f := range found {
		// The linter takes | for the end of the command, so the delimiter is a comma here.
		all = append(all, strings.NewReplacer(`"`, "", "^|^", "", "|", ",").Replace(f[1]))
	}
	if len(all) != 3 {
		t.Fatalf("found %d commands in cloudbuild.yaml, want 3: deploy, the token for the smoke test, traffic", len(all))
	}
	return all
}

func TestTheBuildDeploysByDigestWithoutTrafficAndTriesItOutFirst(t *testing.T) {
	build := read(t, "../cloudbuild.yaml")
	at := -1
	for _, next := range []string{"id: test", "id: build", "id: push", "RepoDigests", "id: deploy", "cat /workspace/.image", "--no-traffic",
		"--tag=candidate", "--cpu=1", "--memory=", "--concurrency=", "--min-instances=", "--max-instances=",
		"--startup-probe=httpGet.path=/health/ready", "--liveness-probe=httpGet.path=/health/live", "id: smoke",
		"deploy/smoke.sh", "id: traffic", "update-traffic"} {
		i := strings.Index(build[at+1:], next)
		if i < 0 {
			t.Fatalf("cloudbuild.yaml has no %q after what should come before it", next)
		}
		at += 1 + i
	}
	for name := range strings.SplitSeq("CORS_ORIGINS IAP_AUDIENCE GOOGLE_CLIENT_IDS TENANT_ID SIGN_IN_METHODS FIREBASE_AUTH_DOMAIN", " ") {
		if !strings.Contains(build, name+"=${_"+name+"}") || !strings.Contains(script(t, nil, "--dry-run"), "_"+name+"=") {
			t.Errorf("%s does not reach the service", name)
		}
	}
}

// TestTheFieldsWithATimeToLiveAreTheSameEverywhere compares firestore.indexes.json with the script and Terraform.
func TestTheFieldsWithATimeToLiveAreTheSameEverywhere(t *testing.T) {
	var indexes struct {
		FieldOverrides []struct {
			CollectionGroup, FieldPath string
			TTL                        bool
		}
	}
	if err := json.Unmarshal([]byte(read(t, "../firestore.indexes.json")), &indexes); err != nil {
		t.Fatal(err)
	}
	for _, override := range indexes.FieldOverrides {
		if !override.TTL {
			continue
		}
		inScript := "ttls update " + override.FieldPath + " --collection-group=" + override.CollectionGroup
		if !strings.Contains(script(t, nil, "--dry-run"), inScript) {
			t.Errorf("deploy.sh has no %q", inScript)
		}
		inTerraform := regexp.MustCompile(`collection = "` + override.CollectionGroup + `"\n\s*field\s+= "` + override.FieldPath + `"\n\s*ttl_config`)
		if !inTerraform.MatchString(terraform(t)) {
			t.Errorf("terraform has no ttl_config for %s.%s", override.CollectionGroup, override.FieldPath)
		}
	}
}

func TestTheScriptsAreValidBash(t *testing.T) {
	for _, name := range []string{"deploy.sh", "smoke.sh"} {
		if out, err := exec.Command("bash", "-n", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
		if info, err := os.Stat(name); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s cannot be run: %v", name, err)
		}
	}
}

// TestTerraformCanReadItsFiles needs terraform, but no provider: those cannot be had without a network.
func TestTerraformCanReadItsFiles(t *testing.T) {
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed here")
	}
	cmd := exec.Command(program, "fmt", "-check", "-diff", "terraform")
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE=", "CHECKPOINT_DISABLE=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

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
