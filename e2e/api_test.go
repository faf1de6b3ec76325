package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// ask sends one request to the program. A status of 0 says that there was no answer.
func (a *app) ask(method, path, token, body string, headers ...string) (status int, answer, etag string) {
	r, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Error(err)
		return 0, "", ""
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", ""
	}
	return response.StatusCode, string(content), response.Header.Get("ETag")
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

// tokenOf signs up and returns the ID token.
func tokenOf(t *testing.T, a *app) string {
	t.Helper()
	resp, err := http.Post(a.url+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local", "application/json",
		strings.NewReader(`{"email":"ada@example.com","password":"correct horse","returnSecureToken":true}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ IDToken string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.IDToken == "" {
		t.Fatalf("sign up: %d %v", resp.StatusCode, err)
	}
	return answer.IDToken
}

// idToken signs in beside the browser and returns the token.
func (b *tab) idToken(a *app, email string) string {
	b.t.Helper()
	body, _ := json.Marshal(map[string]any{"email": email, "password": password, "returnSecureToken": true})
	status, answer, _ := a.ask("POST", "/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local", "", string(body))
	var account struct{ IDToken string }
	if err := json.Unmarshal([]byte(answer), &account); err != nil || account.IDToken == "" {
		b.t.Fatalf("sign in: %d %s", status, answer)
	}
	return account.IDToken
}

// patch changes fields as the pages would.
func (a *app) patch(path, token string, fields map[string]string) {
	a.t.Helper()
	_, _, etag := a.ask("GET", path, token, "")
	body, err := json.Marshal(fields)
	if err != nil {
		a.t.Fatal(err)
	}
	if status, answer, _ := a.ask("PATCH", path, token, string(body), "If-Match", etag); status != 200 {
		a.t.Fatalf("save %s: %d %s", body, status, answer)
	}
}
