package e2e

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"example.com/latchkey/config"
)

const strictPolicy = `{"passwordPolicyConfig": {"passwordPolicyEnforcementState": "ENFORCE", "passwordPolicyVersions": [
	{"customStrengthOptions": {"minPasswordLength": 10, "containsUppercaseCharacter": true, "containsNumericCharacter": true}}]}}`

// A change that needs a recent sign-in asks for one, and then goes on by itself.
func TestJourneyOfChangingThePasswordWithAnOldSignIn(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.signInIsOld()

	tab.expects(`400 .*accounts:update`)
	tab.enter("New password", "a better horse")
	tab.press("Save the password")
	tab.sees("Confirm that it is you")
	tab.keys(kb.Escape)
	tab.sees("Nothing was changed, because you did not confirm that it is you.")

	tab.press("Save the password")
	tab.expects(`400 .*signInWithPassword`)
	tab.enter("Your password", "wrong horse")
	tab.press("Confirm")
	tab.sees("The email address or the password is wrong.")
	tab.enter("Your password", password)
	tab.press("Confirm")
	tab.sees("Your new password is saved.")
	tab.sees("Signed in again (reauthenticated)")

	tab.press("Sign out")
	tab.sees("You are signed out.")
	tab.signIn("ada@example.com", "a better horse")
	tab.isAt("/account")
}

// The server's own sensitive calls lead to the same dialog.
func TestJourneyOfSigningOutEverywhereWithAnOldSignIn(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.signInIsOld()
	tab.expects(`403 .*/api/sessions`)
	tab.press("Sign out everywhere")
	tab.enter("Your password", password)
	tab.press("Confirm")
	tab.sees("You are signed out on every device.")
}

func TestJourneyOfAPasswordPolicy(t *testing.T) {
	app := startApp(t)
	app.configure(strictPolicy)
	tab := openBrowser(t, app)
	tab.open("/signin?mode=signup")
	tab.enter("Email address", "ada@example.com")
	tab.enter("Password", "correct horse")
	tab.sees("At least 10 characters")
	tab.press("Create the account")
	tab.complaint("Password", "Missing: a capital letter, a digit.")
	tab.enter("Password", "Correct horse 1")
	tab.press("Create the account")
	tab.isAt("/account")

	tab.enter("New password", "Short 1")
	tab.press("Save the password")
	tab.complaint("New password", "This password is too short. Use at least 10 characters.")
	tab.enter("New password", "Another horse 2")
	tab.press("Save the password")
	tab.sees("Your new password is saved.")
}

func TestJourneyOfANameAndAPicture(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.expects(`400 .*/api/account`)
	tab.enter("Display name", "Ada Lovelace")
	tab.enter("Address of your picture", "https://elsewhere.example/ada.png")
	tab.press("Save name and picture")
	tab.complaint("Address of your picture", "lh3.googleusercontent.com")
	tab.enter("Address of your picture", "")
	tab.press("Save name and picture")
	tab.sees("Your name and picture are saved.")
	tab.until("the name in the header", `document.querySelector('[data-user]').textContent === 'Ada Lovelace'`)

	other := openBrowser(t, app)
	other.open("/signin")
	other.signIn("ada@example.com", password)
	other.has("Display name", "Ada Lovelace")
	other.enter("Display name", "Countess of Lovelace")
	other.press("Save name and picture")
	other.sees("Your name and picture are saved.")
	tab.comesBack() // it was changed on another device meanwhile
	tab.has("Display name", "Countess of Lovelace")
	tab.until("the name in the header", `document.querySelector('[data-user]').textContent === 'Countess of Lovelace'`)
}

// Whoever signs in by a link in an email confirms with one: it opens in another tab, and this one goes on.
func TestJourneyOfConfirmingWithALinkInAnEmail(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.signInIsOld()
	tab.expects(`400 .*accounts:update`)
	tab.enter("New password", "a better horse")
	tab.press("Save the password")
	tab.press("Email me a sign-in link instead")
	tab.sees("Open the link in the email to ada@example.com in this browser.")

	tab.another().open(app.emailed("EMAIL_SIGNIN", "ada@example.com"))
	tab.sees("Your new password is saved.")
}

func TestJourneyOfConfirmingWithATextMessage(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	users := "/identitytoolkit.googleapis.com/v1/projects/" + config.LocalProjectID + "/accounts:"
	var found struct{ Users []struct{ LocalID string } }
	if err := json.Unmarshal(app.send("POST", users+"lookup", map[string]any{"email": []string{"ada@example.com"}}), &found); err != nil {
		t.Fatal(err)
	}
	app.send("POST", users+"update", map[string]string{"localId": found.Users[0].LocalID, "phoneNumber": "+15555550100"})
	tab.comesBack()
	tab.sees("+15555550100")
	tab.signInIsOld()

	tab.expects(`400 .*accounts:update`)
	tab.enter("New password", "a better horse")
	tab.press("Save the password")
	tab.press("Send a code to your phone")
	tab.sees("A code is on its way to +15555550100.")
	var sent struct{ VerificationCodes []struct{ Code string } }
	if err := json.Unmarshal(app.send("GET", localFirebase+"/verificationCodes", nil), &sent); err != nil {
		t.Fatal(err)
	}
	tab.enter("Code from the text message", sent.VerificationCodes[0].Code)
	tab.press("Confirm with the code")
	tab.sees("Your new password is saved.")
}

func TestJourneyOfConfirmingWithAProvider(t *testing.T) {
	grace := person{email: "grace@gmail.com", name: "Grace Hopper"}
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.withProvider("Continue with Google", grace)
	tab.isAt("/account")
	tab.sees("Trusted: Google vouches for this address.")
	tab.signInIsOld()
	tab.expects(`400 .*accounts:update`)
	tab.enter("New password", "a better horse")
	tab.press("Save the password")
	tab.sees("Confirm that it is you")
	tab.withProvider("Continue with Google", grace)
	tab.sees("Your new password is saved.")
}
