package e2e

import "testing"

const number = "+442079460958"

// requestCode asks for a code and returns the one that the outbox has for the number.
func (b *tab) requestCode(typed string) string {
	b.t.Helper()
	b.fill("Phone number", typed)
	b.click("Send code")
	b.waitForText("We sent a code to " + number + ".")
	return b.app.textCode(number)
}

// skipOneMinute lets the page believe that a minute has passed.
func (b *tab) skipOneMinute() {
	b.t.Helper()
	b.runScript("a minute later", `{ const now = Date.now.bind(Date); Date.now = () => now() + 60_000; }`)
}

// other returns another code than the one given.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestJourneySignInWithPhoneNumber(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.click("Text me a sign-in code")
	tab.fill("Phone number", "020 7946 0958")
	tab.click("Send code")
	tab.waitForFieldError("Phone number", "Start with + and the country code")
	tab.fill("Phone number", "+44 20")
	tab.click("Send code")
	tab.waitForFieldError("Phone number", "Enter a valid phone number")

	first := tab.requestCode("0044 (20) 7946-0958")
	tab.waitForText("Send another code in")
	tab.expectError(`400 .*signInWithPhoneNumber`)
	tab.fill("Verification code", other(first))
	tab.click("Sign in")
	tab.waitForFieldError("Verification code", "That code is incorrect.")

	tab.skipOneMinute()
	tab.click("Send another code")
	tab.waitForText("We sent a new code to " + number)
	code := app.textCode(number)
	tab.fill("Verification code", code[:3]+" "+code[3:])
	tab.click("Sign in")
	tab.waitForAccount(number)

	tab.signOut()
	tab.open("/signin?mode=phone")
	tab.requestCode(number)
	tab.click("Use a different number")
	tab.waitForValue("Phone number", number)
	code = tab.requestCode(number)
	tab.fill("Verification code", code)
	tab.click("Sign in")
	tab.waitForAccount(number)
}

// A code counts once, and production answers the same when it is too old.
func TestJourneyEnterUsedPhoneCode(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.expectError(`400 .*signInWithPhoneNumber`)
	tab.open("/signin?mode=phone")
	code := tab.requestCode(number)
	app.useTextCode(number)
	tab.fill("Verification code", code)
	tab.click("Sign in")
	tab.waitForFieldError("Verification code", "That code no longer works. Request a new one.")
}
