package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// An attacker who knows the password changes the email address, and the owner restores it.
func TestJourneyChangeAndRecoverEmailAddress(t *testing.T) {
	changeAndRecoverEmailAddress(t, startApp(t))
}

func changeAndRecoverEmailAddress(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.fill("New email address", "eve@example.com")
	tab.click("Send link")
	tab.waitForText("We sent a link to eve@example.com.")

	tab.allowError(`40[01] `)
	link := app.emailLink("VERIFY_AND_CHANGE_EMAIL", "eve@example.com")
	second := tab.newTab()
	second.open(link)
	second.waitForText("from ada@example.com to eve@example.com")
	second.allowError(`40[01] `)
	second.click("Change email address")
	second.waitForText("Your email address has changed")
	tab.waitForPath("/signin") // every session ends, in all tabs
	second.click("Sign in")
	second.signIn("eve@example.com", password)
	second.waitForPath("/account")
	second.waitForText("eve@example.com (verified)")

	owner := openBrowser(t, app)
	owner.open(app.emailLink("RECOVER_EMAIL", "ada@example.com"))
	owner.waitForText("back to ada@example.com")
	owner.click("Restore email address")
	owner.waitForText("Your email address is restored")
	owner.click("Send password reset link")
	owner.waitForText("We sent an email to ada@example.com.")
	owner.open(app.emailLink("PASSWORD_RESET", "ada@example.com"))
	waitForNextSecond()
	owner.fill("New password", "a secret horse")
	owner.click("Save password")
	owner.waitForText("Your new password is saved")

	second.allowError(`40[01] `)
	second.refocus()
	second.waitForText("Your session has ended")
}

func TestJourneyOpenBrokenActionLinks(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	link := app.emailLink("VERIFY_EMAIL", "ada@example.com")

	replace := func(old, new string) string { return strings.Replace(link, old, new, 1) }
	for _, c := range []struct{ name, link string }{
		{"no parameters", "/auth/action"},
		{"no code", "/auth/action?mode=verifyEmail&apiKey=local"},
		{"an unknown mode", replace("verifyEmail", "constructor")},
		{"the mode of another link", replace("verifyEmail", "recoverEmail")},
	} {
		tab.open(c.link)
		tab.waitForText("This link is incomplete")
		if !app.isUnused(link) {
			t.Fatalf("%s: opening the link used the code up", c.name)
		}
	}

	tab.expectError(`400 .*resetPassword`)
	app.age(4 * 24 * time.Hour)
	tab.open(link)
	tab.waitForText("This link has expired")
	tab.click("Send a new link")
	tab.waitForText("We sent a new email to ada@example.com.")
	link = app.emailLink("VERIFY_EMAIL", "ada@example.com")
	tab.open(link)
	tab.click("Verify email address")
	tab.waitForText("Your email address is verified")
	tab.open(link)
	tab.waitForText("ada@example.com was already verified.")
}

// Identity Platform puts the project's own API key into its links. That may be another key than the
// app's, or none.
func TestJourneyOpenLinksWithAnotherAPIKey(t *testing.T) {
	for name, key := range map[string]string{"none": "", "another": "AIzaAnother"} {
		t.Run(name, func(t *testing.T) { openLinksWithAnotherAPIKey(t, startApp(t), key) })
	}
}

var apiKeyInLink = regexp.MustCompile(`apiKey=[^&]+`)

func openLinksWithAnotherAPIKey(t *testing.T, app *app, key string) {
	withKey := func(link string) string {
		return apiKeyInLink.ReplaceAllString(link, "apiKey="+key)
	}
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.open(withKey(app.emailLink("VERIFY_EMAIL", "ada@example.com")))
	tab.click("Verify email address")
	tab.waitForText("ada@example.com is now verified.")
	tab.click("Continue")
	tab.waitForPath("/account")
	tab.signOut()
	tab.open(withKey(tab.requestEmailLink("ada@example.com")))
	tab.waitForAccount("ada@example.com")
}

func TestJourneyOpenActionLinkForAnotherUser(t *testing.T) {
	app := startApp(t)
	openBrowser(t, app).signUp("ada@example.com")
	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")

	tab.open(app.emailLink("VERIFY_EMAIL", "ada@example.com"))
	tab.waitForText("You're signed in as grace@example.com. This link is for ada@example.com")
	tab.click("Verify email address")
	tab.waitForText("ada@example.com is now verified.")
	tab.click("Sign out and sign in as ada@example.com")
	tab.waitForPath("/signin")
	tab.signIn("ada@example.com", password)
	tab.waitForPath("/account")
	tab.waitForText("ada@example.com (verified)")
}
