package main

// The browser journeys: the real program, a real browser, and what a person does and sees. The harness is this file (the
// program), journey_tab_test.go (the browser) and journey_page_test.go (what a person does on a page). The journeys are
// the other journey_*_test.go. A new one reads like this:
//
//	func TestJourneyOfSomethingNew(t *testing.T) {
//		app := startApp(t)             // the program with nothing stored, on a free port
//		tab := openBrowser(t, app)     // a fresh browser profile; tab.another() is a second tab of it
//		tab.open("/signin?mode=signup")
//		tab.enter("Email address", "ada@example.com") // by the label that a person reads
//		tab.enter("Password", "correct horse")
//		tab.press("Create the account")               // by the words on the button or link
//		tab.sees("Your account")                      // waits for the words to be visible
//	}
//
// A journey fails by itself on a violation of the Content-Security-Policy, on any error or exception on the console,
// and on a request to another host than the program's (R37, R45). An error that belongs to the story, such as the 400
// behind a wrong password, is announced with tab.expects. The program's log may contain no token and no email address
// (R55).
//
// A journey that is to be made in the rehearsal of production too is a function of its own that is given the app; see
// rehearsal_journeys_test.go.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// asProgram makes the test binary run main, so that the journeys start the very program that was compiled for the test.
const asProgram = "LATCHKEY_TEST_RUN_MAIN"

// patience bounds every wait. It is long because two cores may be running four other test binaries, and because a page
// may take most of a minute to notice that its session was ended through another instance (static/js/watch.js); nothing
// waits for it unless the journey fails.
const patience = time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	code := m.Run()
	closeBrowser()
	if len(leftOut) > 0 {
		tell(fmt.Sprintf("\nThese browser journeys were left out, because no browser was found:\n  %s\n%s\n\n",
			strings.Join(leftOut, "\n  "), howToGetABrowser))
	}
	os.Exit(code)
}

// tell says something to the person who runs the tests. The go command shows nothing of what a passing package prints,
// so this goes around it: to where the go command itself reports, or to the terminal. Not into a file, where the two
// would write over each other.
func tell(message string) {
	for _, path := range []string{fmt.Sprintf("/proc/%d/fd/2", os.Getppid()), "/dev/tty"} {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&(os.ModeCharDevice|os.ModeNamedPipe) == 0 {
			continue
		}
		if out, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			defer out.Close()
			_, _ = io.WriteString(out, message)
			return
		}
	}
	fmt.Print(message)
}

const howToGetABrowser = "Install Chromium (Debian: apt-get install chromium) or Google Chrome, " +
	"or set CHROMIUM to the path of one."

var leftOut []string // names of the journeys that found no browser

// findBrowser returns the path of a browser. Without one the journey is skipped; in continuous integration it fails.
func findBrowser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	if chosen := os.Getenv("CHROMIUM"); chosen != "" {
		names = []string{chosen}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no browser found. " + howToGetABrowser)
	}
	leftOut = append(leftOut, t.Name())
	t.Skip("no browser found. " + howToGetABrowser)
	return ""
}

// app is the program under test: a process of its own with the local Firebase or, in rehearsal_journeys_test.go, what
// stands for a deployment.
type app struct {
	t     *testing.T
	url   string
	state string // LOCAL_STATE
	env   []string
	cmd   *exec.Cmd
	log   *logBuffer
	crash func() // ends a process as a crash would, and returns when there is one to go on with

	// Only in the rehearsal of production:
	firebase string          // where the helpers for tests of the Firebase behind it are, which are at url otherwise
	google   []string        // origins that its pages may talk to besides their own
	browser  context.Context // the browser that finds those
}

// startApp starts the program with its state in a folder of its own. Settings such as "SIGN_IN_METHODS=password" may be
// added. The test is skipped where there is no browser, before anything starts.
func startApp(t *testing.T, settings ...string) *app {
	t.Helper()
	findBrowser(t)
	return startProgram(t, settings...)
}

// startProgram is startApp for tests that need no browser.
func startProgram(t *testing.T, settings ...string) *app {
	t.Helper()
	a := &app{t: t, state: t.TempDir(), env: settings, log: new(logBuffer)}
	a.crash = a.restart
	a.start("0")
	t.Cleanup(func() {
		a.kill()
		a.checkLog()
	})
	return a
}

// start runs the program on the given port and waits until it says where it listens.
func (a *app) start(port string) {
	a.t.Helper()
	a.cmd = exec.Command(os.Args[0])
	a.cmd.Env = append([]string{
		asProgram + "=1", "PORT=" + port, "LOCAL_STATE=" + a.state,
		"PATH=" + os.Getenv("PATH"), "HOME=" + a.state,
	}, a.env...)
	stderr, err := a.cmd.StderrPipe()
	if err != nil {
		a.t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	address := make(chan string, 1)
	go a.readLog(stderr, address)
	select {
	case url, ok := <-address:
		if !ok {
			a.t.Fatalf("the program ended before it listened:\n%s", a.log.text())
		}
		a.url = url
	case <-time.After(patience):
		a.t.Fatalf("the program does not listen:\n%s", a.log.text())
	}
}

var listening = regexp.MustCompile(`msg=listening url=(\S+)`)

func (a *app) readLog(stderr io.Reader, address chan<- string) {
	defer close(address)
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		a.log.add(lines.Text())
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			address <- found[1]
		}
	}
}

// kill ends the program as a crash would: without a chance to save anything.
func (a *app) kill() {
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait()
}

// restart crashes the program and starts it again on the same port.
func (a *app) restart() {
	a.t.Helper()
	a.kill()
	a.start(a.url[strings.LastIndexByte(a.url, ':')+1:])
}

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
