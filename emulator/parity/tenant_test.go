package parity

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/emulator/firestore/firestoretest"
)

// TestR6OnlyTokensOfTheConfiguredTenantAreAccepted runs the program with and without TENANT_ID, and
// sends it tokens of the project, of that tenant and of another tenant. It needs the official Auth
// emulator, because the local Firebase doesn't support tenants.
func TestR6OnlyTokensOfTheConfiguredTenantAreAccepted(t *testing.T) {
	official := startOfficial(t)
	ours, other := createTenant(t, official, "ours"), createTenant(t, official, "other")
	firestoretest.New(t) // sets FIRESTORE_EMULATOR_HOST, which the program inherits
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(official, "http://"))

	tokens := map[string]string{}
	for _, tenant := range []string{"", ours, other} {
		tokens[tenant] = signUpIn(t, official, tenant)
	}
	binary := buildProgram(t)
	for _, tenant := range []string{"", ours} {
		site := runProgram(t, binary, "TENANT_ID="+tenant)
		for tokenOf, token := range tokens {
			want := 401
			if tokenOf == tenant {
				want = 200
			}
			// /api/profile reads the token only; /api/account also looks the user up in the tenant.
			for _, path := range []string{"/api/profile", "/api/account"} {
				if got, body := request(t, "GET", site+path, token); got != want {
					t.Errorf("TENANT_ID=%q, %s with a token of %q: got %d, want %d\n%s",
						tenant, path, tokenOf, got, want, body)
				}
			}
		}
		_, page := request(t, "GET", site+"/", "")
		if got := strings.Contains(page, `"tenantId":"`+ours+`"`); got != (tenant == ours) {
			t.Errorf("TENANT_ID=%q: the page contains the id of the tenant: got %t, want %t",
				tenant, got, tenant == ours)
		}
		// Deletion reads the settings of the tenant and deletes the account in that tenant only, so
		// the other accounts with this email address remain.
		if got, body := request(t, "DELETE", site+"/api/account", tokens[tenant]); got != 204 {
			t.Errorf("TENANT_ID=%q: delete: got %d, want 204\n%s", tenant, got, body)
		}
		delete(tokens, tenant)
	}
}

// createTenant makes a tenant that allows passwords and returns its id.
func createTenant(t *testing.T, official, name string) string {
	t.Helper()
	var tenant struct{ Name string }
	call(t, official+"/identitytoolkit.googleapis.com/v2/projects/"+project+"/tenants", true,
		map[string]any{"displayName": name, "allowPasswordSignup": true}, &tenant)
	return tenant.Name[strings.LastIndexByte(tenant.Name, '/')+1:]
}

// signUpIn creates an account in the tenant, as the JS SDK does, and returns its ID token.
func signUpIn(t *testing.T, official, tenant string) string {
	t.Helper()
	body := map[string]any{
		"email":             "ada@example.com",
		"password":          "correct horse",
		"returnSecureToken": true,
	}
	if tenant != "" {
		body["tenantId"] = tenant
	}
	var user struct{ IDToken string }
	url := official + "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local"
	call(t, url, false, body, &user)
	return user.IDToken
}

// call sends a JSON body to the emulator and decodes the response into result. owner authenticates
// as the Admin SDK does in emulator mode.
func call(t *testing.T, url string, owner bool, body map[string]any, result any) {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if owner {
		r.Header.Set("Authorization", "Bearer owner")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	received, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%s: %d %s %v", url, resp.StatusCode, received, err)
	}
	if err := json.Unmarshal(received, result); err != nil {
		t.Fatalf("%s: %v in %s", url, err, received)
	}
}

// request calls the program. If the token is empty, the request has no credentials.
func request(t *testing.T, method, url, token string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}

func buildProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "latchkey")
	build := exec.Command("go", "build", "-o", binary, "example.com/latchkey")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return binary
}

var listening = regexp.MustCompile(`msg=listening url=(\S+)`)

// runProgram runs the program on a free port for the rest of the test and returns its URL.
func runProgram(t *testing.T, binary string, settings ...string) string {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), append(settings, "PORT=0", "GOOGLE_CLOUD_PROJECT="+project)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	url, ended := make(chan string, 1), make(chan string, 1)
	go func() {
		var log strings.Builder
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			fmt.Fprintln(&log, lines.Text())
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				url <- found[1]
			}
		}
		ended <- log.String()
	}()
	select {
	case u := <-url:
		return u
	case log := <-ended:
		t.Fatalf("the program exited; its log:\n%s", log)
	case <-time.After(time.Minute):
		t.Fatal("the program did not start listening within a minute")
	}
	return ""
}
