package e2e

import "testing"

// R7, R8: the other browser is signed out at its next call.
func TestJourneyOfAPasswordChangedOnAnotherDevice(t *testing.T) {
	aPasswordChangedOnAnotherDevice(t, startApp(t))
}

func aPasswordChangedOnAnotherDevice(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.enter("Bio", "Written by whoever found the laptop.")

	nextSecond()
	one.enter("New password", "a better horse")
	one.press("Save the password")
	one.sees("Your new password is saved.")

	two.tolerates(`40[01] `)
	two.press("Save profile")
	two.sees("Your session has ended")
	one.reload()
	one.has("Bio", "")
}

// Nobody clicks in the second browser: it notices by itself while its page is visible.
func TestJourneyOfSigningOutEverywhere(t *testing.T) { signingOutEverywhere(t, startApp(t)) }

func signingOutEverywhere(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.sees("ada@example.com")

	two.tolerates(`40[01] `)
	nextSecond()
	one.press("Sign out everywhere")
	one.sees("You are signed out on every device.")
	two.sees("Your session has ended")
	two.doesNotSee("ada@example.com")
}

func TestJourneyThroughTheSessionPanel(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.sees("Initialised: the SDK restored the session")
	tab.sees("Expires in 59 min")
	tab.sees("Identity provider token")
	two := tab.another()
	two.open("/account")
	nextSecond()
	two.press("Refresh the token now")
	two.sees("The ID token was refreshed")
	tab.sees("The ID token was refreshed") // in every tab

	two.press("Sign out")
	tab.sees("Your session has ended: you signed out elsewhere")
}

func TestTheSessionPanelCanBeSwitchedOff(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SESSION_PANEL=off"))
	tab.signUp("ada@example.com")
	tab.sees("Your data")
	tab.doesNotSee("Identity provider token")
}
