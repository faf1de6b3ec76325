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

// tab is one tab, and what it did wrong so far.
type tab struct {
	t     *testing.T
	app   *app
	ctx   context.Context
	close context.CancelFunc

	mu       sync.Mutex
	expected []*expectedError
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

// newTab opens a second tab beside this one, with the same session.
func (b *tab) newTab() *tab {
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
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != "" && !b.app.allowsOrigin(u.Scheme+"://"+u.Host) {
			b.report("R45: request to another host: " + e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.report("exception: " + exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.report("console: " + argumentsText(e.Args))
		}
	case *log.EventEntryAdded: // violations of the Content-Security-Policy are among these
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "[Report Only]") {
			b.report(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *page.EventJavascriptDialogOpening: // "Leave the page?" Yes.
		go func() {
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// allowsOrigin says whether a page may send requests to an origin.
func (a *app) allowsOrigin(origin string) bool {
	return origin == a.url || slices.Contains(a.google, origin)
}

func (b *tab) report(problem string) {
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

// expectError announces an error that belongs to the story. The journey fails if it does not come.
func (b *tab) expectError(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, &expectedError{pattern: regexp.MustCompile(pattern)})
}

type expectedError struct {
	pattern *regexp.Regexp
	seen    bool
}

// finish closes the tab and reports what went wrong in it.
func (b *tab) finish() {
	if b.t.Failed() {
		b.saveScreenshot()
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

// saveScreenshot keeps what the tab shows where a test's artefacts go, or in the system's temporary folder.
func (b *tab) saveScreenshot() {
	ctx, cancel := context.WithTimeout(b.ctx, waitTimeout)
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

// allowError forgives an error that may or may not come: which of two tabs hears first that a session has ended is not
// for the story to say.
func (b *tab) allowError(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, &expectedError{pattern: regexp.MustCompile(pattern), seen: true})
}
