package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestJourneyCallAPIFromAnotherOrigin saves a profile from pages on two other origins, with the
// same valid token. Only one of the origins is in CORS_ORIGINS. The browser sends a preflight
// request first, and withholds responses that the page may not read.
func TestJourneyCallAPIFromAnotherOrigin(t *testing.T) {
	findBrowser(t)
	allowed, other := serveEmptyPage(t), serveEmptyPage(t)
	app := startApp(t, "CORS_ORIGINS="+allowed)
	token := signUpWithAPI(t, app.url, "ada@example.com")

	tab := openTabAt(t, app, allowed)
	if got := tab.saveFromOtherOrigin(app, token); !strings.Contains(got, `200 "`) {
		t.Errorf("from the allowed origin: got %q, want 200 and the new ETag", got)
	}

	tab = openTabAt(t, app, other)
	tab.expectError(`has been blocked by CORS policy`)
	tab.expectError(`failed request: net::ERR_FAILED`)
	if got := tab.saveFromOtherOrigin(app, token); !strings.Contains(got, "blocked") {
		t.Errorf("from another origin: got %q, want no response", got)
	}
}

// saveFromOtherOrigin saves a profile from the tab's page and returns what the page can read: the
// status and the ETag of the response, or "blocked".
func (b *tab) saveFromOtherOrigin(a *app, token string) string {
	b.t.Helper()
	b.open("/")
	b.runScript("save", fmt.Sprintf(`void fetch(%q, {
		method: 'PATCH',
		body: '{"bio":"from elsewhere"}',
		headers: {
			Authorization: 'Bearer ' + %q,
			'Content-Type': 'application/json',
			'If-Match': '"none"',
		},
	}).then(
		(r) => { document.body.textContent = r.status + ' ' + r.headers.get('ETag'); },
		() => { document.body.textContent = 'blocked'; },
	)`, a.url+"/api/profile", token))
	b.waitUntil("a response", `document.body.textContent !== ''`)
	return b.text()
}

// serveEmptyPage serves an empty page on a new origin and returns the origin.
func serveEmptyPage(t *testing.T) string {
	t.Helper()
	const page = `<!doctype html><title>Elsewhere</title>
		<link rel="icon" href="data:,"><body></body>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// openTabAt opens a tab for pages on another origin. It expects them to send a request to the
// app.
func openTabAt(t *testing.T, a *app, page string) *tab {
	t.Helper()
	if a.browser == nil {
		a.browser = chromium.takeBrowser(t)
	}
	tab := openBrowser(t, &app{t: t, url: page, browser: a.browser})
	tab.expectError(`request to another host: ` + a.url)
	return tab
}
