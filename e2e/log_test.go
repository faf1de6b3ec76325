package e2e

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// secrets is what no log may contain: a JWT, or an email address of the journeys.
var secrets = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}|[\w.]+@[\w.]*example\.\w+`)

// checkLog reads what the program said: no secret, no panic, and nothing from the race detector.
func (a *app) checkLog() {
	for _, trouble := range []string{"DATA RACE", "panic: "} {
		if strings.Contains(a.log.text(), trouble) {
			a.t.Errorf("the program's log contains %q", trouble)
		}
	}
	if found := secrets.FindString(a.log.text()); found != "" {
		a.t.Errorf("R55: the program's log contains %q", found)
	}
	if a.t.Failed() {
		a.t.Logf("the program's log:\n%s", a.log.text())
	}
}

// logBuffer collects lines from one goroutine for another.
type logBuffer struct {
	mu    sync.Mutex
	lines []string
}

func (b *logBuffer) add(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
}

func (b *logBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.lines, "\n")
}

// waitForLog waits until the program's log contains the words.
func (a *app) waitForLog(words string) {
	a.t.Helper()
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if strings.Contains(a.log.text(), words) {
			return
		}
	}
	a.t.Errorf("the program's log does not say %q", words)
}
