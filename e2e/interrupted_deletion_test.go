package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

// TestR32RetryFinishesDeletionKilledAfterAnyStep kills the program after the first call to Auth
// or Firestore that a deletion makes, then after the second, and so on. Each time, it deletes
// again.
func TestR32RetryFinishesDeletionKilledAfterAnyStep(t *testing.T) {
	injector := &crashInjector{}
	s := &deletionSetup{
		injector:  injector,
		firestore: startCrashingFirestore(t, injector),
		authURL:   startCrashingAuth(t, injector),
	}
	s.app = startProgram(t, "GOOGLE_CLOUD_PROJECT=demo-test",
		"FIRESTORE_EMULATOR_HOST="+os.Getenv("FIRESTORE_EMULATOR_HOST"),
		"FIREBASE_AUTH_EMULATOR_HOST="+strings.TrimPrefix(s.authURL, "http://"))

	calls := 0
	for s.deleteAndKillAfter(t, calls+1) {
		calls++
	}
	if calls < 4 { // look up the user, record the erasure, delete the document, delete the user
		t.Errorf("the deletion was killed after %d calls, want at least 4", calls)
	}
	t.Logf("a deletion makes %d calls", calls)
}

// deletionSetup is the program with an Auth emulator and a Firestore emulator that can kill it.
type deletionSetup struct {
	app       *app
	authURL   string
	firestore *firestore.Client
	injector  *crashInjector
}

// deleteAndKillAfter deletes a new user and kills the program after the given call of the
// deletion. If the program was killed, it restarts the program and deletes again. It returns
// false if the deletion made fewer calls and so was not killed.
func (s *deletionSetup) deleteAndKillAfter(t *testing.T, call int) (killed bool) {
	t.Helper()
	token := signUpWithAPI(t, s.authURL, fmt.Sprintf("step%d@example.com", call))
	got := s.app.request("PATCH", "/api/profile", token, `{"bio":"mine"}`, "If-Match", `"none"`)
	if got.status != 200 {
		t.Fatalf("save the profile: got %d %s", got.status, got.body)
	}
	if len(s.storedProfiles(t)) != 1 {
		t.Fatal("there is no profile to erase")
	}

	audited := func() int { return strings.Count(s.app.log.text(), "outcome=started") }
	before := audited()
	s.injector.killAfter(s.app, call)
	got = s.app.request("DELETE", "/api/account", token, "")
	if got.status != 0 && got.status != 204 {
		t.Fatalf("killed after call %d: got %d %s", call, got.status, got.body)
	}
	s.injector.disarm()
	killed = got.status == 0
	if call > 1 && audited() != before+1 { // the first call looks up the user
		t.Errorf("killed after call %d: the deletion has no audit line", call)
	}
	if killed {
		s.app.restart()
		got = s.app.request("DELETE", "/api/account", token, "")
		if got.status != 204 && got.status != 401 {
			t.Errorf("killed after call %d, retried: got %d %s", call, got.status, got.body)
		}
	}

	if left := s.storedProfiles(t); len(left) > 0 {
		t.Errorf("killed after call %d: %v are left", call, left)
	}
	if got := s.app.request("GET", "/api/account", token, ""); got.status != 401 {
		t.Errorf("killed after call %d: the user still exists: %d %s", call, got.status, got.body)
	}
	return killed
}

func (s *deletionSetup) storedProfiles(t *testing.T) []*firestore.DocumentSnapshot {
	t.Helper()
	profiles, err := s.firestore.Collection("profiles").Documents(t.Context()).GetAll()
	if err != nil {
		t.Fatal(err)
	}
	return profiles
}

// crashInjector kills the program after an emulator has carried out a call, and before the
// emulator responds.
type crashInjector struct {
	mu        sync.Mutex
	app       *app
	remaining int // calls until the kill; zero and negative numbers mean never
}

// killAfter kills the app after the given number of calls from now.
func (c *crashInjector) killAfter(a *app, calls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.app, c.remaining = a, calls
}

func (c *crashInjector) disarm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remaining = 0
}

// called counts a call that was carried out. It reports whether it killed the program.
func (c *crashInjector) called() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.remaining--; c.remaining != 0 {
		return false
	}
	_ = c.app.cmd.Process.Kill()
	return true
}

// startCrashingFirestore starts a Firestore emulator, sets FIRESTORE_EMULATOR_HOST and returns a
// client.
func startCrashingFirestore(t *testing.T, injector *crashInjector) *firestore.Client {
	t.Helper()
	intercept := func(
		ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler,
	) (any, error) {
		resp, err := next(ctx, req)
		if injector.called() {
			return nil, status.Error(codes.Unavailable, "the client was killed")
		}
		return resp, err
	}
	return firestoretest.New(t, intercept)
}

// startCrashingAuth starts an Auth emulator and returns its URL.
func startCrashingAuth(t *testing.T, injector *crashInjector) string {
	t.Helper()
	options := identitytoolkit.Options{ProjectID: "demo-test"}
	emulator, err := identitytoolkit.New(&state.Store{}, options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		emulator.ServeHTTP(recorder, r)
		if injector.called() {
			panic(http.ErrAbortHandler)
		}
		copyResponse(w, recorder)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// copyResponse sends a recorded response.
func copyResponse(w http.ResponseWriter, recorder *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), recorder.Header())
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}
