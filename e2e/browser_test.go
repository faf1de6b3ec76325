package e2e

// The browser that the journeys share, and its tabs: what a tab watches for, and what it keeps when a journey fails.

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

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
