package e2e

// What a user does on the page of a sign-in provider, in a popup or in the same tab. The local
// Firebase serves these pages.

import (
	"context"
	"time"

	"example.com/latchkey/static"
)

// providerUser is the user who signs in at a provider.
type providerUser struct {
	email string // "" if the user doesn't share it
	name  string
}

var (
	ada      = providerUser{email: "ada@example.com", name: "Ada Lovelace"}
	adaGmail = providerUser{email: "ada@gmail.com", name: "Ada Lovelace"}
)

// signInThroughPopup clicks a button that opens a provider's popup, and signs in there. The
// button may also connect the provider or confirm a sensitive action.
func (b *tab) signInThroughPopup(button string, user providerUser) {
	b.t.Helper()
	b.openPopup(button).signInAtProvider(user)
}

// openPopup clicks a button that opens a provider's popup, and returns the popup.
func (b *tab) openPopup(button string) *tab {
	b.t.Helper()
	if b.app.engine == webKit {
		b.waitForProviders()
	}
	selector := b.markClickable(button)
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	opened, err := b.page.popup(ctx, func() error { return b.page.click(ctx, selector) })
	if err != nil {
		b.t.Fatalf("%s opened no popup: %v\nthe page shows:\n%s", button, err, b.text())
	}
	popup := startTab(b.t, b.app, b.problems, opened, nil)
	popup.waitForProviderPage()
	return popup
}

// popupScript matches the error if the app is down when an idle page loads what popups need.
const popupScript = `failed request: .*/emulator/`

// waitForProviders waits until the page has loaded what a popup needs. Users rarely click
// earlier. In WebKit, such a click is too early: the popup is blocked, and the page redirects.
func (b *tab) waitForProviders() {
	b.t.Helper()
	b.waitUntil("the SDK's frame", `document.querySelector('iframe')`) // the page's own doing
	evaluate[bool](b, `(async () => {
		const { auth } = await import(`+quote(static.Path("js/auth/session.js"))+`);
		await auth._popupRedirectResolver._initialize(auth); // the same as the page's
		return true;
	})()`)
}

// waitForProviderPage waits until the tab shows a provider's page: the local Firebase's or, in the
// rehearsal, that of accounts.example.net.
func (b *tab) waitForProviderPage() {
	b.t.Helper()
	b.waitUntil("the provider's page",
		`['/emulator/auth/handler', '/authorize'].includes(location.pathname) &&
			document.readyState === 'complete'`)
}

// signInAtProvider fills in the provider's page and returns to the app.
func (b *tab) signInAtProvider(user providerUser) {
	b.t.Helper()
	b.waitForProviderPage()
	if user.email == "" {
		b.click("Don't share an email address")
	} else {
		b.fill("Email address", user.email)
	}
	if user.name != "" {
		b.fill("Name (optional)", user.name)
	}
	b.clickAndLeave("Continue")
}

// pickAccount picks an account that has signed in at the provider before, and returns to the app.
func (b *tab) pickAccount(name string) {
	b.t.Helper()
	account := `[...document.querySelectorAll('.accounts button')]
		.find(e => e.innerText.includes(` + quote(name) + `))`
	b.waitUntil("an account of "+name, account)
	b.runScript("label the account", account+`.ariaLabel = `+quote(name))
	b.clickAndLeave(name)
}

// clickAndLeave clicks something that closes the popup or leaves the page. The browser may never
// confirm such a click, so errors are ignored.
func (b *tab) clickAndLeave(text string) {
	b.t.Helper()
	selector := b.markClickable(text)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = b.page.click(ctx, selector)
}

// blockPopups makes the tab block popups, from the next page on, also those that a click opens.
func (b *tab) blockPopups() {
	b.t.Helper()
	b.runOnNewPages(`window.open = () => null`)
}

// runOnNewPages runs JavaScript in every page that the tab loads from now on, before the page's
// own.
func (b *tab) runOnNewPages(script string) {
	b.t.Helper()
	b.do("install a script", func(ctx context.Context) error {
		return b.page.runOnNewPages(ctx, script)
	})
}
