package e2e

import (
	"regexp"
	"slices"
	"testing"
)

// TestJourneyHarnessReportsProblems checks that the harness reports each kind of problem. If it
// missed one, every other journey could pass for the wrong reason.
func TestJourneyHarnessReportsProblems(t *testing.T) {
	inEachEngine(t, harnessReportsProblems)
}

func harnessReportsProblems(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	for _, c := range []struct{ problem, script, want string }{
		{
			"an inline script",
			`document.body.setAttribute('onclick', 'alert()'); document.body.click()`,
			"Content.Security.Policy(?s:.*)script-src",
		},
		{
			"an inline style",
			`document.body.setAttribute('style', 'color: red')`,
			"Content.Security.Policy(?s:.*)style-src",
		},
		{
			"a request to another host",
			`void fetch('https://example.org/').catch(() => {})`,
			"https://example[.]org/",
		},
		{
			"a request to another host that the policy allows",
			`void (new Image().src = 'https://lh3.googleusercontent.com/missing')`,
			"request to another host: https://lh3[.]googleusercontent[.]com/",
		},
		{
			"an exception",
			`setTimeout(() => { throw new Error('test exception') })`,
			"test exception",
		},
		{
			"a rejected promise",
			`void Promise.reject(new Error('test rejection'))`,
			"test rejection",
		},
		{"an error on the console", `console.error('test error')`, "test error"},
		{"a response with status 404", `void fetch('/nowhere')`, "failed request: 404"},
	} {
		tab.open("/")
		tab.runScript(c.problem, c.script)
		if !tab.waitForProblem(c.want) {
			t.Errorf("the harness did not report %s", c.problem)
		}
	}
}

// The provider journeys only mean something in browsers that block popups as they do for users: a
// window may open soon after a click, and not otherwise.
func TestJourneyHarnessBlocksPopups(t *testing.T) { inEachEngine(t, harnessBlocksPopups) }

func harnessBlocksPopups(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/")
	if !evaluate[bool](tab, `new Promise((resolve) => {
		setTimeout(() => resolve(window.open('/signin') === null), 5500);
	})`) {
		t.Error("a window opened without a click")
	}
}

// waitForProblem waits for a problem that matches the pattern, and forgets all problems of the tab.
func (b *tab) waitForProblem(pattern string) bool {
	return eventually(func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		found := slices.ContainsFunc(b.found, regexp.MustCompile(pattern).MatchString)
		if found {
			b.found = nil
		}
		return found
	})
}
