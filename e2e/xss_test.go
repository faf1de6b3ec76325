package e2e

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestR39JourneyOfHostileTextThatStaysText stores each line of the corpus where people may write, and looks at the pages
// that show it. Every line would set the variable xss, or load something; the harness notices the latter, and anything
// that the Content-Security-Policy had to stop.
func TestR39JourneyOfHostileTextThatStaysText(t *testing.T) {
	content, err := os.ReadFile("e2e/testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	corpus := strings.Split(strings.TrimSpace(string(content)), "\n")
	app := startApp(t, "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=off")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	if out, err := app.run("PORT="+app.url[strings.LastIndexByte(app.url, ':')+1:], "grant-role", "ada@example.com", "admin"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	token := tab.idToken(app, "ada@example.com")
	for i, text := range corpus {
		app.saves("/api/account", token, map[string]string{"displayName": text})
		app.saves("/api/profile", token, map[string]string{"bio": text, "company": text})
		tab.open("/account")
		tab.has("Bio", text)
		tab.has("Company", text)
		tab.sees("ada@example.com")
		tab.nothingRan(text)
		if i%10 == 9 {
			tab.open("/admin")
			tab.sees("ada@example.com")
			tab.nothingRan(text)
		}
	}
}

// idToken signs in beside the browser and returns the token.
func (b *tab) idToken(a *app, email string) string {
	b.t.Helper()
	body, _ := json.Marshal(map[string]any{"email": email, "password": password, "returnSecureToken": true})
	status, answer, _ := a.ask("POST", "/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local", "", string(body))
	var account struct{ IDToken string }
	if err := json.Unmarshal([]byte(answer), &account); err != nil || account.IDToken == "" {
		b.t.Fatalf("sign in: %d %s", status, answer)
	}
	return account.IDToken
}

// saves changes fields as the pages would.
func (a *app) saves(path, token string, fields map[string]string) {
	a.t.Helper()
	_, _, etag := a.ask("GET", path, token, "")
	body, err := json.Marshal(fields)
	if err != nil {
		a.t.Fatal(err)
	}
	if status, answer, _ := a.ask("PATCH", path, token, string(body), "If-Match", etag); status != 200 {
		a.t.Fatalf("save %s: %d %s", body, status, answer)
	}
}

func (b *tab) nothingRan(text string) {
	b.t.Helper()
	const strangers = `[...document.querySelectorAll('script:not([src]):not([type]), iframe[srcdoc], object, embed, base, marquee, math,' +
		'meta[http-equiv=refresh], [onerror], [onload], [onfocus], [ontoggle], [onbegin], [href^="javascript:"], [src*="evil.example"], [href*="evil.example"]')]
		.map(e => e.outerHTML).join()`
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`typeof xss !== 'undefined' ? 'it ran' : `+strangers))
	if err != nil {
		b.t.Fatal(err)
	}
	if found != "" {
		b.t.Errorf("with %s: %s", text, found)
	}
}
