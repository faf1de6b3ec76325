package e2e

import "testing"

// A sign-out stays a sign-out, whatever another tab does that hasn't noticed it.
func TestR67JourneySignOutStaysASignOut(t *testing.T) { inEachEngine(t, signOutStaysASignOut) }

func signOutStaysASignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.runOnNewPages(canBeHidden)
	one.signUp("ada@example.com")
	two := one.newSignedInTab()
	for range 5 {
		// Return to the tab at once.
		one.runScript("hide the tab", `setHidden(true)`)
		two.signOut()
		one.runScript("return to the tab", `setHidden(false)`)
		one.wantSignedOut(two)

		// Sign out while the tab, which the user has just left again, is reloading the user.
		one.signInAgain(two)
		one.holdUserBack(true)
		one.refocus()
		one.waitUntil("the user", `window.isHeld`)
		one.runScript("hide the tab", `setHidden(true)`)
		two.signOut()
		one.runScript("return to the tab", `window.released.resolve(); setHidden(false)`)
		one.wantSignedOut(two)

		one.signInAgain(two)
	}
}

// The Back button shows the account page again, possibly as it was when the user left it.
func TestR67JourneyGoBackToAccountPageAfterSignOut(t *testing.T) {
	inEachEngine(t, goBackToAccountPageAfterSignOut)
}

func goBackToAccountPageAfterSignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := one.newSignedInTab()
	for range 3 {
		one.open("/emulator/outbox") // a page of the local Firebase, which doesn't use the SDK
		two.signOut()
		one.back()
		one.wantSignedOut(two)
		one.signInAgain(two)
	}
}

// A browser may keep the page as it was and run none of its code meanwhile. Browsers do this on
// HTTP only, if at all, so the test plays the browser's part.
func TestR67JourneyRestoreAccountPageAfterSignOut(t *testing.T) {
	inEachEngine(t, restoreAccountPageAfterSignOut)
}

func restoreAccountPageAfterSignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.runOnNewPages(canBeHidden)
	one.signUp("ada@example.com")
	one.runScript("freeze the page", `setHidden(true)`)
	two := one.newSignedInTab()
	two.signOut()
	one.runScript("restore the page",
		`dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))`)
	one.wantSignedOut(two)
}

// canBeHidden lets a test hide the page. Like Safari, it runs no timers while the page is hidden, so
// the SDK doesn't look for changes in its storage.
const canBeHidden = `
	let hidden = false;
	const every = setInterval;
	window.setInterval = (f, ms) => every(() => hidden || f(), ms);
	Object.defineProperty(document, 'hidden', {get: () => hidden});
	window.setHidden = (value) => {
		hidden = value;
		document.dispatchEvent(new Event('visibilitychange'));
		if (!hidden) dispatchEvent(new Event('focus'));
	};`

// wantSignedOut checks that the tab has left the account page, also after reloading it and after
// going back, and that neither this tab nor the other one brings the session back.
func (b *tab) wantSignedOut(other *tab) {
	b.t.Helper()
	b.waitForPath("/signin")
	b.open("/account")
	b.waitForPath("/signin")
	b.waitForText("New here?")
	b.waitForNoText("ada@example.com")
	if got := b.storedSessions(); got != 0 {
		b.t.Fatalf("got %d sessions in the browser's storage after signing out, want 0", got)
	}
	other.waitForPath("/signin")
}

// newSignedInTab opens Ada's account page in another tab.
func (b *tab) newSignedInTab() *tab {
	b.t.Helper()
	two := b.newTab()
	two.open("/account")
	two.waitForAccount("ada@example.com")
	return two
}

// signInAgain signs Ada in. The other tab, which shows the sign-in page, follows by itself.
func (b *tab) signInAgain(other *tab) {
	b.t.Helper()
	b.signIn("ada@example.com", password)
	b.waitForAccount("ada@example.com")
	other.waitForAccount("ada@example.com")
}
