package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestTheFirstAdminIsMadeByAnOperator runs the command beside the running server, which holds the state, and then again
// when the server is gone.
func TestTheFirstAdminIsMadeByAnOperator(t *testing.T) {
	a := startProgram(t)
	signUp(t, a.url, "operator@example.com", "correct horse battery")
	port := a.url[strings.LastIndexByte(a.url, ':')+1:]

	if out, err := a.run("PORT="+port, "grant-role", "operator@example.com", "admin"); err != nil || !strings.Contains(out, "now has the role admin") {
		t.Errorf("with the server running: %v, %s", err, out)
	}
	if out, err := a.run("PORT=1", "grant-role", "operator@example.com", "admin"); err == nil || !strings.Contains(out, "set PORT to its port") {
		t.Errorf("with the server on another port: %v, %s", err, out)
	}
	a.kill()
	if out, err := a.run("PORT="+port, "grant-role", "operator@example.com", "admin"); err != nil || !strings.Contains(out, "already has the role admin") {
		t.Errorf("without the server: %v, %s", err, out)
	}
	for name, args := range map[string][]string{
		"nobody's address": {"grant-role", "nobody@example.com", "admin"},
		"no such role":     {"grant-role", "operator@example.com", "emperor"},
		"no such command":  {"grant", "operator@example.com"},
	} {
		if out, err := a.run("PORT="+port, args...); err == nil || strings.Count(strings.TrimSpace(out), "\n") > 0 {
			t.Errorf("%s: got %v, %q; want one sentence and a failure", name, err, out)
		}
	}
}

// run runs the program with one more setting and returns its output.
func (a *app) run(setting string, args ...string) (string, error) {
	cmd := a.command(args...)
	cmd.Env = append(cmd.Env, setting)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// signUp creates an account over the local Firebase's API, for tests that are not about signing up, and returns its ID
// token.
func signUp(t *testing.T, url, email, password string) string {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"email": email, "password": password, "returnSecureToken": true})
	response, err := http.Post(url+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var account struct{ IDToken string }
	if err := json.Unmarshal(answer, &account); err != nil || account.IDToken == "" {
		t.Fatalf("sign up: %s", answer)
	}
	return account.IDToken
}
