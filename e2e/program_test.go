package e2e

// These tests build the program once and run it as a process, the way users run it. They cover
// browser journeys, a rehearsal of production, the container build, crashes and commands.
//
// The harness is spread over these files:
//
//   - program_test.go: building, starting and killing the program; log_test.go: checking its log
//   - engine_test.go: what the tests need from a browser. How each engine does it is in
//     chromium_test.go, in firefox_test.go and bidi_test.go, and in webkit_*_test.go
//   - browser_test.go and tab_test.go: the browsers, and the errors that each tab reports
//   - page_test.go and provider_popup_test.go: what a user does on a page or in a provider's popup
//   - api_test.go and local_firebase_test.go: HTTP calls to the program and to its local Firebase
//   - fake_google_test.go and the other files fake_*_test.go: what takes Google's place in the
//     rehearsal of production
//
// A new journey reads like this:
//
//	func TestJourneyDoSomethingNew(t *testing.T) {
//		app := startApp(t)             // the program without any data, on a free port
//		tab := openBrowser(t, app)     // a new browser profile; tab.newTab() opens a second tab
//		tab.open("/signin?mode=signup")
//		tab.fill("Email address", "ada@example.com") // by the label
//		tab.fill("Password", "correct horse")
//		tab.click("Create account")                  // by the text of the button or link
//		tab.waitForText("Your account")
//	}
//
// A journey fails if the page violates the Content-Security-Policy, logs an error, throws an
// exception, or sends a request to another host (R37, R45). If an error is part of the journey,
// such as the 400 for a wrong password, announce it with tab.expectError. The program's log
// must not contain a token or an email address (R55).
//
// To run a journey in the other engines too, write it as a function that takes the app, and pass
// it to inEachEngine. To run it in the rehearsal of production, add that function to the list in
// rehearsal_journeys_test.go.

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// waitTimeout is how long a test waits for anything. Only failing tests wait that long. It
// leaves room for two busy cores, and for a page that takes most of a minute to notice that
// another instance revoked its session.
const waitTimeout = time.Minute

// buildDir holds the binaries that the tests build.
var buildDir string

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	// Every path in these tests is relative to the repository, like the commands in the README.
	if err := os.Chdir(".."); err != nil {
		panic(err)
	}
	var err error
	if buildDir, err = os.MkdirTemp("", "latchkey-e2e-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(buildDir)
	defer closeBrowsers()
	code := m.Run()
	printSkippedTests()
	return code
}

// programBinary builds the program once for all tests and returns its path. If the tests run
// with the race detector, the program does too.
var programBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "latchkey")
	args := []string{"build", "-o", path}
	if raceDetector {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// app is the program under test: one process with the local Firebase or, in the rehearsal of
// production, two instances behind a load balancer.
type app struct {
	t     *testing.T
	url   string
	state string // the folder in LOCAL_STATE
	env   []string
	cmd   *exec.Cmd
	log   *logBuffer
	crash func() // kills an instance and returns when the app accepts requests again

	engine  *engine
	browser browser // of that engine; see openBrowser

	// Set only in the rehearsal of production:
	firebaseURL    string   // serves the test endpoints of the fake Firebase; "" means url
	allowedOrigins []string // origins besides url to which pages may send requests
}

// startApp starts the program for a journey in Chromium, with its state in a new folder and with
// additional settings such as "SIGN_IN_METHODS=password". It skips the test if there is no
// Chromium. Journeys run in parallel, because they mostly wait.
func startApp(t *testing.T, settings ...string) *app {
	t.Helper()
	return startAppIn(chromium, t, settings...)
}

// startAppIn is startApp for another engine.
func startAppIn(e *engine, t *testing.T, settings ...string) *app {
	t.Helper()
	e.require(t)
	t.Parallel()
	a := startProgram(t, settings...)
	a.engine = e
	return a
}

// startProgram is startApp for tests that need no browser.
func startProgram(t *testing.T, settings ...string) *app {
	t.Helper()
	a := &app{t: t, state: t.TempDir(), env: settings, log: new(logBuffer), engine: chromium}
	a.crash = a.restart
	t.Cleanup(func() {
		a.kill()
		a.checkLog()
	})
	a.start("0")
	return a
}

// start runs the program on the given port and waits until it listens.
func (a *app) start(port string) {
	a.t.Helper()
	a.cmd = a.command()
	a.cmd.Env = append(a.cmd.Env, "PORT="+port)
	a.cmd.Env = append(a.cmd.Env, a.env...)
	url := startAndListen(a.t, a.cmd, a.log)
	if a.url == "" { // a restart keeps it, and browsers are reading it
		a.url = url
	}
}

// command returns a command that runs the program with these arguments, in an environment that
// holds nothing but its state.
func (a *app) command(args ...string) *exec.Cmd {
	a.t.Helper()
	path, err := programBinary()
	if err != nil {
		a.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = a.state
	cmd.Env = []string{"LOCAL_STATE=" + a.state, "HOME=" + a.state, "PATH=" + os.Getenv("PATH")}
	return cmd
}

// runCommand runs the program with one additional setting and returns its output.
func (a *app) runCommand(setting string, args ...string) (string, error) {
	a.t.Helper()
	cmd := a.command(args...)
	cmd.Env = append(cmd.Env, setting)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// port returns the port on which the program listens.
func (a *app) port() string { return a.url[strings.LastIndexByte(a.url, ':')+1:] }

// kill ends the program with SIGKILL, so it has no chance to save anything.
func (a *app) kill() { kill(a.cmd) }

// restart kills the program and starts it again on the same port.
func (a *app) restart() {
	a.t.Helper()
	a.kill()
	a.start(a.port())
}

// kill kills the process of a command and waits for its end. It does nothing if the command has
// not started or has already ended.
func kill(cmd *exec.Cmd) {
	if cmd != nil && cmd.Process != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// eventually calls condition until it returns true. It reports false after waitTimeout.
func eventually(condition func() bool) bool {
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); {
		if condition() {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}
