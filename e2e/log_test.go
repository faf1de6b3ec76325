package e2e

import (
	"bufio"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// logBuffer collects the lines that a process writes to its log. It is safe for concurrent use.
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

// listening matches the URL in the log line that the program writes once it listens. The line
// is text locally and JSON in production.
var listening = regexp.MustCompile(`msg=listening url=(\S+)|"message":"listening","url":"([^"]+)"`)

// startAndListen starts the command, collects its log, and returns the URL on which it listens.
func startAndListen(t *testing.T, cmd *exec.Cmd, log *logBuffer) string {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go readLog(stderr, log, address)
	select {
	case url, ok := <-address:
		if !ok {
			t.Fatalf("the program exited before it listened:\n%s", log.text())
		}
		return url
	case <-time.After(waitTimeout):
		t.Fatalf("the program does not listen:\n%s", log.text())
		return ""
	}
}

func readLog(stderr io.Reader, log *logBuffer, address chan<- string) {
	defer close(address)
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		log.add(lines.Text())
		if match := listening.FindStringSubmatch(lines.Text()); match != nil {
			address <- match[1] + match[2]
		}
	}
}

// secrets matches what no log may contain: a JWT, or an email address that the journeys use.
var secrets = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}|[\w.]+@[\w.]*example\.\w+`)

// checkLog fails the test if the program's log contains a secret, a panic or a data race.
func (a *app) checkLog() {
	for _, unwanted := range []string{"DATA RACE", "panic: "} {
		if strings.Contains(a.log.text(), unwanted) {
			a.t.Errorf("the program's log contains %q", unwanted)
		}
	}
	if found := secrets.FindString(a.log.text()); found != "" {
		a.t.Errorf("R55: the program's log contains %q", found)
	}
	if a.t.Failed() {
		a.t.Logf("the program's log:\n%s", a.log.text())
	}
}

// waitForLog waits until the program's log contains the text.
func (a *app) waitForLog(text string) {
	a.t.Helper()
	if !eventually(func() bool { return strings.Contains(a.log.text(), text) }) {
		a.t.Errorf("the program's log does not contain %q", text)
	}
}
