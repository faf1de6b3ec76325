package e2e

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// sharedBrowser is a browser process that several journeys use in turn, each with its own browser
// profile. Journeys that run at the same time need a browser each, because only one window of a
// browser has the focus.
type sharedBrowser struct {
	once  sync.Once
	ctx   context.Context
	close context.CancelFunc
	err   error
}

// localBrowsers are for the program on this machine. rehearsalBrowser also finds the fake Google.
var (
	localBrowsers    = [2]*sharedBrowser{{}, {}}
	rehearsalBrowser sharedBrowser
)

// freeBrowsers contains the local browsers that no test uses.
var freeBrowsers = func() chan *sharedBrowser {
	free := make(chan *sharedBrowser, len(localBrowsers))
	for _, b := range localBrowsers {
		free <- b
	}
	return free
}()

// takeBrowser returns a local browser that the test has for itself until it ends.
func takeBrowser(t *testing.T) context.Context {
	t.Helper()
	b := <-freeBrowsers
	t.Cleanup(func() { freeBrowsers <- b })
	return b.start(t)
}

// start starts the browser for the first journey that needs it. Later calls return the same
// browser, so they must pass the same flags.
func (s *sharedBrowser) start(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := findBrowser(t)
	s.once.Do(func() { s.ctx, s.close, s.err = startBrowser(path, flags) })
	if s.err != nil {
		t.Fatalf("start %s: %v", path, s.err)
	}
	return s.ctx
}

func closeBrowsers() {
	for _, s := range append(localBrowsers[:], &rehearsalBrowser) {
		if s.close != nil {
			s.close()
		}
	}
}

// localHostsOnly keeps the browser from resolving any host name except this machine's. If a
// page sends a request to another host all the same, tab.watch reports it.
const localHostsOnly = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

func startBrowser(
	path string, flags []chromedp.ExecAllocatorOption,
) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"),
		chromedp.WindowSize(1200, 900),
		chromedp.Flag("host-resolver-rules", localHostsOnly))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	return ctx, func() { cancel(); stop() }, chromedp.Do(ctx)
}

const browserInstructions = "Install Chromium (on Debian, apt-get install chromium) or Google " +
	"Chrome, or set CHROMIUM to its path."

// skippedJourneys are the names of the tests that found no browser.
var skippedJourneys []string

// findBrowser returns the path of a browser. If there is none, it skips the test or, if CI is
// set, fails it.
func findBrowser(t *testing.T) string {
	t.Helper()
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	}
	if path := os.Getenv("CHROMIUM"); path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no browser found. " + browserInstructions)
	}
	skippedJourneys = append(skippedJourneys, t.Name())
	t.Skip("no browser found. " + browserInstructions)
	return ""
}

// printSkippedJourneys tells the user which tests need a browser. The go command hides the
// output of a package that passes, so this writes to the go command's own stderr or to the
// terminal. It never writes to a file, where the two outputs would overwrite each other.
func printSkippedJourneys() {
	if len(skippedJourneys) == 0 {
		return
	}
	message := fmt.Sprintf("\nThese tests were skipped because no browser was found:\n  %s\n%s\n\n",
		strings.Join(skippedJourneys, "\n  "), browserInstructions)
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
