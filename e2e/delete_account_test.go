package e2e

import "testing"

func TestJourneyExportAndDeleteAccount(t *testing.T) {
	inEachEngine(t, exportAndDeleteAccount)
}

func exportAndDeleteAccount(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.fill("Bio", "To be forgotten.")
	tab.saveProfile()
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.waitForValue("Bio", "To be forgotten.")

	tab.click("Download your data")
	tab.waitForText("Your data was downloaded as latchkey-account.json.")
	tab.ageSignIn()
	tab.expectError(`403 .*/api/account/export`)
	tab.click("Download your data")
	tab.fill("Password", password)
	tab.waitForNoText("Your data was downloaded as latchkey-account.json.")
	tab.click("Confirm")
	tab.waitForText("Your data was downloaded as latchkey-account.json.")
	tab.waitForFocus("Download your data")

	tab.click("Delete account…")
	tab.waitForText("This can't be undone")
	tab.click("Cancel")
	tab.waitForText("Nothing was deleted.")
	tab.ageSignIn()
	tab.expectError(`403 .*/api/account`)
	tab.click("Delete account…")
	tab.fill("To confirm, type ada@example.com", "eve@example.com")
	tab.click("Delete my account")
	tab.waitForFieldError("To confirm, type ada@example.com", "That doesn't match.")
	two.allowError(`40[01] `)
	tab.fill("To confirm, type ada@example.com", "Ada@Example.com")
	tab.click("Delete my account")
	tab.fill("Password", password)
	tab.click("Confirm")
	tab.waitForText("Your account and all its data have been deleted.")

	two.fill("Bio", "Back again?") // R33
	two.click("Save profile")
	two.waitForText("Your session has ended")
	two.signIn("ada@example.com", password)
	two.waitForText("The email address or password is incorrect.")
	two.click("Create account")
	two.waitForText("At least 6 characters")
	two.fill("Password", password)
	two.click("Create account")
	two.waitForValue("Bio", "") // a new account without data of the old one
}
