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

// tab is one browser tab.
type tab struct {
	t    *testing.T
	app  *app
	page page
	*problems
}

// problems are what the pages of a browser profile report. All tabs of the profile share them,
// because WebKit doesn't tell which tab has sent a request.
type problems struct {
	mu       sync.Mutex
	expected []*expectedError
	found    []string
}

// openBrowser opens a tab in a new browser profile, which has no session and no stored data.
func openBrowser(t *testing.T, a *app) *tab {
	t.Helper()
	if a.browser == nil {
		a.browser = a.engine.takeBrowser(a.t)
	}
	p := new(problems)
	t.Cleanup(func() { p.check(t) }) // after all tabs have been closed
	page, err := a.browser.newProfile()
	return startTab(t, a, p, page, err)
}

// newTab opens another tab in the same browser profile, so with the same session.
func (b *tab) newTab() *tab {
	b.t.Helper()
	page, err := b.page.newTab()
	return startTab(b.t, b.app, b.problems, page, err)
}

// startTab returns the tab for a page that was opened, if there was no error.
func startTab(t *testing.T, a *app, p *problems, page page, err error) *tab {
	t.Helper()
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	b := &tab{t: t, app: a, page: page, problems: p}
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
func (p *problems) report(problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.expected {
		if e.pattern.MatchString(problem) {
			e.seen = true
			return
		}
	}
	p.found = append(p.found, problem)
}

// expectError announces an error that is part of the journey, as a regular expression. The
// journey fails if the error does not occur.
func (p *problems) expectError(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, &expectedError{pattern: regexp.MustCompile(pattern)})
}

// expectedError is an error that does not fail the journey, and whether it has occurred.
type expectedError struct {
	pattern *regexp.Regexp
	seen    bool
}

// finish closes the tab.
func (b *tab) finish() {
	if b.t.Failed() {
		b.saveScreenshot()
	}
	b.close()
}

// check fails the test for each problem, and for each expected error that did not occur.
func (p *problems) check(t *testing.T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.found {
		t.Error(problem)
	}
	for _, e := range p.expected {
		if !e.seen {
			t.Errorf("the browser reported no error that matches %s", e.pattern)
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
func (p *problems) allowError(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &expectedError{pattern: regexp.MustCompile(pattern), seen: true}
	p.expected = append(p.expected, e)
}
