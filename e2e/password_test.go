package e2e

import (
	"strings"
	"testing"
)

func TestJourneyResetForgottenPassword(t *testing.T) { inEachEngine(t, resetForgottenPassword) }

func resetForgottenPassword(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")

	lost := openBrowser(t, app)
	lost.open("/signin?mode=reset")
	lost.fill("Email address", "ada@example.com")
	lost.click("Send link")
	link := app.emailLink("PASSWORD_RESET", "ada@example.com")
	lost.open(link)
	lost.waitForValue("Email address", "ada@example.com")
	if !app.isUnused(link) {
		t.Error("opening the link used it up")
	}
	if strings.Contains(lost.location(), "oobCode") {
		t.Errorf("the code is still in the address bar: %s", lost.location())
	}
	lost.fill("New password", "short")
	lost.click("Save password")
	lost.waitForFieldError("New password",
		"This password is too short. Use at least 6 characters.")
	waitForNextSecond()
	tab.allowError(`40[01] `) // this ends the old session
	lost.fill("New password", "a new horse")
	lost.click("Save password")
	lost.waitForText("Your new password is saved")
	lost.click("Sign in")
	lost.signIn("ada@example.com", "a new horse")
	lost.waitForPath("/account")

	lost.expectError(`400 .*resetPassword`)
	lost.open(link)
	lost.waitForText("This link no longer works")
	lost.click("Go to your account")
	lost.waitForPath("/account")

	tab.refocus()
	tab.waitForText("Your session has ended")
}

const strictPolicy = `{"passwordPolicyConfig": {
	"passwordPolicyEnforcementState": "ENFORCE",
	"passwordPolicyVersions": [{"customStrengthOptions": {
		"minPasswordLength": 10,
		"containsUppercaseCharacter": true,
		"containsNumericCharacter": true
	}}]
}}`

func TestJourneyChoosePasswordUnderPolicy(t *testing.T) {
	app := startApp(t)
	app.configureProject(strictPolicy)
	tab := openBrowser(t, app)
	tab.open("/signin?mode=signup")
	tab.fill("Email address", "ada@example.com")
	tab.fill("Password", "correct horse")
	tab.waitForText("At least 10 characters")
	tab.click("Create account")
	tab.waitForFieldError("Password", "It needs: an uppercase letter, a digit.")
	tab.fill("Password", "Correct horse 1")
	tab.click("Create account")
	tab.waitForPath("/account")

	tab.fill("New password", "Short 1")
	tab.click("Save password")
	tab.waitForFieldError("New password", "This password is too short. Use at least 10 characters.")
	tab.fill("New password", "Another horse 2")
	tab.click("Save password")
	tab.waitForText("Your new password is saved.")
}
