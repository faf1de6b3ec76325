package e2e

import "testing"

const phoneNumber = "+442079460958"

// requestCode enters a phone number, requests a code, and returns the code from the outbox.
func (b *tab) requestCode(number string) string {
	b.t.Helper()
	b.fill("Phone number", number)
	b.click("Send code")
	b.waitForText("We sent a code to " + phoneNumber + ".")
	return b.app.textCode(phoneNumber)
}

// skipOneMinute sets the clock of the page one minute ahead.
func (b *tab) skipOneMinute() {
	b.t.Helper()
	b.runScript("skip one minute", `{
		const now = Date.now.bind(Date);
		Date.now = () => now() + 60_000;
	}`)
}

// wrongCode returns a code that differs from the given one.
func wrongCode(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestJourneySignInWithPhoneNumber(t *testing.T) { inEachEngine(t, signInWithPhoneNumber) }

func signInWithPhoneNumber(t *testing.T, app *app) {
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
	tab.waitForText("Send a new code in")
	tab.expectError(`400 .*signInWithPhoneNumber`)
	tab.fill("Verification code", wrongCode(first))
	tab.click("Sign in")
	tab.waitForFieldError("Verification code", "That code is incorrect.")

	tab.skipOneMinute()
	tab.click("Send a new code")
	tab.waitForText("We sent a new code to " + phoneNumber)
	code := app.textCode(phoneNumber)
	tab.fill("Verification code", code[:3]+" "+code[3:])
	tab.click("Sign in")
	tab.waitForAccount(phoneNumber)

	tab.signOut()
	tab.open("/signin?mode=phone")
	tab.requestCode(phoneNumber)
	tab.click("Use a different number")
	tab.waitForValue("Phone number", phoneNumber)
	code = tab.requestCode(phoneNumber)
	tab.fill("Verification code", code)
	tab.click("Sign in")
	tab.waitForAccount(phoneNumber)
}

// A code works only once. In production, an expired code leads to the same error.
func TestJourneyEnterUsedPhoneCode(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.expectError(`400 .*signInWithPhoneNumber`)
	tab.open("/signin?mode=phone")
	code := tab.requestCode(phoneNumber)
	app.useTextCode(phoneNumber)
	tab.fill("Verification code", code)
	tab.click("Sign in")
	tab.waitForFieldError("Verification code", "That code no longer works. Request a new one.")
}
