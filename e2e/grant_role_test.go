package e2e

import (
	"strings"
	"testing"
)

// grantAdmin gives a user the admin role with the grant-role command.
func (a *app) grantAdmin(email string) {
	a.t.Helper()
	out, err := a.runCommand("PORT="+a.port(), "grant-role", email, "admin")
	if err != nil {
		a.t.Fatalf("grant-role: %v %s", err, out)
	}
}

// TestGrantRoleMakesFirstAdmin runs grant-role while the server is running, and after it has
// stopped. A running server holds the lock on the local data.
func TestGrantRoleMakesFirstAdmin(t *testing.T) {
	a := startProgram(t)
	signUpWithAPI(t, a.url, "operator@example.com")
	grant := []string{"grant-role", "operator@example.com", "admin"}

	out, err := a.runCommand("PORT="+a.port(), grant...)
	if err != nil || !strings.Contains(out, "now has the role admin") {
		t.Errorf("while the server is running: %v, %s", err, out)
	}
	out, err = a.runCommand("PORT=1", grant...)
	if err == nil || !strings.Contains(out, "set PORT to its port") {
		t.Errorf("while the server is running on another port: %v, %s", err, out)
	}
	a.kill()
	out, err = a.runCommand("PORT="+a.port(), grant...)
	if err != nil || !strings.Contains(out, "already has the role admin") {
		t.Errorf("after the server has stopped: %v, %s", err, out)
	}

	for name, args := range map[string][]string{
		"unknown email address": {"grant-role", "unknown@example.com", "admin"},
		"unknown role":          {"grant-role", "operator@example.com", "emperor"},
		"unknown command":       {"grant", "operator@example.com"},
	} {
		out, err := a.runCommand("PORT="+a.port(), args...)
		if lines := strings.Count(strings.TrimSpace(out), "\n") + 1; err == nil || lines > 1 {
			t.Errorf("%s: got %v, %q; want an error of one sentence", name, err, out)
		}
	}
}

// TestGrantRoleReachesStateInMemory runs grant-role with LOCAL_STATE=off, where only the running
// server has the accounts.
func TestGrantRoleReachesStateInMemory(t *testing.T) {
	a := startProgram(t, "LOCAL_STATE=off")
	signUpWithAPI(t, a.url, "operator@example.com")
	environ := []string{"PORT=" + a.port()}
	grant := []string{"grant-role", "operator@example.com", "admin"}
	if out, err := runAlone(t, environ, grant...); err != nil || !strings.Contains(out, "now has") {
		t.Errorf("while the server is running: %v, %s", err, out)
	}
	a.kill()
	if out, err := runAlone(t, environ, grant...); err == nil || !strings.Contains(out, "start it") {
		t.Errorf("after the server has stopped: got %v, %q; want an error that says what to do", err, out)
	}
}
