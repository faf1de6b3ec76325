package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A harness that notices nothing would let every journey pass, so this proves what the others rely on.
func TestJourneyHarnessReportsProblems(t *testing.T) {
	harnessReportsProblems(t, startApp(t))
}

func harnessReportsProblems(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	for _, c := range []struct{ what, script, want string }{
		{"an inline script", `document.body.setAttribute('onclick', 'alert()')`, "Content Security Policy"},
		{"an inline style", `document.body.setAttribute('style', 'color: red')`, "Content Security Policy"},
		{"another host", `void fetch('https://example.org/').catch(() => {})`, "https://example.org/"},
		{"another host that the policy allows", `void (new Image().src = 'https://lh3.googleusercontent.com/nobody')`,
			"request to another host: https://lh3.googleusercontent.com/"},
		{"an exception", `setTimeout(() => { throw new Error('oops') })`, "oops"},
		{"a rejected promise", `void Promise.reject(new Error('nobody listens'))`, "nobody listens"},
		{"an error on the console", `console.error('this is bad')`, "this is bad"},
		{"an answer of 404", `void fetch('/nowhere')`, "404"},
	} {
		tab.open("/")
		tab.do(c.what, chromedp.Evaluate[chromedp.Void](c.script+`;undefined`))
		if !tab.waitForProblem(c.want) {
			t.Errorf("%s went unnoticed", c.what)
		}
	}
}

// waitForProblem waits for a problem with the given words, and forgives all that the tab has.
func (b *tab) waitForProblem(words string) bool {
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		b.mu.Lock()
		found := strings.Contains(strings.Join(b.problems, "\n"), words)
		if found {
			b.problems = nil
		}
		b.mu.Unlock()
		if found {
			return true
		}
	}
	return false
}
