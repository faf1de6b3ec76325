package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestJourneyCallAPIFromAnotherOrigin has the page of a friend and the page of a stranger save a
// profile, with the same good token. The browser asks first (a preflight), and hides answers that
// it may not show.
func TestJourneyCallAPIFromAnotherOrigin(t *testing.T) {
	findBrowser(t)
	friend, stranger := serveEmptyPage(t), serveEmptyPage(t)
	app := startApp(t, "CORS_ORIGINS="+friend)
	token := signUpWithAPI(t, app.url, "ada.com")

	save := func(page, etag string) string {
		tab := openTabAt(t, app, page)
		if page == stranger {
			tab.expectError(`has been blocked by CORS policy`)
			tab.expectError(`Failed to load resource: net::ERR_FAILED`)
		}
		tab.open("/")
		tab.runScript("save", fmt.Sprintf(`void fetch(%q, {method: 'PATCH', body: '{"bio":"from elsewhere"}', headers:
			{Authorization: 'Bearer ' + %q, 'Content-Type': 'application/json', 'If-Match': %q}})
			.then((r) => { document.body.textContent = r.status + ' ' + r.headers.get('ETag'); },
				() => { document.body.textContent = 'hidden'; })`, app.url+"/api/profile", token, etag))
		tab.waitUntil("an answer", `document.body.textContent !== ''`)
		return tab.text()
	}
	if got := save(friend, `"none"`); !strings.Contains(got, `200 "`) {
		t.Errorf("the friend's page: got %q, want 200 and the new ETag", got)
	}
	if got := save(stranger, `"none"`); !strings.Contains(got, "hidden") {
		t.Errorf("the stranger's page: got %q, want nothing", got)
	}
}

// serveEmptyPage serves an empty page on an origin of its own.
func serveEmptyPage(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,"><body></body>`)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// openTabAt opens a tab for a page of another origin. That it calls the app is what is tested.
func openTabAt(t *testing.T, a *app, page string) *tab {
	t.Helper()
	tab := openBrowser(t, &app{t: t, url: page})
	tab.expectError(`request to another host: ` + a.url)
	return tab
}
