package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestJourneyOfAPageOnAnotherOrigin has the page of a friend and the page of a stranger save a profile, with the same
// good token. The browser asks first (a preflight), and hides answers that it may not show.
func TestJourneyOfAPageOnAnotherOrigin(t *testing.T) {
	findBrowser(t)
	friend, stranger := elsewhere(t), elsewhere(t)
	app := startApp(t, "CORS_ORIGINS="+friend)
	token := tokenOf(t, app)

	save := func(page, etag string) string {
		tab := newTabElsewhere(t, app, page)
		if page == stranger {
			tab.expects(`has been blocked by CORS policy`)
			tab.expects(`Failed to load resource: net::ERR_FAILED`)
		}
		tab.open("/")
		tab.evaluate("save", fmt.Sprintf(`void fetch(%q, {method: 'PATCH', body: '{"bio":"from elsewhere"}', headers:
			{Authorization: 'Bearer ' + %q, 'Content-Type': 'application/json', 'If-Match': %q}})
			.then((r) => { document.body.textContent = r.status + ' ' + r.headers.get('ETag'); },
				() => { document.body.textContent = 'hidden'; })`, app.url+"/api/profile", token, etag))
		tab.until("an answer", `document.body.textContent !== ''`)
		return tab.text()
	}
	if got := save(friend, `"none"`); !strings.Contains(got, `200 "`) {
		t.Errorf("the friend's page: got %q, want 200 and the new ETag", got)
	}
	if got := save(stranger, `"none"`); !strings.Contains(got, "hidden") {
		t.Errorf("the stranger's page: got %q, want nothing", got)
	}
}

// elsewhere serves an empty page on an origin of its own.
func elsewhere(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,"><body></body>`)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// newTabElsewhere opens a tab for a page of another origin. That it calls the app is what is tested.
func newTabElsewhere(t *testing.T, a *app, page string) *tab {
	t.Helper()
	tab := openBrowser(t, &app{t: t, url: page})
	tab.expects(`request to another host: ` + a.url)
	return tab
}

// tokenOf signs up and returns the ID token.
func tokenOf(t *testing.T, a *app) string {
	t.Helper()
	resp, err := http.Post(a.url+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local", "application/json",
		strings.NewReader(`{"email":"ada@example.com","password":"correct horse","returnSecureToken":true}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ IDToken string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.IDToken == "" {
		t.Fatalf("sign up: %d %v", resp.StatusCode, err)
	}
	return answer.IDToken
}
