package identitytoolkit_test

import (
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

// Client methods that most tests call.
const (
	signUp             = "v1/accounts:signUp"
	signInWithPassword = "v1/accounts:signInWithPassword"
	lookup             = "v1/accounts:lookup"
	update             = "v1/accounts:update"
	deleteAccount      = "v1/accounts:delete"
	sendOobCode        = "v1/accounts:sendOobCode"
	resetPassword      = "v1/accounts:resetPassword"
)

// object is a JSON object.
type object = map[string]any

// adminHeader holds the credential that the Admin SDKs send in emulator mode.
var adminHeader = http.Header{"Authorization": {"Bearer owner"}}

// clock is the time of a service; tests advance it. It starts one minute in the past, so that the
// times that SDKs take from the system clock are later than everything the test did before.
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

// start runs a service with its state in memory.
func start(t *testing.T) *local {
	t.Helper()
	return startIn(t, "")
}

// startIn runs a service with its state in a directory until the test ends.
func startIn(t *testing.T, dir string) *local {
	t.Helper()
	l, stop := open(t, dir)
	t.Cleanup(stop)
	return l
}

// open runs a service with its state in a directory, and returns a function that stops it. Stop it
// before another service opens the same directory.
func open(t *testing.T, dir string) (*local, func()) {
	t.Helper()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := &local{clock: &clock{now: time.Now().Add(-time.Minute)}, t: t}
	options := identitytoolkit.Options{ProjectID: projectID, Now: l.Now}
	l.service, err = identitytoolkit.New(store, options)
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

// serve runs an HTTP server with the handler until the test ends, and returns its URL.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// admin returns a client of the Admin Go SDK that calls the service.
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

// send makes a request. A body that is a string is sent as is; any other body is sent as JSON.
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
	content := strings.NewReader(text)
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, content)
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
	response := object{}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &response); err != nil {
			l.t.Fatalf("the response is not a JSON object: %q", b)
		}
	}
	return response
}

// post calls a client method, such as v1/accounts:signUp.
func (l *local) post(method string, body any) (int, object) {
	l.t.Helper()
	return l.send("POST", "/identitytoolkit.googleapis.com/"+method+"?key=local", body, nil)
}

// ok calls a client method, and fails the test unless the call succeeds.
func (l *local) ok(method string, body any) object {
	l.t.Helper()
	status, response := l.post(method, body)
	if status != http.StatusOK {
		l.t.Fatalf("%s: got %d %v, want 200", method, status, response)
	}
	return response
}

// postAsAdmin calls a method of the project with the credential that Admin SDKs send.
func (l *local) postAsAdmin(method string, body any) (int, object) {
	l.t.Helper()
	path := "/identitytoolkit.googleapis.com/v1/projects/demo-test"
	if !strings.HasPrefix(method, ":") {
		path += "/"
	}
	return l.send("POST", path+method, body, adminHeader)
}

// okAsAdmin is postAsAdmin, and fails the test unless the call succeeds.
func (l *local) okAsAdmin(method string, body any) object {
	l.t.Helper()
	status, response := l.postAsAdmin(method, body)
	if status != http.StatusOK {
		l.t.Fatalf("%s: got %d %v, want 200", method, status, response)
	}
	return response
}

// emulator calls a method that only emulators have. path is relative to the project, for example
// /oobCodes.
func (l *local) emulator(method, path string, body any) (int, object) {
	l.t.Helper()
	return l.send(method, "/emulator/v1/projects/demo-test"+path, body, nil)
}

// rejects calls a client method that must return HTTP status 400 and the error code.
func (l *local) rejects(code, method string, body any) {
	l.t.Helper()
	status, response := l.post(method, body)
	if got := errorCode(response); status != http.StatusBadRequest || got != code {
		l.t.Errorf("%s: got %d %v, want 400 %s", method, status, response, code)
	}
}

// rejectsSignIn signs in with a password, which must fail with the error code.
func (l *local) rejectsSignIn(code, email, password string) {
	l.t.Helper()
	l.rejects(code, signInWithPassword, object{"email": email, "password": password})
}

// errorCode returns the part of an error message that the SDKs read.
func errorCode(response object) string {
	body, _ := response["error"].(object)
	message, _ := body["message"].(string)
	code, _, _ := strings.Cut(message, " : ")
	return code
}

// signUp creates an account with email and password, and returns the response with its tokens.
func (l *local) signUp() object {
	l.t.Helper()
	return l.ok(signUp, credentials())
}

// credentials returns the body of a sign-up or sign-in with email and password.
func credentials() object { return object{"email": email, "password": password} }

// signIn signs in with email and the given password.
func (l *local) signIn(password string) object {
	l.t.Helper()
	return l.ok(signInWithPassword, object{"email": email, "password": password})
}

// account looks up the account of a sign-in response.
func (l *local) account(signedIn object) object {
	l.t.Helper()
	users := l.ok(lookup, object{"idToken": signedIn["idToken"]})["users"].([]any)
	return users[0].(object)
}

// refresh exchanges the refresh token of a sign-in response.
func (l *local) refresh(signedIn object) (int, object) {
	l.t.Helper()
	token, _ := signedIn["refreshToken"].(string)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return l.send("POST", "/securetoken.googleapis.com/v1/token?key=local",
		"grant_type=refresh_token&refresh_token="+token, form)
}

// configure changes the configuration of the project.
func (l *local) configure(changes object) {
	l.t.Helper()
	status, response := l.emulator("PATCH", "/config", changes)
	if status != http.StatusOK {
		l.t.Fatalf("configure: got %d %v", status, response)
	}
}

// disableEnumerationProtection switches email enumeration protection off.
func (l *local) disableEnumerationProtection() {
	l.t.Helper()
	l.configure(object{"emailPrivacyConfig": object{"enableImprovedEmailPrivacy": false}})
}

func (l *local) sendPasswordReset(email string) object {
	l.t.Helper()
	return l.ok(sendOobCode, object{"requestType": "PASSWORD_RESET", "email": email})
}

// sendVerification sends a verification email to the user of a sign-in response.
func (l *local) sendVerification(signedIn object) object {
	l.t.Helper()
	return l.ok(sendOobCode, object{"requestType": "VERIFY_EMAIL", "idToken": signedIn["idToken"]})
}

// lastEmailCode returns the newest pending email code of a request type.
func (l *local) lastEmailCode(requestType string) string {
	l.t.Helper()
	_, response := l.emulator("GET", "/oobCodes", nil)
	code := ""
	for _, entry := range response["oobCodes"].([]any) {
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
