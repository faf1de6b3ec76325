package e2e

import (
	"strings"
	"testing"
)

// TestGrantRoleMakesFirstAdmin runs the command beside the running server, which holds the state,
// and then again when the server is gone.
func TestGrantRoleMakesFirstAdmin(t *testing.T) {
	a := startProgram(t)
	signUpWithAPI(t, a.url, "operator@example.com")
	port := a.url[strings.LastIndexByte(a.url, ':')+1:]

	if out, err := a.runCommand("PORT="+port, "grant-role", "operator@example.com", "admin"); err != nil || !strings.Contains(out, "now has the role admin") {
		t.Errorf("with the server running: %v, %s", err, out)
	}
	if out, err := a.runCommand("PORT=1", "grant-role", "operator@example.com", "admin"); err == nil || !strings.Contains(out, "set PORT to its port") {
		t.Errorf("with the server on another port: %v, %s", err, out)
	}
	a.kill()
	if out, err := a.runCommand("PORT="+port, "grant-role", "operator@example.com", "admin"); err != nil || !strings.Contains(out, "already has the role admin") {
		t.Errorf("without the server: %v, %s", err, out)
	}
	for name, args := range map[string][]string{
		"nobody's address": {"grant-role", "nobody@example.com", "admin"},
		"no such role":     {"grant-role", "operator@example.com", "emperor"},
		"no such command":  {"grant", "operator@example.com"},
	} {
		if out, err := a.runCommand("PORT="+port, args...); err == nil || strings.Count(strings.TrimSpace(out), "\n") > 0 {
			t.Errorf("%s: got %v, %q; want one sentence and a failure", name, err, out)
		}
	}
}
