package e2e

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
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

// writer saves its profile again and again, and knows what was acknowledged.
type writer struct {
	token, etag       string
	sent, acknowledge int // the number in the last bio that was sent, and in the last one that was acknowledged
}

// TestKillingTheProgramLosesNothingAcknowledged kills it as kill -9 does while people save their profiles, starts it
// again, and looks: what was acknowledged is there, or what was under way when it died. A hundred times:
//
//	KILLS=100 go test -run TestKilling .
func TestKillingTheProgramLosesNothingAcknowledged(t *testing.T) {
	rounds := 20
	if value := os.Getenv("KILLS"); value != "" {
		var err error
		if rounds, err = strconv.Atoi(value); err != nil {
			t.Fatal(err)
		}
	}
	a := startProgram(t, "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=off")
	var writers []*writer
	for i := range 4 {
		writers = append(writers, &writer{token: signUp(t, a.url, fmt.Sprintf("writer%d@example.com", i), password), etag: `"none"`})
	}
	for round := range rounds {
		var writing sync.WaitGroup
		for _, w := range writers {
			writing.Go(func() { w.writeUntilTheEnd(a) })
		}
		time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond)
		_ = a.cmd.Process.Kill()
		writing.Wait()
		fresh := a.url
		a.restart()
		if a.url != fresh {
			t.Fatalf("restarted at %s, want %s", a.url, fresh)
		}
		for i, w := range writers {
			w.check(a, round, i)
		}
	}
	total := 0
	for _, w := range writers {
		total += w.acknowledge
	}
	t.Logf("killed %d times, %d acknowledged writes", rounds, total)
	if total < rounds {
		t.Errorf("only %d writes were acknowledged: this proves too little", total)
	}
}

func (w *writer) writeUntilTheEnd(a *app) {
	for {
		w.sent++
		status, answer, etag := a.ask("PATCH", "/api/profile", w.token, fmt.Sprintf(`{"bio":"%d"}`, w.sent), "If-Match", w.etag)
		if status == 0 {
			return // it is dead
		}
		if status != 200 {
			a.t.Errorf("save: got %d %s", status, answer)
			return
		}
		w.acknowledge, w.etag = w.sent, etag
	}
}

func (w *writer) check(a *app, round, i int) {
	status, answer, etag := a.ask("GET", "/api/profile", w.token, "")
	last, underWay := fmt.Sprintf(`"bio":"%d"`, w.acknowledge), fmt.Sprintf(`"bio":"%d"`, w.sent)
	if w.acknowledge == 0 {
		last = `"bio":""`
	}
	if status != 200 || !strings.Contains(answer, last) && !strings.Contains(answer, underWay) {
		a.t.Errorf("round %d, writer %d: got %d %s, want %s or %s", round, i, status, answer, last, underWay)
	}
	if strings.Contains(answer, underWay) {
		w.acknowledge = w.sent // now it knows, so it may never be lost either
	}
	w.etag = etag
}

// killer serves calls and kills the program after the one with this number, before its answer gets there.
type killer struct {
	mu     sync.Mutex
	victim *app
	left   int // calls until the kill; none is planned at 0 and below
}

// arm plans the kill after the k-th call from now; never if k is 0.
func (k *killer) arm(victim *app, after int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.victim, k.left = victim, after
}

// served is told of each call that was carried out. It reports whether the program died of it.
func (k *killer) served() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left--; k.left != 0 {
		return false
	}
	_ = k.victim.cmd.Process.Kill()
	return true
}

// TestR32ADeletionKilledAfterAnyStepIsFinishedByAskingAgain runs the program against an Auth and a Firestore emulator
// of this test's own, which kill it after each of the calls that a deletion makes.
func TestR32ADeletionKilledAfterAnyStepIsFinishedByAskingAgain(t *testing.T) {
	k := &killer{}
	documents := firestoretest.New(t, func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		answer, err := next(ctx, req)
		if k.served() {
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
		if k.served() {
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
		if len(profilesIn(t, documents)) != 1 {
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
		if left := profilesIn(t, documents); len(left) > 0 {
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

func profilesIn(t *testing.T, c *firestore.Client) []*firestore.DocumentSnapshot {
	t.Helper()
	found, err := c.Collection("profiles").Documents(t.Context()).GetAll()
	if err != nil {
		t.Fatal(err)
	}
	return found
}
