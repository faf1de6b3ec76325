package e2e

import (
	"context"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tab is one browser tab. It records the problems that its pages report; finish fails the test
// for them.
type tab struct {
	t    *testing.T
	app  *app
	page page

	mu       sync.Mutex
	expected []*expectedError
	problems []string
}

// openBrowser opens a tab in a new browser profile, which has no session and no stored data.
func openBrowser(t *testing.T, a *app) *tab {
	t.Helper()
	if a.browser == nil {
		a.browser = a.engine.takeBrowser(a.t)
	}
	page, err := a.browser.newProfile()
	return startTab(t, a, page, err)
}

// newTab opens another tab in the same browser profile, so with the same session.
func (b *tab) newTab() *tab {
	b.t.Helper()
	page, err := b.page.newTab()
	return startTab(b.t, b.app, page, err)
}

// startTab returns the tab for a page that was opened, if there was no error.
func startTab(t *testing.T, a *app, page page, err error) *tab {
	t.Helper()
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	b := &tab{t: t, app: a, page: page}
	t.Cleanup(b.finish)
	page.listen(b.report, b.checkHost)
	return b
}

func (b *tab) close() { b.page.close() }

// checkHost reports a request to another host.
func (b *tab) checkHost(address string) {
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && !b.app.allowsOrigin(u.Scheme+"://"+u.Host) {
		b.report("R45: request to another host: " + address)
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
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	image, err := b.page.screenshot(ctx)
	if err != nil {
		b.t.Logf("take a screenshot: %v", err)
		return
	}
	file, err := os.CreateTemp("", strings.ReplaceAll(b.t.Name(), "/", "-")+"-*.png")
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

// allowError is expectError for an error that need not occur. For example, either of two tabs
// may be the first to find out that a session has ended.
func (b *tab) allowError(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &expectedError{pattern: regexp.MustCompile(pattern), seen: true}
	b.expected = append(b.expected, e)
}
