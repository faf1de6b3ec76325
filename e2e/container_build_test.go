package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var buildLine = regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*) -o /latchkey \.$`)

// containerBinary builds the program with the build command of the Dockerfile, once for all
// tests, and returns its path.
var containerBinary = sync.OnceValues(func() (string, error) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil {
		return "", err
	}
	line := buildLine.FindSubmatch(dockerfile)
	if line == nil {
		return "", fmt.Errorf("the Dockerfile has no line that matches %s", buildLine)
	}
	path := filepath.Join(buildDir, "latchkey-container")
	command := exec.Command("sh", "-c", string(line[1])+" -o "+path+" .")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the container's program: %w: %s", err, out)
	}
	return path, nil
})

// containerTags are the build tags in the Dockerfile.
const containerTags = "production,disable_grpc_modules"

func TestContainerBuildContainsNoEmulator(t *testing.T) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil || !strings.Contains(string(dockerfile), " -tags "+containerTags+" ") {
		t.Errorf("the Dockerfile does not build with -tags %s (%v)", containerTags, err)
	}
	out, err := exec.Command("go", "list", "-deps", "-tags", containerTags, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	unwanted := []string{
		"example.com/latchkey/emulator", "bbolt", "google.golang.org/grpc/xds", "envoyproxy",
	}
	for dependency := range strings.Lines(string(out)) {
		for _, name := range unwanted {
			if strings.Contains(dependency, name) {
				t.Errorf("the container's program depends on %s", dependency)
			}
		}
	}
}

// TestR11ContainerBuildRejectsEmulators runs the container's program with settings for an
// emulator, or with none. It must exit with a one-line error instead of listening.
func TestR11ContainerBuildRejectsEmulators(t *testing.T) {
	binary, err := containerBinary()
	if err != nil {
		t.Fatal(err)
	}
	for name, environ := range map[string][]string{
		"an emulator": {
			"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p",
			"FIREBASE_AUTH_EMULATOR_HOST=localhost:1",
		},
		"an emulator on Cloud Run": {
			"K_SERVICE=app", "FIREBASE_API_KEY=k", "FIRESTORE_EMULATOR_HOST=localhost:1",
		},
		"no project, as for local use": {},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary)
			cmd.Env = append(environ, "PORT=0")
			out, err := cmd.CombinedOutput()
			if err == nil || ctx.Err() != nil {
				t.Errorf("the program did not exit with an error: %s", out)
			}
			lines := strings.Count(strings.TrimSpace(string(out)), "\n") + 1
			if strings.Contains(string(out), "listening") || lines > 1 {
				t.Errorf("got %q, want one sentence and no listening", out)
			}
		})
	}
}
