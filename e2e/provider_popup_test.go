package e2e

// What the journeys of the sign-in methods share: the provider's page in a window of its own or in the same tab, a
// browser that blocks such windows, and the outbox of the local Firebase.

import (
	"context"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// openPopup presses something that opens a provider's page in a window, and returns that window.
func (b *tab) openPopup(words string) *tab {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool { return strings.Contains(i.URL, "/emulator/auth/handler") })
	b.click(words)
	select {
	case id := <-opened:
		window := newTab(b.t, b.app, b.ctx, chromedp.WithTargetID(id))
		window.waitUntil("the provider's page", `document.readyState === 'complete'`)
		return window
	case <-time.After(waitTimeout):
		b.t.Fatalf("no window opened after pressing %s\nthe page shows:\n%s", words, b.text())
		return nil
	}
}

// providerUser is who signs in at a provider.
type providerUser struct {
	email      string // "" does not share it
	name       string
	picture    string
	unverified bool
}

// fillProviderPage fills the provider's page in as the user and goes back to the app. b is the popup, or the tab itself.
func (b *tab) fillProviderPage(p providerUser) {
	b.t.Helper()
	b.waitUntil("the provider's page", `location.pathname === '/emulator/auth/handler' && document.readyState === 'complete'`)
	if p.email == "" {
		b.click("No email, as when a person does not share it")
	} else {
		b.fill("Email", p.email)
	}
	if p.unverified {
		b.runScript("not verified", `document.getElementById('verified').click()`)
	}
	if p.name != "" {
		b.fill("Name (optional)", p.name)
	}
	if p.picture != "" {
		b.fill("Picture (optional, an https address)", p.picture)
	}
	b.clickAndLeave("Continue")
}

// pickAccount chooses an account that the provider knows already.
func (b *tab) pickAccount(name string) {
	b.t.Helper()
	account := `[...document.querySelectorAll('.accounts button')].find(e => e.innerText.includes(` + quote(name) + `))`
	b.waitUntil("an account of "+name, account)
	b.runScript("name the account", account+`.ariaLabel = `+quote(name))
	b.clickAndLeave(name)
}

// clickAndLeave presses something after which the window closes, or the page goes away: the browser may not answer.
func (b *tab) clickAndLeave(words string) {
	b.t.Helper()
	b.waitUntil("something to press that says "+words, `clickable(`+quote(words)+`)`)
	b.runScript("mark "+words, `clickable(`+quote(words)+`).setAttribute('data-journey', 'leave')`)
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	_ = chromedp.Do(ctx, chromedp.Click(chromedp.CSS("[data-journey=leave]")))
}

// signInThroughPopup signs in, or links, with a provider's page in a window.
func (b *tab) signInThroughPopup(words string, p providerUser) {
	b.t.Helper()
	b.openPopup(words).fillProviderPage(p)
}

// blockPopups makes the tab a browser that opens no windows, from the next page on.
func (b *tab) blockPopups() {
	b.t.Helper()
	b.do("block windows", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: `window.open = () => null`})
		return chromedp.Void{}, err
	})
}

var ada = providerUser{email: "ada@example.com", name: "Ada Lovelace"}
