package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"example.com/latchkey/static"
)

// ageSignIn makes the sign-in of the tab ten minutes old, and fetches an ID token that says so. A
// sign-in counts as recent for five minutes.
func (b *tab) ageSignIn() {
	b.t.Helper()
	b.app.age(10 * time.Minute)
	evaluate[string](b, `(async () => {
		const { auth } = await import(`+quote(static.Path("js/auth/session.js"))+`);
		await auth.authStateReady();
		return auth.currentUser.getIdToken(true);
	})()`)
}

// savePasswordWithOldSignIn tries to change the password ten minutes after the sign-in, and waits for
// the dialog that asks to confirm it.
func (b *tab) savePasswordWithOldSignIn() {
	b.t.Helper()
	b.ageSignIn()
	b.expectError(`400 .*accounts:update`)
	b.fill("New password", "a better horse")
	b.click("Save password")
	b.waitForText("Confirm it's you")
}

// A change that needs a recent sign-in asks for the password and then continues.
func TestJourneyChangePasswordWithOldSignIn(t *testing.T) {
	inEachEngine(t, changePasswordWithOldSignIn)
}

func changePasswordWithOldSignIn(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.savePasswordWithOldSignIn()
	tab.typeKeys(kb.Escape)
	tab.waitForText("You didn't confirm it's you, so nothing was changed.")

	tab.click("Save password")
	tab.expectError(`400 .*signInWithPassword`)
	tab.fill("Password", "wrong horse")
	tab.click("Confirm")
	tab.waitForText("That password is incorrect.")
	tab.fill("Password", password)
	tab.click("Confirm")
	tab.waitForText("Your new password is saved.")
	tab.waitForText("Signed in again (reauthenticated)")

	waitForNextSecond() // tokens of the same second are equal
	tab.click("Refresh token")
	tab.waitForText("The ID token was refreshed") // the session outlives the old ID token

	tab.signOut()
	tab.signIn("ada@example.com", "a better horse")
	tab.waitForPath("/account")
}

// When the user returns to the page, it loads the user again. Changing the password at that moment
// must not end the session, although it revokes the token in use.
func TestJourneyChangePasswordWhileUserIsReloaded(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@example.com")
	waitForNextSecond()
	tab.runScript("hold the user back until the password has changed, or for a second", `
		const send = fetch;
		const changed = Promise.withResolvers();
		window.fetch = async (...request) => {
			const url = String(request[0]);
			if (url.includes('accounts:lookup') && !window.userIsHeld) {
				window.userIsHeld = true;
				setTimeout(changed.resolve, 1000);
				await changed.promise;
			}
			const response = await send(...request);
			if (url.includes('accounts:update')) changed.resolve();
			return response;
		};`)
	tab.fill("New password", "a better horse")
	tab.refocus()
	tab.waitUntil("the user", `window.userIsHeld`)
	tab.click("Save password")
	tab.waitForText("Your new password is saved.")
	waitForNextSecond() // tokens of the same second are equal
	tab.click("Refresh token")
	tab.waitForText("The ID token was refreshed")
}

// The program's own API needs a recent sign-in too. The page shows the same dialog for it.
func TestJourneySignOutEverywhereWithOldSignIn(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.ageSignIn()
	tab.expectError(`403 .*/api/sessions`)
	tab.click("Sign out on all devices")
	tab.fill("Password", password)
	tab.click("Confirm")
	tab.waitForText("You're signed out on all devices.")
}

// TestJourneyReauthenticateWithEmailLink opens the link in another tab. The first tab then
// continues.
func TestJourneyReauthenticateWithEmailLink(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.savePasswordWithOldSignIn()
	tab.click("Email me a sign-in link")
	tab.waitForText("We sent a link to ada@example.com. Open it in this browser")

	linked := tab.newTab()
	linked.open(app.emailLink("EMAIL_SIGNIN", "ada@example.com"))
	linked.waitForText("Go back to the tab where you started")
	linked.waitForFocus("You've confirmed it's you")
	tab.waitForText("Your new password is saved.")
	waitForNextSecond() // tokens of the same second are equal
	tab.click("Refresh token")
	tab.waitForText("The ID token was refreshed") // the session outlives both old ID tokens
	linked.click("Go to your account")
	linked.waitForAccount("ada@example.com")
}

func TestJourneyReauthenticateWithTextMessage(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	const number = "+15555550100"
	app.callFirebase("POST", localUsers+"update", map[string]string{
		"localId": app.findUser("ada@example.com").LocalID, "phoneNumber": number})
	tab.refocus()
	tab.waitForText(number)
	tab.savePasswordWithOldSignIn()
	tab.click("Send a code to your phone")
	tab.waitForText("We sent a code to " + number + ".")
	var sent struct{ VerificationCodes []struct{ Code string } }
	app.readFirebase("GET", emulatorProject+"/verificationCodes", nil, &sent)
	tab.fill("Verification code", sent.VerificationCodes[0].Code)
	tab.click("Confirm code")
	tab.waitForText("Your new password is saved.")
}

func TestJourneyReauthenticateWithProvider(t *testing.T) {
	inEachEngine(t, reauthenticateWithProvider)
}

func reauthenticateWithProvider(t *testing.T, app *app) {
	grace := providerUser{email: "grace@gmail.com", name: "Grace Hopper"}
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", grace)
	tab.waitForPath("/account")
	tab.waitForText("Trusted: verified by Google.")
	tab.savePasswordWithOldSignIn()
	tab.signInThroughPopup("Continue with Google", grace)
	tab.waitForText("Your new password is saved.")
}
