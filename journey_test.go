package main

// The browser journeys: the real program, a real browser, and what a person does and sees. This file is the harness,
// journey_*_test.go are the journeys. A new one reads like this:
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
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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

// browser is the one browser process that the journeys share; each has a profile of its own in it.
var browser struct {
	once  sync.Once
	ctx   context.Context
	close context.CancelFunc
	err   error
}

// startBrowser starts a browser to which nothing but this machine has an address, unless a flag says more. A request
// elsewhere fails the journey in any case, see watch.
func startBrowser(path string, flags ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"), chromedp.WindowSize(1200, 900),
		chromedp.Flag("host-resolver-rules", nowhereElse))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	return ctx, func() { cancel(); stop() }, chromedp.Do(ctx)
}

const nowhereElse = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

func closeBrowser() {
	if browser.close != nil {
		browser.close()
	}
}

// tab is one tab, and what it did wrong so far.
type tab struct {
	t     *testing.T
	app   *app
	ctx   context.Context
	close context.CancelFunc

	mu       sync.Mutex
	expected []*expectation
	problems []string
}

// openBrowser opens a tab in a new browser profile: no session, nothing stored.
func openBrowser(t *testing.T, a *app) *tab {
	t.Helper()
	if a.browser != nil {
		return newTab(t, a, a.browser, chromedp.WithNewBrowserContext())
	}
	path := findBrowser(t)
	browser.once.Do(func() { browser.ctx, browser.close, browser.err = startBrowser(path) })
	if browser.err != nil {
		t.Fatalf("start %s: %v", path, browser.err)
	}
	return newTab(t, a, browser.ctx, chromedp.WithNewBrowserContext())
}

// another opens a second tab beside this one, with the same session.
func (b *tab) another() *tab {
	b.t.Helper()
	return newTab(b.t, b.app, b.ctx)
}

func newTab(t *testing.T, a *app, parent context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	b := &tab{t: t, app: a, ctx: ctx, close: cancel}
	t.Cleanup(b.finish)
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return b
}

// watch notes what must not happen. It runs inside the loop that reads from the browser, so it must be quick.
func (b *tab) watch(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != "" && !b.app.mayAsk(u.Scheme+"://"+u.Host) {
			b.note("R45: request to another host: " + e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.note("exception: " + exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.note("console: " + argumentsText(e.Args))
		}
	case *log.EventEntryAdded: // violations of the Content-Security-Policy are among these
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "[Report Only]") {
			b.note(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *page.EventJavascriptDialogOpening: // "Leave the page?" Yes.
		go func() {
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// mayAsk says whether a page may send requests to an origin.
func (a *app) mayAsk(origin string) bool {
	return origin == a.url || slices.Contains(a.google, origin)
}

func (b *tab) note(problem string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.expected {
		if e.pattern.MatchString(problem) {
			e.seen = true
			return
		}
	}
	b.problems = append(b.problems, problem)
}

// expects announces an error that belongs to the story. The journey fails if it does not come.
func (b *tab) expects(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, &expectation{pattern: regexp.MustCompile(pattern)})
}

type expectation struct {
	pattern *regexp.Regexp
	seen    bool
}

// finish closes the tab and reports what went wrong in it.
func (b *tab) finish() {
	if b.t.Failed() {
		b.photograph()
	}
	b.close()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, problem := range b.problems {
		b.t.Error(problem)
	}
	for _, e := range b.expected {
		if !e.seen {
			b.t.Errorf("expected in the browser, but not seen: %s", e.pattern)
		}
	}
}

// photograph keeps what the tab shows where a test's artefacts go, or in the system's temporary folder.
func (b *tab) photograph() {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		b.t.Logf("no screenshot: %v", err)
		return
	}
	file, err := os.CreateTemp("", strings.ReplaceAll(b.t.Name(), "/", "-")+"-*.jpg")
	if err != nil {
		b.t.Logf("no screenshot: %v", err)
		return
	}
	defer file.Close()
	if _, err := file.Write(shot); err != nil {
		b.t.Logf("no screenshot: %v", err)
		return
	}
	b.t.Logf("screenshot: %s", file.Name())
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func argumentsText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, cmp.Or(a.Description, string(a.Value)))
	}
	return strings.Join(words, " ")
}
