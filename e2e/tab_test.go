package e2e

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

// tab is one browser tab. It records the problems that its pages report; finish fails the test
// for them.
type tab struct {
	t     *testing.T
	app   *app
	ctx   context.Context
	close context.CancelFunc

	mu       sync.Mutex
	expected []*expectedError
	problems []string
}

// openBrowser opens a tab in a new browser profile, which has no session and no stored data.
func openBrowser(t *testing.T, a *app) *tab {
	t.Helper()
	if a.browser == nil {
		a.browser = takeBrowser(a.t)
	}
	return openTab(t, a, a.browser, chromedp.WithNewBrowserContext())
}

// newTab opens another tab in the same browser profile, so with the same session.
func (b *tab) newTab() *tab {
	b.t.Helper()
	return openTab(b.t, b.app, b.ctx)
}

func openTab(t *testing.T, a *app, parent context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	b := &tab{t: t, app: a, ctx: ctx, close: cancel}
	t.Cleanup(b.finish)
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return b
}

// watch reports requests to other hosts, exceptions, and errors on the console. It runs in the
// loop that reads from the browser, so it must not block.
func (b *tab) watch(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err == nil && u.Host != "" && !b.app.allowsOrigin(u.Scheme+"://"+u.Host) {
			b.report("R45: request to another host: " + e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.report("exception: " + exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		switch e.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeAssert:
			b.report("console: " + argumentsText(e.Args))
		}
	case *log.EventEntryAdded: // includes violations of the Content-Security-Policy
		reportOnly := strings.Contains(e.Entry.Text, "[Report Only]")
		if e.Entry.Level == log.EntryLevelError && !reportOnly {
			b.report(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *page.EventJavascriptDialogOpening: // "Leave site?": confirm it
		go func() {
			accept := page.HandleJavaScriptDialogParams{Accept: true}
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, accept)
		}()
	}
}

// allowsOrigin reports whether the app's pages may send requests to an origin.
func (a *app) allowsOrigin(origin string) bool {
	return origin == a.url || slices.Contains(a.allowedOrigins, origin)
}

// report records a problem, unless the journey expects or allows it.
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

// expectError announces an error that is part of the journey, as a regular expression. The
// journey fails if the error does not occur.
func (b *tab) expectError(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, &expectedError{pattern: regexp.MustCompile(pattern)})
}

// expectedError is an error that does not fail the journey, and whether it has occurred.
type expectedError struct {
	pattern *regexp.Regexp
	seen    bool
}

// finish closes the tab and fails the test for each problem, and for each expected error that
// did not occur.
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
			b.t.Errorf("the browser reported no error that matches %s", e.pattern)
		}
	}
}

// saveScreenshot saves what the tab shows in the system's temporary folder and logs the file's
// name.
func (b *tab) saveScreenshot() {
	ctx, cancel := context.WithTimeout(b.ctx, waitTimeout)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		b.t.Logf("take a screenshot: %v", err)
		return
	}
	file, err := os.CreateTemp("", strings.ReplaceAll(b.t.Name(), "/", "-")+"-*.jpg")
	if err != nil {
		b.t.Logf("save a screenshot: %v", err)
		return
	}
	defer file.Close()
	if _, err := file.Write(image); err != nil {
		b.t.Logf("save a screenshot: %v", err)
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

// allowError is expectError for an error that need not occur. For example, either of two tabs
// may be the first to find out that a session has ended.
func (b *tab) allowError(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &expectedError{pattern: regexp.MustCompile(pattern), seen: true}
	b.expected = append(b.expected, e)
}
