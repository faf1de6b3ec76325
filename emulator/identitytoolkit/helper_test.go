package identitytoolkit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

const (
	projectID = "demo-test"
	email     = "ann@example.com"
	password  = "correct horse"
)

// object is a JSON object.
type object = map[string]any

// clock is a service's time, moved by hand. It starts a minute ago, so that what the SDKs stamp with the real time is
// later than what happened before.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// local is a running service and its clock.
type local struct {
	*clock
	t       *testing.T
	url     string
	service *identitytoolkit.Service
}

// start runs a service that forgets everything when the test ends.
func start(t *testing.T) *local {
	t.Helper()
	return startIn(t, "")
}

// startIn runs a service with its state in the folder; stop it before starting another in the same folder.
func startIn(t *testing.T, dir string) *local {
	t.Helper()
	l, stop := open(t, dir)
	t.Cleanup(stop)
	return l
}

func open(t *testing.T, dir string) (*local, func()) {
	t.Helper()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := &local{clock: &clock{now: time.Now().Add(-time.Minute)}, t: t}
	l.service, err = identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID, Now: l.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(l.service)
	l.url = server.URL
	return l, func() {
		server.Close()
		store.Close()
	}
}

// serve gives a service an address until the test ends.
func serve(t *testing.T, service http.Handler) string {
	t.Helper()
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return server.URL
}

// admin is the Admin Go SDK, pointed at the service.
func (l *local) admin() *auth.Client {
	l.t.Helper()
	l.t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(l.url, "http://"))
	app, err := firebase.NewApp(l.t.Context(), &firebase.Config{ProjectID: projectID})
	if err != nil {
		l.t.Fatal(err)
	}
	client, err := app.Auth(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return client
}

// send makes one request; the body is sent as it is when it is a string.
func (l *local) send(method, path string, body any, header http.Header) (int, object) {
	l.t.Helper()
	text, ok := body.(string)
	if !ok && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			l.t.Fatal(err)
		}
		text = string(b)
	}
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, bytes.NewBufferString(text))
	if err != nil {
		l.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, l.decode(resp.Body)
}

func (l *local) decode(r io.Reader) object {
	l.t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		l.t.Fatal(err)
	}
	answer := object{}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &answer); err != nil {
			l.t.Fatalf("answer is no JSON object: %q", b)
		}
	}
	return answer
}

// post calls a client method such as v1/accounts:signUp.
func (l *local) post(method string, body any) (int, object) {
	l.t.Helper()
	return l.send("POST", "/identitytoolkit.googleapis.com/"+method+"?key=local", body, nil)
}

// ok calls a client method that must succeed.
func (l *local) ok(method string, body any) object {
	l.t.Helper()
	status, answer := l.post(method, body)
	if status != http.StatusOK {
		l.t.Fatalf("%s: got %d %v, want 200", method, status, answer)
	}
	return answer
}

// owner calls a method of the project with the credential that Admin SDKs send.
func (l *local) owner(method string, body any) (int, object) {
	l.t.Helper()
	path := "/identitytoolkit.googleapis.com/v1/projects/demo-test"
	if !strings.HasPrefix(method, ":") {
		path += "/"
	}
	return l.send("POST", path+method, body, http.Header{"Authorization": {"Bearer owner"}})
}

// asAdmin is owner for a call that must succeed.
func (l *local) asAdmin(method string, body any) object {
	l.t.Helper()
	status, answer := l.owner(method, body)
	if status != http.StatusOK {
		l.t.Fatalf("%s: got %d %v, want 200", method, status, answer)
	}
	return answer
}

// refused calls a client method that must answer 400 with the code.
func (l *local) refused(code, method string, body any) {
	l.t.Helper()
	status, answer := l.post(method, body)
	if got := errorCode(answer); status != http.StatusBadRequest || got != code {
		l.t.Errorf("%s: got %d %v, want 400 %s", method, status, answer, code)
	}
}

// signInRefused signs in with a password, which must answer 400 with the code.
func (l *local) signInRefused(code, email, password string) {
	l.t.Helper()
	l.refused(code, "v1/accounts:signInWithPassword", object{"email": email, "password": password})
}

// errorCode is the part of the message that the SDKs look at.
func errorCode(answer object) string {
	body, _ := answer["error"].(object)
	message, _ := body["message"].(string)
	code, _, _ := strings.Cut(message, " : ")
	return code
}

// signUp creates the account of email and password and answers with its tokens.
func (l *local) signUp() object {
	l.t.Helper()
	return l.ok("v1/accounts:signUp", object{"email": email, "password": password})
}

func (l *local) signIn(password string) object {
	l.t.Helper()
	return l.ok("v1/accounts:signInWithPassword", object{"email": email, "password": password})
}

// me is the account that the ID token in the answer of a sign-in belongs to.
func (l *local) me(signedIn object) object {
	l.t.Helper()
	users := l.ok("v1/accounts:lookup", object{"idToken": signedIn["idToken"]})["users"].([]any)
	return users[0].(object)
}

// refresh exchanges the refresh token in the answer of a sign-in.
func (l *local) refresh(signedIn object) (int, object) {
	l.t.Helper()
	token, _ := signedIn["refreshToken"].(string)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return l.send("POST", "/securetoken.googleapis.com/v1/token?key=local",
		"grant_type=refresh_token&refresh_token="+token, form)
}

// configure changes the project's configuration.
func (l *local) configure(changes object) {
	l.t.Helper()
	status, answer := l.send("PATCH", "/emulator/v1/projects/demo-test/config", changes, nil)
	if status != http.StatusOK {
		l.t.Fatalf("configure: got %d %v", status, answer)
	}
}

// lastCode is the newest pending email code of the kind.
func (l *local) lastCode(requestType string) string {
	l.t.Helper()
	_, answer := l.send("GET", "/emulator/v1/projects/demo-test/oobCodes", nil, nil)
	code := ""
	for _, entry := range answer["oobCodes"].([]any) {
		if oob := entry.(object); oob["requestType"] == requestType {
			code = oob["oobCode"].(string)
		}
	}
	if code == "" {
		l.t.Fatalf("no pending %s code", requestType)
	}
	return code
}

// claimsOf decodes the claims of a JWT.
func claimsOf(t *testing.T, token any) object {
	t.Helper()
	parts := strings.Split(token.(string), ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts, want 3", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	claims := object{}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
