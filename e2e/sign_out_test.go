package e2e

import "testing"

// A sign-out stays a sign-out, whatever another tab does that hasn't noticed it.
func TestR67JourneySignOutStaysASignOut(t *testing.T) { inEachEngine(t, signOutStaysASignOut) }

func signOutStaysASignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.runOnNewPages(canBeHidden)
	one.signUp("ada@example.com")
	two := one.newTab()
	for range 5 {
		// Return to the tab at once.
		one.runScript("hide the tab", `setHidden(true)`)
		two.open("/account")
		two.waitForAccount("ada@example.com")
		two.signOut()
		one.runScript("return to the tab", `setHidden(false)`)
		one.wantSignedOut(two)

		// Sign out while the tab, which the user has just left again, is reloading the user.
		one.signInAgain()
		one.runScript("hold the user back", `holdUser()`)
		one.refocus()
		one.waitUntil("the user", `userIsHeld()`)
		one.runScript("hide the tab", `setHidden(true)`)
		two.open("/account")
		two.waitForAccount("ada@example.com")
		two.signOut()
		one.runScript("return to the tab", `releaseUser(); setHidden(false)`)
		one.wantSignedOut(two)

		one.signInAgain()
	}
}

// The Back button shows the account page again, possibly as it was when the user left it.
func TestR67JourneyGoBackToAccountPageAfterSignOut(t *testing.T) {
	inEachEngine(t, goBackToAccountPageAfterSignOut)
}

func goBackToAccountPageAfterSignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := one.newTab()
	for range 3 {
		one.open("/emulator/outbox") // a page of the local Firebase, which doesn't use the SDK
		two.open("/account")
		two.waitForAccount("ada@example.com")
		two.signOut()
		one.back()
		one.wantSignedOut(two)
		one.signInAgain()
	}
}

// A browser may keep the page as it was, and no code of it runs meanwhile. Browsers do this on HTTP,
// if at all, so the test plays the browser's part.
func TestR67JourneyRestoreAccountPageAfterSignOut(t *testing.T) {
	inEachEngine(t, restoreAccountPageAfterSignOut)
}

func restoreAccountPageAfterSignOut(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.runOnNewPages(canBeHidden)
	one.signUp("ada@example.com")
	one.runScript("freeze the page", `setHidden(true)`)
	two := one.newTab()
	two.open("/account")
	two.waitForAccount("ada@example.com")
	two.signOut()
	one.runScript("restore the page",
		`dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))`)
	one.wantSignedOut(two)
}

// canBeHidden lets a test hide the page, and hold back the user whom the SDK requests. Like Safari,
// it runs no timers while the page is hidden, so the SDK doesn't look for changes in its storage.
const canBeHidden = `
	let hidden = false;
	const every = setInterval;
	window.setInterval = (f, ms) => every(() => hidden || f(), ms);
	Object.defineProperty(document, 'hidden', {get: () => hidden});
	window.setHidden = (value) => {
		hidden = value;
		document.dispatchEvent(new Event('visibilitychange'));
		if (!hidden) dispatchEvent(new Event('focus'));
	};

	let held, isHeld = false;
	const send = fetch;
	window.fetch = async (...request) => {
		const response = await send(...request);
		if (held && String(request[0]).includes('accounts:lookup')) {
			isHeld = true;
			await held.promise;
		}
		return response;
	};
	window.holdUser = () => { held = Promise.withResolvers(); isHeld = false; };
	window.userIsHeld = () => isHeld;
	window.releaseUser = () => { held.resolve(); held = undefined; };`

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

// signInAgain signs Ada in and waits until the account page is ready.
func (b *tab) signInAgain() {
	b.t.Helper()
	b.signIn("ada@example.com", password)
	b.waitForAccount("ada@example.com")
}
