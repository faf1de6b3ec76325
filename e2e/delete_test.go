package e2e

import "testing"

func TestJourneyOfTakingEverythingAndLeaving(t *testing.T) {
	takingEverythingAndLeaving(t, startApp(t))
}

func takingEverythingAndLeaving(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.enter("Bio", "To be forgotten.")
	tab.saveProfile()
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.has("Bio", "To be forgotten.")

	tab.press("Download your data")
	tab.sees("The file latchkey-account.json is in your downloads.")

	tab.press("Delete the account…")
	tab.sees("This cannot be undone")
	tab.press("Cancel")
	tab.sees("Nothing was deleted.")
	tab.signInIsOld()
	tab.expects(`403 .*/api/account`)
	tab.press("Delete the account…")
	tab.enter("To go on, type ada@example.com", "eve@example.com")
	tab.press("Delete my account")
	tab.complaint("To go on, type ada@example.com", "This is not the same.")
	tab.enter("To go on, type ada@example.com", "Ada@Example.com")
	tab.press("Delete my account")
	tab.enter("Your password", password)
	tab.press("Confirm")
	tab.sees("Your account and everything that belonged to it are deleted.")

	two.tolerates(`40[01] `)
	two.enter("Bio", "Back again?") // R33
	two.press("Save profile")
	two.sees("Your session has ended")
	two.signIn("ada@example.com", password)
	two.sees("The email address or the password is wrong.")
	two.press("Create an account")
	two.sees("At least 6 characters")
	two.enter("Password", password)
	two.press("Create the account")
	two.has("Bio", "") // a new account, with nothing of the old one
}
