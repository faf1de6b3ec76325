//go:build !production

package local

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/config"
)

// send sends one request through the guard of a program with these settings. The site behind it
// responds with 200.
func send(
	t *testing.T, environ []string, host, path string, headers ...string,
) *httptest.ResponseRecorder {
	t.Helper()
	cfg, err := config.Load(environ, Available)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, nil)
	r.Host = host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	site := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	guard(cfg, site).ServeHTTP(w, r)
	return w
}

// TestOtherHostNamesAreRejected is about DNS rebinding, where the attacker chooses the Host.
func TestOtherHostNamesAreRejected(t *testing.T) {
	suite := []string{"FIREBASE_AUTH_EMULATOR_HOST=a:1", "FIRESTORE_EMULATOR_HOST=b:1"}
	for _, tt := range []struct {
		host    string
		environ []string
		passes  bool
	}{
		{"localhost:8080", nil, true},
		{"LOCALHOST", nil, true},
		{"localhost.:8080", nil, true},
		{"app.localhost:8080", nil, true},
		{"127.0.0.1:8080", nil, true},
		{"[::1]:8080", nil, true},
		{"192.168.1.20:8080", []string{"HOST=0.0.0.0"}, true},
		{"8080-w-1.cluster-xyz.cloudworkstations.dev", nil, true},
		{"8080-cs-1.cs-europe-west1-xyz.cloudshell.dev", nil, true},
		{"devbox.lan:8080", []string{"LOCAL_HOSTS=other.lan, DevBox.lan"}, true},
		{"devbox:8080", []string{"HOST=devbox"}, true},
		{"localhost:8080", suite, true},

		{"evil.example:8080", nil, false},
		{"evil.example", suite, false},
		{"evil.example:8080", []string{"HOST=0.0.0.0"}, false},
		{"devbox.lan:8080", nil, false},
		{"evil.devbox.lan", []string{"LOCAL_HOSTS=devbox.lan"}, false},
		{"localhost.evil.example", nil, false},
		{"127.0.0.1.evil.example", nil, false},
		{"notlocalhost", nil, false},
		{"cloudshell.dev", nil, false},
		{"evilcloudshell.dev", nil, false},
		{"x.cloudshell.dev.evil.example", nil, false},
		{"", nil, false},
		{":8080", []string{"HOST=0.0.0.0"}, false},
	} {
		for _, path := range []string{
			"/", "/api/account", "/emulator/outbox", "/identitytoolkit.googleapis.com/v1/accounts:lookup",
		} {
			w := send(t, tt.environ, tt.host, path)
			if (w.Code == http.StatusOK) != tt.passes {
				t.Errorf("%s at %q with %v: got %d", path, tt.host, tt.environ, w.Code)
			}
			if !tt.passes && !strings.Contains(w.Body.String(), "LOCAL_HOSTS") {
				t.Errorf("%s at %q: got %q, want the variable to set", path, tt.host, w.Body)
			}
		}
	}
}

// TestOtherOriginsCannotCallTheLocalFirebase matters because the local Firebase lets a caller act as
// any user: another site could take over every account whose email address it guesses.
func TestOtherOriginsCannotCallTheLocalFirebase(t *testing.T) {
	for _, tt := range []struct {
		headers []string
		environ []string
		passes  bool
	}{
		{nil, nil, true}, // not a browser
		{[]string{"Origin", "http://localhost:8080"}, nil, true},
		{[]string{"Origin", "http://localhost:3000", "Sec-Fetch-Site", "same-site"}, nil, true},
		{[]string{"Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "cross-site"}, nil, true},
		// A port forwarder that rewrites Host.
		{[]string{"Origin", "https://x-8080.forwarder.example", "Sec-Fetch-Site", "same-origin"}, nil, true},
		{[]string{"Origin", "https://app.example.com"},
			[]string{"CORS_ORIGINS=https://app.example.com"}, true},
		{[]string{"Origin", "http://devbox.lan:3000"}, []string{"LOCAL_HOSTS=devbox.lan"}, true},

		{[]string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, nil, false},
		{[]string{"Origin", "https://evil.example"}, nil, false},
		{[]string{"Origin", "https://evil.example"},
			[]string{"CORS_ORIGINS=https://app.example.com"}, false},
		{[]string{"Origin", "https://evil.cloudshell.dev"}, nil, false}, // anyone can get such a name
		{[]string{"Origin", "http://203.0.113.9"}, nil, false},
		{[]string{"Origin", "http://localhost.evil.example"}, nil, false},
		{[]string{"Origin", "null"}, nil, false},
		{[]string{"Origin", "http://[::1"}, nil, false},
	} {
		for _, path := range []string{
			"/emulator/v1/projects/p:age", "/identitytoolkit.googleapis.com/v1/accounts:signInWithIdp",
		} {
			w := send(t, tt.environ, "localhost:8080", path, tt.headers...)
			if (w.Code == http.StatusOK) != tt.passes {
				t.Errorf("%s from %v with %v: got %d", path, tt.headers, tt.environ, w.Code)
			}
			if !tt.passes && !strings.Contains(w.Body.String(), "CORS_ORIGINS") {
				t.Errorf("%s from %v: got %q, want the variable to set", path, tt.headers, w.Body)
			}
		}
	}
	w := send(t, nil, "localhost:8080", "/", "Origin", "https://evil.example")
	if w.Code != http.StatusOK {
		t.Errorf("the site: got %d, want 200: it has its own check of origins", w.Code)
	}
}
