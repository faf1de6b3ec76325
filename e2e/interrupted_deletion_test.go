package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore"
	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// crashInjector serves calls and kills the program after the one with this number, before its answer gets there.
type crashInjector struct {
	mu     sync.Mutex
	victim *app
	left   int // calls until the kill; none is planned at 0 and below
}

// arm plans the kill after the k-th call from now; never if k is 0.
func (k *crashInjector) arm(victim *app, after int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.victim, k.left = victim, after
}

// afterCall is told of each call that was carried out. It reports whether the program died of it.
func (k *crashInjector) afterCall() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left--; k.left != 0 {
		return false
	}
	_ = k.victim.cmd.Process.Kill()
	return true
}

// TestR32RetryFinishesDeletionKilledAfterAnyStep runs the program against an Auth and a Firestore emulator
// of this test's own, which kill it after each of the calls that a deletion makes.
func TestR32RetryFinishesDeletionKilledAfterAnyStep(t *testing.T) {
	k := &crashInjector{}
	documents := firestoretest.New(t, func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		answer, err := next(ctx, req)
		if k.afterCall() {
			return nil, status.Error(codes.Unavailable, "nobody is listening any more")
		}
		return answer, err
	})
	accounts, err := identitytoolkit.New(&state.Store{}, identitytoolkit.Options{ProjectID: "demo-test"})
	if err != nil {
		t.Fatal(err)
	}
	auth := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		accounts.ServeHTTP(recorded, r)
		if k.afterCall() {
			panic(http.ErrAbortHandler)
		}
		for name, values := range recorded.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorded.Code)
		_, _ = w.Write(recorded.Body.Bytes())
	}))
	t.Cleanup(auth.Close)
	a := startProgram(t, "GOOGLE_CLOUD_PROJECT=demo-test", "FIRESTORE_EMULATOR_HOST="+os.Getenv("FIRESTORE_EMULATOR_HOST"),
		"FIREBASE_AUTH_EMULATOR_HOST="+strings.TrimPrefix(auth.URL, "http://"))

	steps := 0
	for after := 1; ; after++ {
		k.arm(a, 0)
		email := fmt.Sprintf("step%d@example.com", after)
		token := signUp(t, auth.URL, email, password)
		if got, answer, _ := a.ask("PATCH", "/api/profile", token, `{"bio":"mine"}`, "If-Match", `"none"`); got != 200 {
			t.Fatalf("save: got %d %s", got, answer)
		}
		if len(storedProfiles(t, documents)) != 1 {
			t.Fatal("there is no profile to erase")
		}
		k.arm(a, after)
		got, answer, _ := a.ask("DELETE", "/api/account", token, "")
		if got != 0 && got != 204 {
			t.Fatalf("killed after call %d: got %d %s", after, got, answer)
		}
		k.arm(a, 0)
		if got == 0 { // killed: ask again
			steps = after
			a.restart()
			if got, answer, _ = a.ask("DELETE", "/api/account", token, ""); got != 204 && got != 401 {
				t.Errorf("killed after call %d, asked again: got %d %s", after, got, answer)
			}
		}
		if left := storedProfiles(t, documents); len(left) > 0 {
			t.Errorf("killed after call %d: %v are left", after, left)
		}
		if got, answer, _ := a.ask("GET", "/api/account", token, ""); got != 401 {
			t.Errorf("killed after call %d: the user is still there: %d %s", after, got, answer)
		}
		if steps < after {
			break // this one went through, so there are no more calls to be killed after
		}
	}
	if steps < 4 { // a look-up, the note of the erasure, the document, the user
		t.Errorf("the deletion was killed after %d calls, want at least 4", steps)
	}
	t.Logf("a deletion makes %d calls", steps)
}

func storedProfiles(t *testing.T, c *firestore.Client) []*firestore.DocumentSnapshot {
	t.Helper()
	found, err := c.Collection("profiles").Documents(t.Context()).GetAll()
	if err != nil {
		t.Fatal(err)
	}
	return found
}
