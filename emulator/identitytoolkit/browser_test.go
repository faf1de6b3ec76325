package identitytoolkit_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// appPage is a minimal page that uses the committed Firebase JS SDK. Like the app, it has a policy
// that allows scripts, frames and requests from its own origin only. The button runs the script in
// window.onStart, because browsers open popups only in response to a click.
//
// The page passes the resolver to initializeAuth only when it returns from a redirect. Without the
// resolver, the SDK would then drop the session of a user who left to link or reauthenticate. If
// the page always passed the resolver, the SDK would wait for its frame on phones and in Safari.
const appPage = `<!DOCTYPE html><meta charset="utf-8"><title>app</title>
<link rel="icon" href="data:,">
<button id="start">Start</button><div id="captcha"></div>
<script nonce="n" src="/emulator/gapi.js"></script>
<script nonce="n" type="module">
import * as sdk from '/firebase.js';
const resolver = sdk.browserPopupRedirectResolver;
const returning = sessionStorage.getItem('firebase:pendingRedirect:local:[DEFAULT]') !== null;
const config = { apiKey: 'local', authDomain: 'localhost', projectId: 'demo-test' };
const auth = sdk.initializeAuth(sdk.initializeApp(config), {
  persistence: [sdk.indexedDBLocalPersistence],
  popupRedirectResolver: returning ? resolver : undefined,
});
sdk.connectAuthEmulator(auth, location.origin, { disableWarnings: true });
const google = new sdk.GoogleAuthProvider(), github = new sdk.GithubAuthProvider();
const describe = ({ user, operationType }) =>
  [operationType, user.uid, user.email, ...user.providerData.map((p) => p.providerId)].join(' ');
Object.assign(window, { sdk, auth, resolver, google, github });
window.run = async (script) => {
  window.outcome = '';
  try {
    window.outcome = describe(await script());
  } catch (error) {
    Object.assign(window, { error, outcome: error.code ?? String(error) });
  }
};
document.getElementById('start').onclick = () => run(window.onStart);
await auth.authStateReady();
window.ready = true;
</script>`

const appPolicy = "default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; " +
	"connect-src 'self'; frame-src 'self'; img-src 'self' data:; style-src 'self'"

// tab is a page of the app in a browser.
type tab struct {
	t       *testing.T
	ctx     context.Context
	url     string
	service *local

	mu       sync.Mutex
	problems []string // requests to other hosts, policy violations and exceptions
}

// openApp serves the app's page, the SDK and the service from one origin, and opens the page in a
// browser. The test fails if a page makes a request to another host, violates its policy or throws.
func openApp(t *testing.T) *tab {
	t.Helper()
	browser := findChromium(t)
	t.Parallel() // the SDK waits for several seconds in some flows
	l := start(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /firebase.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "../../static/firebase/firebase.js")
	})
	mux.Handle("/", l.service)
	mux.HandleFunc("GET /app", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", appPolicy)
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		_, _ = io.WriteString(w, appPage)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	ctx := startBrowser(t, browser)
	b := &tab{t: t, ctx: ctx, url: server.URL, service: l}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	b.reopen()
	t.Cleanup(func() {
		for _, problem := range b.problems {
			t.Error(problem)
		}
	})
	return b
}

// startBrowser runs a browser for at most one minute and returns the context of its first tab.
func startBrowser(t *testing.T, path string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// findChromium returns the path of a browser. If there is none, it skips the test, or fails it if
// the environment variable CI is set.
func findChromium(t *testing.T) string {
	t.Helper()
	names := []string{
		os.Getenv("CHROMIUM"),
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	const message = "to test popups and redirects, install Chromium or set CHROMIUM to its path"
	if os.Getenv("CI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// watch records what pages of the local Firebase must not do.
func (b *tab) watch(event any) {
	problem := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.url) && !strings.HasPrefix(e.Request.URL, "data:") {
			problem = "request to " + e.Request.URL
		}
	case *log.EventEntryAdded:
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			problem = e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		problem = "exception: " + e.ExceptionDetails.Text
	}
	if problem != "" {
		b.mu.Lock()
		b.problems = append(b.problems, problem)
		b.mu.Unlock()
	}
}

// reopen loads the app's page and waits until the SDK has restored the session.
func (b *tab) reopen() {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(b.url+"/app")); err != nil {
		b.t.Fatal(err)
	}
	b.wait(b.ctx, "window.ready")
}

// wait waits until the condition is true in the page. It retries after errors, because evaluation
// fails while the browser navigates.
func (b *tab) wait(ctx context.Context, condition string) {
	b.t.Helper()
	for {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")"))
		switch {
		case holds:
			return
		case ctx.Err() != nil:
			b.t.Fatalf("waiting for %s: %v", condition, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// evaluate runs a script in a page and returns its result. It waits if the result is a promise.
func evaluate[T any](b *tab, ctx context.Context, script string) T {
	b.t.Helper()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return result
}

// run runs an SDK call without a click and returns its outcome: the operation, the user and the
// user's providers, or the error code.
func (b *tab) run(script string) string {
	b.t.Helper()
	return evaluate[string](b, b.ctx, "run(() => "+script+").then(() => outcome)")
}

// runOnClick runs an SDK call in response to a click.
func (b *tab) runOnClick(script string) {
	b.t.Helper()
	evaluate[bool](b, b.ctx, "window.outcome = '', window.onStart = () => "+script+", true")
	if err := chromedp.Do(b.ctx, chromedp.Click(chromedp.ID("start"))); err != nil {
		b.t.Fatal(err)
	}
}

// outcome waits for the call that runOnClick started and returns its outcome, as run does.
func (b *tab) outcome() string {
	b.t.Helper()
	b.wait(b.ctx, "window.outcome")
	return evaluate[string](b, b.ctx, "outcome")
}

// popup runs an SDK call in response to a click and returns the provider's page that it opens.
func (b *tab) popup(script string) context.Context {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool {
		return strings.Contains(i.URL, "/emulator/auth/handler")
	})
	b.runOnClick(script)
	var id target.ID
	select {
	case id = <-opened:
	case <-b.ctx.Done():
		b.t.Fatalf("%s did not open a popup", script)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(cancel)
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		b.t.Fatal(err)
	}
	b.wait(ctx, "document.readyState === 'complete'")
	return ctx
}

// enterEmail fills in the form of the provider's page and submits it with the Enter key. It ignores
// errors of the key event, because the page may close before the browser responds.
func (b *tab) enterEmail(page context.Context, email string) {
	b.t.Helper()
	if err := chromedp.Do(page, chromedp.SendKeys(chromedp.ID("email"), email)); err != nil {
		b.t.Fatal(err)
	}
	_ = chromedp.Do(page, chromedp.KeyEvent("\r"))
}

// click clicks an element. It ignores errors, because the page may close before the browser
// responds.
func (b *tab) click(page context.Context, id string) {
	_ = chromedp.Do(page, chromedp.Click(chromedp.ID(id)))
}

func (b *tab) want(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got %q, want %q", got, want)
	}
}

func (b *tab) uid() string { return evaluate[string](b, b.ctx, "auth.currentUser?.uid ?? ''") }
