package e2e

import (
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// runAlone runs the program in an environment of these settings only and returns its output.
func runAlone(t *testing.T, environ []string, args ...string) (string, error) {
	t.Helper()
	path, err := programBinary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = t.TempDir(), append(environ, "LOCAL_STATE=off")
	cmd.WaitDelay = time.Second
	timer := time.AfterFunc(waitTimeout, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestHelpNeedsNoConfiguration asks for help where the settings are wrong.
func TestHelpNeedsNoConfiguration(t *testing.T) {
	for _, arg := range []string{"--help", "-h", "help"} {
		out, err := runAlone(t, []string{"K_SERVICE=app", "PORT=none"}, arg)
		if err != nil || !strings.Contains(out, "grant-role EMAIL") {
			t.Errorf("%s: got %v, %q", arg, err, out)
		}
	}
}

func TestInvalidSettingsAndCommandsEndTheProgram(t *testing.T) {
	for _, tt := range []struct {
		name    string
		environ []string
		args    []string
		want    string
	}{
		{"a setting", []string{"PORT=none"}, nil, "set PORT to a number"},
		{"a command", nil, []string{"grant", "ada@example.com"}, "run latchkey --help"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := runAlone(t, tt.environ, tt.args...)
			if err == nil || !strings.Contains(out, tt.want) || strings.Count(out, "\n") != 1 {
				t.Errorf("got %v, %q; want one line with %q", err, out, tt.want)
			}
		})
	}
}

// TestASilentMetadataServerDoesNotDelayTheError uses a listener that accepts connections and never
// responds.
func TestASilentMetadataServerDoesNotDelayTheError(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	start := time.Now()
	out, err := runAlone(t, []string{
		"K_SERVICE=app", "FIREBASE_API_KEY=k", "GCE_METADATA_HOST=" + silent.Addr().String(),
	})
	if err == nil || !strings.Contains(out, "set GOOGLE_CLOUD_PROJECT") {
		t.Errorf("got %v, %q; want an error that says what to set", err, out)
	}
	if waited := time.Since(start); waited > 20*time.Second {
		t.Errorf("the error took %v", waited)
	}
}
