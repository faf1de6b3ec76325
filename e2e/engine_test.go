package e2e

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// browser is a browser process. Each engine speaks its own protocol: Chromium the Chrome DevTools
// Protocol, Firefox WebDriver BiDi, WebKitGTK WebDriver.
type browser interface {
	newProfile() (page, error) // opens a tab in a new profile, without any stored data
	close()
}

// page is one tab of a browser.
type page interface {
	newTab() (page, error) // another tab in the same profile

	// listen calls report for each problem of the tab's pages: errors on the console, exceptions,
	// unhandled rejections, violations of the Content-Security-Policy, and failed requests, in the
	// words of failedRequest. It calls request with the URL of each request, also of those that
	// fail. The calls come from another goroutine and must not block.
	listen(report func(problem string), request func(url string))

	navigate(ctx context.Context, url string) error // returns when the page has loaded
	reload(ctx context.Context) error               // like navigate
	back(ctx context.Context) error                 // like navigate

	// evaluate returns the value of a JavaScript expression as JSON, or null if it is undefined. It
	// waits for promises. Exceptions and rejections are errors.
	evaluate(ctx context.Context, expression string) ([]byte, error)

	// click scrolls to the element and clicks in its middle. The page can't tell this click, or the
	// keys below, from those of a user.
	click(ctx context.Context, selector string) error
	typeKeys(ctx context.Context, keys string) error   // special keys as in package kb
	insertText(ctx context.Context, text string) error // at once, like pasting

	resize(ctx context.Context, width, height int) error
	screenshot(ctx context.Context) ([]byte, error) // PNG

	// runOnNewPages runs a script in every page that the tab loads from now on, before the page's
	// own scripts.
	runOnNewPages(ctx context.Context, script string) error

	popup(ctx context.Context, open func() error) (page, error) // runs open, returns the new window
	close()
}

// failedRequest describes a request without a response, or with a status of 400 or more, so that
// expectError matches it in each engine. The result is a status or the engine's own error.
func failedRequest(result, url string) string {
	return "failed request: " + result + " " + url
}

// engine is a kind of browser.
type engine struct {
	name     string
	packages string                             // on Debian
	variable string                             // environment variable with the program's path
	find     func() (program string, err error) // see findProgram
	start    func(program string) (browser, error)
	pool     browserPool
}

// engines are the engines in which the main journeys run.
var engines = []*engine{chromium, firefox, webKit}

// inEachEngine runs a journey in each engine, each time with a new app. See startApp for the
// settings.
func inEachEngine(t *testing.T, journey func(*testing.T, *app), settings ...string) {
	t.Helper()
	t.Parallel()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			journey(t, startAppIn(e, t, settings...))
		})
	}
}

// findProgram returns the path in the environment variable or, if it isn't set, of the first of
// these programs that is installed.
func findProgram(variable string, names ...string) (string, error) {
	if path := os.Getenv(variable); path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s not found", strings.Join(names, " or "))
}

// require returns the path of the engine's program. Without it, it skips the test or, if CI is
// set, fails it.
func (e *engine) require(t *testing.T) string {
	t.Helper()
	program, err := e.find()
	if err == nil {
		return program
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%v. %s", err, howToInstall(e))
	}
	skipped.Lock()
	defer skipped.Unlock()
	skipped.tests++
	if !slices.Contains(skipped.engines, e) {
		skipped.engines = append(skipped.engines, e)
	}
	t.Skipf("%v. %s", err, howToInstall(e))
	return ""
}

// skipped counts the tests that were skipped, and lists the engines that they need.
var skipped struct {
	sync.Mutex
	tests   int
	engines []*engine
}

func howToInstall(engines ...*engine) string {
	var packages, variables []string
	for _, e := range engines {
		packages = append(packages, e.packages)
		variables = append(variables, e.variable)
	}
	return fmt.Sprintf("On Debian, apt-get install %s. Elsewhere, set %s to a program's path.",
		strings.Join(packages, " "), strings.Join(variables, " and "))
}

// printSkippedTests says in one line which engines are missing. The go command hides the output of
// a package that passes, so this writes to the go command's own stderr or to the terminal. It
// never writes to a file, where the two outputs would overwrite each other.
func printSkippedTests() {
	if skipped.tests == 0 {
		return
	}
	message := fmt.Sprintf("Skipped %d tests in browsers that aren't installed. %s\n",
		skipped.tests, howToInstall(skipped.engines...))
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
