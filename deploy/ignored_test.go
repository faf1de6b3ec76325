package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// leftovers are files that the commands in the guides create, or that developers tend to keep in
// their working folder. They hold secrets or users' data, or are large.
var leftovers = []string{
	".env", ".env.local", "production.env", // settings
	"claims.json", "token.jwt", "iap.yaml", // docs/internal-users.md
	"service-account.json", "my-project-firebase-adminsdk-abc12-0123456789.json",
	"application_default_credentials.json", "robot-key.json", "client_secret_123.json",
	"key.pem", "AuthKey_ABC123.p8", "key.p12",
	".local/firebase.db", ".local-demo/firebase.db", // LOCAL_STATE
	"deploy/terraform/terraform.tfstate", "deploy/terraform/terraform.tfstate.backup",
	"deploy/terraform/.terraform.tfstate.lock.info", "deploy/terraform/.terraform/providers/x",
	"deploy/terraform/terraform.tfvars", "deploy/terraform/production.auto.tfvars",
	"deploy/terraform/secrets.tfvars.json", "deploy/terraform/release.tfplan",
	"latchkey", "cover.out", "coverage.html", "handlers/handlers.test", "handlers/cpu.prof",
	"firebase-debug.log", "deploy/terraform/crash.log", "static/firebase/node_modules/x.js",
}

// sources must not be ignored by mistake.
var sources = []string{"deploy/terraform/.terraform.lock.hcl", "go.mod", "handlers/openapi.yaml"}

// workingFolder returns a folder with the ignore files of the repository, all leftovers and all
// sources. It skips the test where there is no .gitignore: gcloud doesn't upload it to Cloud
// Build, which runs these tests too.
func workingFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range slices.Concat(leftovers, sources) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".gitignore", ".gcloudignore", ".dockerignore"} {
		content, err := os.ReadFile("../" + name)
		switch {
		case err == nil:
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		case !errors.Is(err, fs.ErrNotExist):
			t.Fatal(err)
		case name == ".gitignore":
			t.Skip("there is no .gitignore")
		}
	}
	return folder
}

// wantSources fails the test unless the program lists exactly the sources. The ignore files
// themselves don't count.
func wantSources(t *testing.T, folder string, command ...string) {
	t.Helper()
	path, err := exec.LookPath(command[0])
	if err != nil {
		t.Skip(command[0] + " is not installed")
	}
	cmd := exec.Command(path, command[1:]...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "CLOUDSDK_CONFIG="+t.TempDir())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	listed := slices.DeleteFunc(strings.Fields(string(out)), func(name string) bool {
		return strings.HasSuffix(name, "ignore")
	})
	for _, name := range listed {
		if !slices.Contains(sources, name) {
			t.Errorf("%s does not ignore %s", command[0], name)
		}
	}
	for _, name := range sources {
		if !slices.Contains(listed, name) {
			t.Errorf("%s ignores %s", command[0], name)
		}
	}
}

func TestGitIgnoresLeftovers(t *testing.T) {
	folder := workingFolder(t)
	if out, err := exec.Command("git", "init", "--quiet", folder).CombinedOutput(); err != nil {
		t.Skipf("git init: %v %s", err, out)
	}
	wantSources(t, folder, "git", "ls-files", "--others", "--exclude-standard")
}

// TestGcloudUploadsNoLeftovers asks gcloud which files `gcloud builds submit` uploads. Without a
// .gcloudignore, gcloud ignores what the .gitignore in the same folder lists.
func TestGcloudUploadsNoLeftovers(t *testing.T) {
	wantSources(t, workingFolder(t), "gcloud", "meta", "list-files-for-upload", ".")
}

// TestDockerIgnoresWhatGitIgnores compares the two lists, because only a running Docker could say
// which files it sends. Docker matches a pattern against the whole path, so where Git writes
// "name" or "/name", Docker needs "**/name" or "name".
func TestDockerIgnoresWhatGitIgnores(t *testing.T) {
	workingFolder(t)
	docker := strings.Split(read(t, "../.dockerignore"), "\n")
	for line := range strings.Lines(read(t, "../.gitignore")) {
		pattern := strings.TrimSuffix(strings.TrimSpace(line), "/")
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		want, atRoot := strings.CutPrefix(pattern, "/")
		if !atRoot {
			want = "**/" + pattern
		}
		if !slices.Contains(docker, want) {
			t.Errorf(".gitignore has %s, but .dockerignore has no %s", pattern, want)
		}
	}
}
