package static

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromium returns the path of a browser. If there is none, it skips the test or, if CI is set,
// fails it.
func chromium(t *testing.T) string {
	t.Helper()
	candidates := []string{
		os.Getenv("CHROMIUM"),
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	}
	for _, name := range candidates {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("Chromium not found: install it, or set CHROMIUM to its path")
	}
	t.Skip("Chromium not found: to test the modules, install it or set CHROMIUM to its path")
	return ""
}

// shared is the browser that all tests in this package use, each with its own tab. The first test
// that needs it starts it.
var shared struct {
	ctx   context.Context
	close context.CancelFunc
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.close != nil {
		shared.close()
	}
	os.Exit(code)
}

func browser(t *testing.T) context.Context {
	t.Helper()
	if shared.ctx != nil {
		return shared.ctx
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	shared.ctx, shared.close = ctx, func() { cancel(); stop() }
	return ctx
}

// openPage opens an empty page that can import the app's modules. Its server has the static files
// and the given handlers. If there is a handler for /session.js, it replaces js/auth/session.js.
func openPage(t *testing.T, handlers map[string]http.HandlerFunc) context.Context {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/static/", Handler())
	for pattern, handler := range handlers {
		mux.HandleFunc(pattern, handler)
	}
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<script type="application/json" id="config">{}</script>`)
		if handlers["GET /session.js"] != nil {
			fmt.Fprintf(w, `<script type="importmap">{"imports":{%q:"/session.js"}}</script>`,
				Path("js/auth/session.js"))
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	ctx, cancel := chromedp.NewContext(browser(t))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/page")); err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	return ctx
}

// script is a handler that serves JavaScript.
func script(source string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, source)
	}
}

// withoutFirebase opens a page whose js/auth/session.js doesn't load the Firebase SDK.
func withoutFirebase(t *testing.T) context.Context {
	t.Helper()
	return openPage(t, map[string]http.HandlerFunc{
		"GET /session.js": script(`export const idToken = async () => null;`),
	})
}

// evaluate runs the body of an async function. In it, m is the module's exports and input is the
// given value.
func evaluate[T any](t *testing.T, ctx context.Context, module string, input any, body string) T {
	t.Helper()
	encoded, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	expression := fmt.Sprintf("import(%q).then(async (m) => { const input = %s; %s })",
		Path(module), encoded, body)
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", module, err)
	}
	return result
}
