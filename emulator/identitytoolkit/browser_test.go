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

// appPage is the least page that uses the committed Firebase JS SDK, under a policy like the app's: it can load, frame
// and call nothing but its own origin. What go is set to runs at a click, since a browser opens popups only then.
//
// It gives initializeAuth the resolver only when it comes back from a redirect. Without it then the SDK drops the
// session of a person who went away to link or to confirm; with it always the SDK waits for its frame on phones and
// in Safari.
const appPage = `<!DOCTYPE html><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,">
<button id="start">Start</button><div id="captcha"></div>
<script nonce="n" src="/emulator/gapi.js"></script>
<script nonce="n" type="module">
import * as sdk from '/firebase.js';
const resolver = sdk.browserPopupRedirectResolver;
const returning = sessionStorage.getItem('firebase:pendingRedirect:local:[DEFAULT]') !== null;
const auth = sdk.initializeAuth(sdk.initializeApp({ apiKey: 'local', authDomain: 'localhost', projectId: 'demo-test' }),
  { persistence: [sdk.indexedDBLocalPersistence], popupRedirectResolver: returning ? resolver : undefined });
sdk.connectAuthEmulator(auth, location.origin, { disableWarnings: true });
const google = new sdk.GoogleAuthProvider(), github = new sdk.GithubAuthProvider();
const tell = ({ user, operationType }) =>
  [operationType, user.uid, user.email, ...user.providerData.map((p) => p.providerId)].join(' ');
Object.assign(window, { sdk, auth, resolver, google, github });
window.ask = async (what) => {
  window.outcome = '';
  try {
    window.outcome = tell(await what());
  } catch (error) {
    Object.assign(window, { error, outcome: error.code ?? String(error) });
  }
};
document.getElementById('start').onclick = () => ask(window.go);
await auth.authStateReady();
window.ready = true;
</script>`

const appPolicy = "default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; connect-src 'self'; frame-src 'self'; " +
	"img-src 'self' data:; style-src 'self'"

// tab is a page of the app in a browser.
type tab struct {
	t       *testing.T
	ctx     context.Context
	url     string
	service *local

	mu       sync.Mutex
	problems []string // requests to other hosts and violations of the policy
}

// openApp serves the app's page, the SDK and the service on one origin, and opens the page.
func openApp(t *testing.T) *tab {
	t.Helper()
	browser := findChromium(t)
	t.Parallel() // the SDK waits for seconds here and there
	l := start(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /firebase.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "../../static/firebase/firebase.js") // as committed
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

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
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

// findChromium finds a browser, or skips the test; with CI set a missing browser is a failure.
func findChromium(t *testing.T) string {
	t.Helper()
	names := []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	for _, name := range names {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no Chromium: install it, or set CHROMIUM to its path")
	}
	t.Skip("no Chromium: install it, or set CHROMIUM to its path, to test popup and redirect sign-in")
	return ""
}

// watch notes whatever a page of the local Firebase must not do.
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

// wait waits until the condition holds in the page, also across a navigation, which makes single questions fail.
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

func evaluate[T any](b *tab, ctx context.Context, script string) T {
	b.t.Helper()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return result
}

// ask runs the script without a click and returns its outcome: what kind of success for whom, or the error's code.
func (b *tab) ask(script string) string {
	b.t.Helper()
	return evaluate[string](b, b.ctx, "ask(() => "+script+").then(() => outcome)")
}

// click starts the script by a click.
func (b *tab) click(script string) {
	b.t.Helper()
	evaluate[bool](b, b.ctx, "window.outcome = '', window.go = () => "+script+", true")
	if err := chromedp.Do(b.ctx, chromedp.Click(chromedp.ID("start"))); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) outcome() string {
	b.t.Helper()
	b.wait(b.ctx, "window.outcome")
	return evaluate[string](b, b.ctx, "outcome")
}

// popup starts the script by a click and returns the provider's page that it opens.
func (b *tab) popup(script string) context.Context {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool {
		return strings.Contains(i.URL, "/emulator/auth/handler")
	})
	b.click(script)
	var id target.ID
	select {
	case id = <-opened:
	case <-b.ctx.Done():
		b.t.Fatalf("%s opened no popup", script)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(cancel)
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		b.t.Fatal(err)
	}
	b.wait(ctx, "document.readyState === 'complete'")
	return ctx
}

// makeUp fills the provider's form with the keyboard and sends it off. The page may be gone before it answers.
func (b *tab) makeUp(page context.Context, email string) {
	b.t.Helper()
	if err := chromedp.Do(page, chromedp.SendKeys(chromedp.ID("email"), email)); err != nil {
		b.t.Fatal(err)
	}
	_ = chromedp.Do(page, chromedp.KeyEvent("\r"))
}

func (b *tab) press(page context.Context, id string) {
	_ = chromedp.Do(page, chromedp.Click(chromedp.ID(id)))
}

func (b *tab) want(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got %q, want %q", got, want)
	}
}

func (b *tab) uid() string { return evaluate[string](b, b.ctx, "auth.currentUser?.uid ?? ''") }
