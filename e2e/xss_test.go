package e2e

import (
	"os"
	"strings"
	"testing"
)

// TestR39JourneyHostileTextStaysText stores each line of the corpus where people may write, and
// looks at the pages that show it. Every line would set the variable xss, or load something; the
// harness notices the latter, and anything that the Content-Security-Policy had to stop.
func TestR39JourneyHostileTextStaysText(t *testing.T) {
	content, err := os.ReadFile("e2e/testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	corpus := strings.Split(strings.TrimSpace(string(content)), "\n")
	app := startApp(t, "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=off")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	if out, err := app.runCommand("PORT="+app.url[strings.LastIndexByte(app.url, ':')+1:], "grant-role", "ada@example.com", "admin"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	token := signInWithAPI(t, app.url, "ada@example.com")
	for i, text := range corpus {
		app.patch("/api/account", token, map[string]string{"displayName": text})
		app.patch("/api/profile", token, map[string]string{"bio": text, "company": text})
		tab.open("/account")
		tab.waitForValue("Bio", text)
		tab.waitForValue("Company", text)
		tab.waitForText("ada@example.com")
		tab.checkNothingRan(text)
		if i%10 == 9 {
			tab.open("/admin")
			tab.waitForText("ada@example.com")
			tab.checkNothingRan(text)
		}
	}
}

func (b *tab) checkNothingRan(text string) {
	b.t.Helper()
	const strangers = `[...document.querySelectorAll('script:not([src]):not([type]), iframe[srcdoc], object, embed, base, marquee, math,' +
		'meta[http-equiv=refresh], [onerror], [onload], [onfocus], [ontoggle], [onbegin], [href^="javascript:"], [src*="evil.example"], [href*="evil.example"]')]
		.map(e => e.outerHTML).join()`
	found := evaluate[string](b, `typeof xss !== 'undefined' ? 'it ran' : `+strangers)
	if found != "" {
		b.t.Errorf("with %s: %s", text, found)
	}
}
