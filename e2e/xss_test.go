package e2e

import (
	"os"
	"strings"
	"testing"
)

// TestR39JourneyHostileTextStaysText stores each line of the corpus in the fields that users can
// write, and opens the pages that show it. If a line ran as code, it would set the variable xss
// or load something. The harness reports the latter, and whatever the Content-Security-Policy
// blocks.
func TestR39JourneyHostileTextStaysText(t *testing.T) {
	content, err := os.ReadFile("e2e/testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	corpus := strings.Split(strings.TrimSpace(string(content)), "\n")
	app := startApp(t, "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=off")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	app.verify("ada@example.com")
	app.grantAdmin("ada@example.com")
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

// checkNothingRan checks that no code of the text ran, and that the page contains no element or
// attribute that only the text could have created.
func (b *tab) checkNothingRan(text string) {
	b.t.Helper()
	foreign := strings.Join([]string{
		"script:not([src]):not([type])",
		"iframe[srcdoc]", "object", "embed", "base", "marquee",
		"math", "meta[http-equiv=refresh]", "[onerror]", "[onload]",
		"[onfocus]", "[ontoggle]", "[onbegin]",
		`[href^="javascript:"]`, `[src*="evil.example"]`, `[href*="evil.example"]`,
	}, ",")
	found := evaluate[string](b, `typeof xss !== 'undefined' ? 'it ran' :
		[...document.querySelectorAll(`+quote(foreign)+`)].map(e => e.outerHTML).join()`)
	if found != "" {
		b.t.Errorf("with %s: %s", text, found)
	}
}
