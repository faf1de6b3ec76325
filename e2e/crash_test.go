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

// writer saves its profile again and again, and knows what was acknowledged.
type writer struct {
	token, etag       string
	sent, acknowledge int // the number in the last bio that was sent, and in the last one that was acknowledged
}

// TestKillingTheProgramLosesNoAcknowledgedWrite kills it as kill -9 does while people save their profiles, starts it
// again, and looks: what was acknowledged is there, or what was under way when it died. A hundred times:
//
//	KILLS=100 go test -run TestKilling .
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
		writers = append(writers, &writer{token: signUp(t, a.url, fmt.Sprintf("writer%d@example.com", i), password), etag: `"none"`})
	}
	for round := range rounds {
		var writing sync.WaitGroup
		for _, w := range writers {
			writing.Go(func() { w.writeUntilKilled(a) })
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

func (w *writer) writeUntilKilled(a *app) {
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
