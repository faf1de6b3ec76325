package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// response is what a test looks at in an HTTP response. If no complete response arrived, the
// status is 0 and the body is the error.
type response struct {
	status     int
	body, etag string
}

// sendRequest sends a request. The token, the JSON body, and the pairs of header names and values
// are optional. It may be called from any goroutine.
func sendRequest(t *testing.T, method, url, token, body string, headers ...string) response {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return response{}
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return response{body: err.Error()}
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{body: err.Error()}
	}
	return response{resp.StatusCode, string(content), resp.Header.Get("ETag")}
}

// request sends a request to the program.
func (a *app) request(method, path, token, body string, headers ...string) response {
	a.t.Helper()
	return sendRequest(a.t, method, a.url+path, token, body, headers...)
}

// patch changes fields of a resource, with the ETag of its current version.
func (a *app) patch(path, token string, fields map[string]string) {
	a.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		a.t.Fatal(err)
	}
	etag := a.request("GET", path, token, "").etag
	if got := a.request("PATCH", path, token, string(body), "If-Match", etag); got.status != 200 {
		a.t.Fatalf("PATCH %s with %s: got %d %s", path, body, got.status, got.body)
	}
}

// signUpWithAPI creates a user through the Identity Toolkit API at the URL and returns an ID
// token.
func signUpWithAPI(t *testing.T, url, email string) string {
	t.Helper()
	return requestIDToken(t, url, "accounts:signUp", email)
}

// signInWithAPI signs a user in through the Identity Toolkit API at the URL and returns an ID
// token.
func signInWithAPI(t *testing.T, url, email string) string {
	t.Helper()
	return requestIDToken(t, url, "accounts:signInWithPassword", email)
}

func requestIDToken(t *testing.T, url, method, email string) string {
	t.Helper()
	endpoint := url + identityToolkit + method + "?key=local"
	got := sendRequest(t, "POST", endpoint, "", passwordCredentials(email))
	var user struct{ IDToken string }
	if err := json.Unmarshal([]byte(got.body), &user); err != nil || user.IDToken == "" {
		t.Fatalf("%s: got %d %s", method, got.status, got.body)
	}
	return user.IDToken
}

// passwordCredentials returns the body of a request to sign up or sign in with the tests'
// password.
func passwordCredentials(email string) string {
	return fmt.Sprintf(`{"email":%q,"password":%q,"returnSecureToken":true}`, email, password)
}

// statusOf returns the status of the response to a GET request.
func statusOf(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
