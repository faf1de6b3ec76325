package e2e

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"example.com/latchkey/config"
)

// A change that needs a recent sign-in asks for one, and then goes on by itself.
func TestJourneyChangePasswordWithOldSignIn(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.ageSignIn()

	tab.expectError(`400 .*accounts:update`)
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.waitForText("Confirm it's you")
	tab.typeKeys(kb.Escape)
	tab.waitForText("Nothing was changed, because you didn't confirm it's you.")

	tab.click("Save password")
	tab.expectError(`400 .*signInWithPassword`)
	tab.fill("Password", "wrong horse")
	tab.click("Confirm")
	tab.waitForText("That password is incorrect.")
	tab.fill("Password", password)
	tab.click("Confirm")
	tab.waitForText("Your new password is saved.")
	tab.waitForText("Signed in again (reauthenticated)")

	tab.click("Sign out")
	tab.waitForText("You're signed out.")
	tab.signIn("ada@example.com", "a better horse")
	tab.waitForPath("/account")
}

// The server's own sensitive calls lead to the same dialog.
func TestJourneySignOutEverywhereWithOldSignIn(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.ageSignIn()
	tab.expectError(`403 .*/api/sessions`)
	tab.click("Sign out everywhere")
	tab.fill("Password", password)
	tab.click("Confirm")
	tab.waitForText("You're signed out on all devices.")
}

// Whoever signs in by a link in an email confirms with one: it opens in another tab, and this one
// goes on.
func TestJourneyReauthenticateWithEmailLink(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.ageSignIn()
	tab.expectError(`400 .*accounts:update`)
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.click("Email me a sign-in link")
	tab.waitForText("We sent a link to ada@example.com. Open it in this browser")

	tab.newTab().open(app.emailLink("EMAIL_SIGNIN", "ada@example.com"))
	tab.waitForText("Your new password is saved.")
}

func TestJourneyReauthenticateWithTextMessage(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	users := "/identitytoolkit.googleapis.com/v1/projects/" + config.LocalProjectID + "/accounts:"
	var found struct{ Users []struct{ LocalID string } }
	if err := json.Unmarshal(app.callFirebase("POST", users+"lookup", map[string]any{"email": []string{"ada@example.com"}}), &found); err != nil {
		t.Fatal(err)
	}
	app.callFirebase("POST", users+"update", map[string]string{"localId": found.Users[0].LocalID, "phoneNumber": "+15555550100"})
	tab.refocus()
	tab.waitForText("+15555550100")
	tab.ageSignIn()

	tab.expectError(`400 .*accounts:update`)
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.click("Send a code to your phone")
	tab.waitForText("We sent a code to +15555550100.")
	var sent struct{ VerificationCodes []struct{ Code string } }
	if err := json.Unmarshal(app.callFirebase("GET", emulatorProject+"/verificationCodes", nil), &sent); err != nil {
		t.Fatal(err)
	}
	tab.fill("Verification code", sent.VerificationCodes[0].Code)
	tab.click("Confirm code")
	tab.waitForText("Your new password is saved.")
}

func TestJourneyReauthenticateWithProvider(t *testing.T) {
	grace := providerUser{email: "grace@gmail.com", name: "Grace Hopper"}
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", grace)
	tab.waitForPath("/account")
	tab.waitForText("Trusted: Google confirms this email address.")
	tab.ageSignIn()
	tab.expectError(`400 .*accounts:update`)
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.waitForText("Confirm it's you")
	tab.signInThroughPopup("Continue with Google", grace)
	tab.waitForText("Your new password is saved.")
}

// ageSignIn makes the sign-in of the tab older than the five minutes for which it counts as
// recent.
func (b *tab) ageSignIn() {
	b.t.Helper()
	b.app.age(10 * time.Minute)
	b.click("Refresh token")
	b.waitForText("The ID token was refreshed")
}
