package e2e

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// browser is the one browser process that the journeys share; each has a profile of its own in it.
var browser struct {
	once  sync.Once
	ctx   context.Context
	close context.CancelFunc
	err   error
}

const localHostsOnly = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

// startBrowser starts a browser to which nothing but this machine has an address, unless a flag says more. A request
// elsewhere fails the journey in any case, see watch.
func startBrowser(path string, flags ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"), chromedp.WindowSize(1200, 900),
		chromedp.Flag("host-resolver-rules", localHostsOnly))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	return ctx, func() { cancel(); stop() }, chromedp.Do(ctx)
}

func closeBrowser() {
	if browser.close != nil {
		browser.close()
	}
}

const browserInstructions = "Install Chromium (Debian: apt-get install chromium) or Google Chrome, " +
	"or set CHROMIUM to its path."

// skipped are the names of the journeys that found no browser.
var skipped []string

// findBrowser returns the path of a browser. Without one it skips the journey, or fails it if CI is
// set.
func findBrowser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
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
	skipped = append(skipped, t.Name())
	t.Skip("no browser found. " + browserInstructions)
	return ""
}
