package e2e

import (
	"strings"
	"testing"
)

// grantAdmin gives a user with a verified email address the admin role with the grant-role command.
func (a *app) grantAdmin(email string) {
	a.t.Helper()
	out, err := a.runCommand("PORT="+a.port(), "grant-role", email, "admin")
	if err != nil {
		a.t.Fatalf("grant-role: %v %s", err, out)
	}
}

// verify marks an email address as verified, as if its owner had opened the link in the email.
func (a *app) verify(email string) {
	a.t.Helper()
	a.callFirebase("POST", localUsers+"update",
		map[string]any{"localId": a.findUser(email).LocalID, "emailVerified": true})
}

// localUser is a user in the local Firebase.
type localUser struct{ LocalID, CustomAttributes string }

// findUser returns the user with this email address.
func (a *app) findUser(email string) localUser {
	a.t.Helper()
	var found struct{ Users []localUser }
	a.readFirebase("POST", localUsers+"lookup", map[string]any{"email": []string{email}}, &found)
	if len(found.Users) != 1 {
		a.t.Fatalf("got %d users with the address %s, want 1", len(found.Users), email)
	}
	return found.Users[0]
}

// TestGrantRoleMakesFirstAdmin runs grant-role while the server is running, and after it has
// stopped. A running server holds the lock on the local data.
func TestGrantRoleMakesFirstAdmin(t *testing.T) {
	a := startProgram(t)
	signUpWithAPI(t, a.url, "operator@example.com")
	a.verify("operator@example.com")
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
		"unknown uid":           {"grant-role", "unknown", "admin"},
		"unknown role":          {"grant-role", "operator@example.com", "emperor"},
		"unknown command":       {"grant", "operator@example.com"},
	} {
		out, err := a.runCommand("PORT="+a.port(), args...)
		if lines := strings.Count(strings.TrimSpace(out), "\n") + 1; err == nil || lines > 1 {
			t.Errorf("%s: got %v, %q; want an error of one sentence", name, err, out)
		}
	}
}

// Anyone can sign up with the operator's email address before the operator does.
func TestGrantRoleRefusesUnverifiedAddress(t *testing.T) {
	a := startProgram(t)
	signUpWithAPI(t, a.url, "operator@example.com")
	uid := a.findUser("operator@example.com").LocalID

	out, err := a.runCommand("PORT="+a.port(), "grant-role", "operator@example.com", "admin")
	if err == nil || !strings.Contains(out, "isn't verified, so someone else may have signed up") {
		t.Errorf("by the address: got %v, %s", err, out)
	}
	wantFacts(t, out, `"operator@example.com" (not verified)`, "password", uid)
	if got := a.findUser("operator@example.com").CustomAttributes; got != "" {
		t.Errorf("after the refusal, the user has %s", got)
	}

	out, err = a.runCommand("PORT="+a.port(), "grant-role", uid, "admin")
	if err != nil || !strings.Contains(out, uid+" now has the role admin") {
		t.Errorf("by the uid: got %v, %s", err, out)
	}
	wantFacts(t, out, `"operator@example.com" (not verified)`, "password", uid)
	if got := a.findUser("operator@example.com").CustomAttributes; got != `{"roles":["admin"]}` {
		t.Errorf("after granting the role by uid, the user has %s", got)
	}
}

// TestGrantRoleShowsWhomItPromotes covers what TestGrantRoleRefusesUnverifiedAddress doesn't: a
// verified address, and accounts without an address or without a sign-in method.
func TestGrantRoleShowsWhomItPromotes(t *testing.T) {
	a := startProgram(t)
	signUpWithAPI(t, a.url, "operator@example.com")
	a.verify("operator@example.com")
	uid := a.findUser("operator@example.com").LocalID
	out, _ := a.runCommand("PORT="+a.port(), "grant-role", "operator@example.com", "admin")
	wantFacts(t, out, `"operator@example.com" (verified)`, "password", uid)

	users := strings.TrimSuffix(localUsers, ":")
	a.callFirebase("POST", users, map[string]string{"localId": "p", "phoneNumber": "+15555550100"})
	a.callFirebase("POST", users, map[string]string{"localId": "nothing"})
	out, _ = a.runCommand("PORT="+a.port(), "grant-role", "p", "admin")
	wantFacts(t, out, "none", "phone", "p")
	out, _ = a.runCommand("PORT="+a.port(), "grant-role", "nothing", "admin")
	wantFacts(t, out, "none", "none", "nothing")
}

// wantFacts checks that grant-role printed these facts about the account, before its result.
func wantFacts(t *testing.T, out, email, methods, uid string) {
	t.Helper()
	lines := strings.Split(out, "\n")
	want := []string{
		"Email address:   " + email,
		"Sign-in methods: " + methods,
		"Created:         20",
		"User ID:         " + uid,
	}
	for i, start := range want {
		if i >= len(lines) || !strings.HasPrefix(lines[i], start) {
			t.Errorf("line %d doesn't start with %q in:\n%s", i+1, start, out)
		}
	}
}

func TestGrantRoleExplainsItsArguments(t *testing.T) {
	for _, args := range [][]string{
		{}, {"ada@example.com"}, {"", "admin"}, {"ada@example.com", ""},
		{"ada@example.com", "admin", "now"}, {"--help"},
	} {
		out, err := runAlone(t, nil, append([]string{"grant-role"}, args...)...)
		if err == nil || strings.Count(out, "\n") != 1 ||
			!strings.Contains(out, "latchkey grant-role EMAIL admin") ||
			!strings.Contains(out, "latchkey grant-role UID admin") {
			t.Errorf("%q: got %v, %q; want one line with the usage", args, err, out)
		}
	}
}

// TestGrantRoleReachesStateInMemory runs grant-role with LOCAL_STATE=off, where only the running
// server has the accounts.
func TestGrantRoleReachesStateInMemory(t *testing.T) {
	a := startProgram(t, "LOCAL_STATE=off")
	signUpWithAPI(t, a.url, "operator@example.com")
	a.verify("operator@example.com")
	environ := []string{"PORT=" + a.port()}
	grant := []string{"grant-role", "operator@example.com", "admin"}
	if out, err := runAlone(t, environ, grant...); err != nil || !strings.Contains(out, "now has") {
		t.Errorf("while the server is running: %v, %s", err, out)
	}
	a.kill()
	out, err := runAlone(t, environ, grant...)
	if err == nil || !strings.Contains(out, "start it") {
		t.Errorf("after the server has stopped: got %v, %q; want an error that says what to do",
			err, out)
	}
}
