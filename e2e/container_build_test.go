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

// containerBinary builds the program with the very line of the Dockerfile, once for all tests.
var containerBinary = sync.OnceValues(func() (binary string, err error) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil {
		return "", err
	}
	line := buildLine.FindSubmatch(dockerfile)
	if line == nil {
		return "", fmt.Errorf("the Dockerfile has no line like %s", buildLine)
	}
	binary = filepath.Join(buildDir, "latchkey-container")
	if out, err := exec.Command("sh", "-c", string(line[1])+" -o "+binary+" .").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return binary, nil
})

// containerTags are the build tags of the Dockerfile.
const containerTags = "production,disable_grpc_modules"

func TestContainerBuildContainsNoEmulator(t *testing.T) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil || !strings.Contains(string(dockerfile), " -tags "+containerTags+" ") {
		t.Errorf("the Dockerfile builds with other tags than %s (%v)", containerTags, err)
	}
	out, err := exec.Command("go", "list", "-deps", "-tags", containerTags, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for dependency := range strings.Lines(string(out)) {
		for _, unwanted := range []string{"latchkey/emulator", "bbolt", "google.golang.org/grpc/xds", "envoyproxy"} {
			if strings.Contains(dependency, unwanted) {
				t.Errorf("depends on %s", dependency)
			}
		}
	}
}

// TestR11ContainerBuildRejectsEmulators builds what the Dockerfile builds and runs it.
func TestR11ContainerBuildRejectsEmulators(t *testing.T) {
	binary, err := containerBinary()
	if err != nil {
		t.Fatal(err)
	}
	for name, environ := range map[string][]string{
		"an emulator":                  {"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "FIREBASE_AUTH_EMULATOR_HOST=localhost:1"},
		"an emulator on Cloud Run":     {"K_SERVICE=app", "FIREBASE_API_KEY=k", "FIRESTORE_EMULATOR_HOST=localhost:1"},
		"no project, as for local use": {},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary)
			cmd.Env = append(environ, "PORT=0")
			out, err := cmd.CombinedOutput()
			if err == nil || ctx.Err() != nil {
				t.Errorf("the program went on, want it to refuse: %s", out)
			}
			if strings.Contains(string(out), "listening") || strings.Count(strings.TrimSpace(string(out)), "\n") > 0 {
				t.Errorf("got %q, want one sentence before it listens", out)
			}
		})
	}
}
