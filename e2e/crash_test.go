package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKillingTheProgramLosesNoAcknowledgedWrite kills the program with SIGKILL while clients save
// their profiles, and starts it again. Each stored profile must be the last one that was
// acknowledged, or the one whose save was in flight. To kill it a hundred times:
//
//	KILLS=100 go test -run TestKilling ./e2e
func TestKillingTheProgramLosesNoAcknowledgedWrite(t *testing.T) {
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
		token := signUpWithAPI(t, a.url, fmt.Sprintf("writer%d@example.com", i))
		writers = append(writers, &writer{token: token, etag: `"none"`})
	}
	for round := range rounds {
		killWhileWriting(t, a, writers)
		for i, w := range writers {
			w.check(a, round, i)
		}
	}

	total := 0
	for _, w := range writers {
		total += w.acknowledged
	}
	t.Logf("killed %d times, %d acknowledged writes", rounds, total)
	if total < rounds {
		t.Errorf("only %d writes were acknowledged, which is too few to prove anything", total)
	}
}

// killWhileWriting kills the program at a random moment while all writers write, and restarts it.
func killWhileWriting(t *testing.T, a *app, writers []*writer) {
	t.Helper()
	var writing sync.WaitGroup
	for _, w := range writers {
		writing.Go(func() { w.writeUntilKilled(a) })
	}
	time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond)
	_ = a.cmd.Process.Kill()
	writing.Wait()
	url := a.url
	a.restart()
	if a.url != url {
		t.Fatalf("restarted at %s, want %s", a.url, url)
	}
}

// writer is a client that saves its profile again and again, each time with the next number as
// its bio.
type writer struct {
	token, etag  string
	sent         int // the number in the last request
	acknowledged int // the number in the last request whose response arrived
}

func (w *writer) writeUntilKilled(a *app) {
	for {
		w.sent++
		body := fmt.Sprintf(`{"bio":"%d"}`, w.sent)
		got := a.request("PATCH", "/api/profile", w.token, body, "If-Match", w.etag)
		if got.status == 0 {
			return // the program was killed
		}
		if got.status != 200 {
			a.t.Errorf("save: got %d %s", got.status, got.body)
			return
		}
		w.acknowledged, w.etag = w.sent, got.etag
	}
}

// check compares the stored profile with what the writer has sent.
func (w *writer) check(a *app, round, i int) {
	got := a.request("GET", "/api/profile", w.token, "")
	acknowledged := fmt.Sprintf(`"bio":"%d"`, w.acknowledged)
	inFlight := fmt.Sprintf(`"bio":"%d"`, w.sent)
	if w.acknowledged == 0 {
		acknowledged = `"bio":""`
	}
	storedInFlight := strings.Contains(got.body, inFlight)
	if got.status != 200 || !strings.Contains(got.body, acknowledged) && !storedInFlight {
		a.t.Errorf("round %d, writer %d: got %d %s, want %s or %s",
			round, i, got.status, got.body, acknowledged, inFlight)
	}
	if storedInFlight {
		w.acknowledged = w.sent // the client has now seen this write, so it must not be lost either
	}
	w.etag = got.etag
}
