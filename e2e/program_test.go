package e2e

// These tests build the program once and run it as a process, the way users run it. They cover the
// browser journeys, a rehearsal of production, the container build, crashes and the command line.
//
// The harness is this file (the program), browser_test.go (the browser) and page_test.go (what a
// user does on a page). A new journey reads like this:
//
//	func TestJourneyOfSomethingNew(t *testing.T) {
//		app := startApp(t)             // the program without any data, on a free port
//		tab := openBrowser(t, app)     // a new browser profile; tab.newTab() opens a second tab
//		tab.open("/signin?mode=signup")
//		tab.fill("Email address", "ada@example.com") // by the label
//		tab.fill("Password", "correct horse")
//		tab.click("Create the account")               // by the text of the button or link
//		tab.waitForText("Your account")                      // waits until the text is visible
//	}
//
// A journey fails if the page violates the Content-Security-Policy, logs an error, throws an
// exception, or sends a request to another host (R37, R45). Announce an expected error, such as the
// 400 for a wrong password, with tab.expects. The program's log may contain no token and no email
// location (R55).
//
// A journey that also runs in the rehearsal of production is a function that takes the app; see
// rehearsal_journeys_test.go.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// waitTimeout is how long a test waits for anything. Only failing tests wait that long. It leaves room
// for two busy cores, and for a page that takes most of a minute to notice that another instance
// revoked its session.
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
	defer closeBrowser()
	code := m.Run()
	if len(skipped) > 0 {
		printNotice(fmt.Sprintf("\nThese browser journeys were skipped because no browser was found:\n  %s\n%s\n\n",
			strings.Join(skipped, "\n  "), browserInstructions))
	}
	return code
}

// program builds the program once for all tests and returns its path. If the tests run with the race
// detector, the program does too.
var program = sync.OnceValues(func() (string, error) {
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

// printNotice prints a message for whoever runs the tests. The go command hides the output of a package
// that passes, so this writes to the go command's own stderr or to the terminal. It never writes to
// a file, where the two outputs would overwrite each other.
func printNotice(message string) {
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
	a.cmd = a.command()
	a.cmd.Env = append(a.cmd.Env, "PORT="+port)
	a.cmd.Env = append(a.cmd.Env, a.env...)
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
	case <-time.After(waitTimeout):
		a.t.Fatalf("the program does not listen:\n%s", a.log.text())
	}
}

// command returns the program with these arguments, in an environment with nothing but its state.
func (a *app) command(args ...string) *exec.Cmd {
	a.t.Helper()
	path, err := program()
	if err != nil {
		a.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = a.state
	cmd.Env = []string{"LOCAL_STATE=" + a.state, "HOME=" + a.state, "PATH=" + os.Getenv("PATH")}
	return cmd
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

// run runs the program with one more setting and returns its output.
func (a *app) run(setting string, args ...string) (string, error) {
	cmd := a.command(args...)
	cmd.Env = append(cmd.Env, setting)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
