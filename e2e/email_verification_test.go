package e2e

import "testing"

// The address is verified with a link in another tab; every tab knows it at once, without signing
// out.
func TestJourneyVerifyEmailAddress(t *testing.T) { verifyEmailAddress(t, startApp(t)) }

func verifyEmailAddress(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.waitForText("Verify your email address.")
	tab.waitForText("We sent a link to ada@example.com.")
	tab.waitForText("You can send another email in")
	tab.waitForText("Untrusted: anyone can enter an email address.")

	tab.expectError(`403 .*/api/members/hello`)
	tab.click("Try it")
	tab.waitForText("This requires a verified email address.")

	link := app.emailLink("VERIFY_EMAIL", "ada@example.com")
	two := tab.newTab()
	two.open(link)
	two.waitForText("Confirm that ada@example.com is your email address.")
	if !app.isUnused(link) {
		t.Fatal("opening the link used it up: a mail scanner would have verified the address")
	}
	if two.location() != "/auth/action" {
		t.Errorf("the address bar shows %s", two.location())
	}
	two.click("Verify email address")
	two.waitForText("Your email address is verified")

	tab.waitForNoText("Verify your email address.")
	tab.waitForText("ada@example.com (verified)")
	tab.waitForText("Trusted: the email address is verified.")
	tab.click("Try it")
	tab.waitForText("Your address is verified, so this call is open to you.")
	two.click("Continue")
	two.waitForPath("/account")
}

// The address is verified on another device, say the phone; the page knows when the user comes
// back to it.
func TestJourneyVerifyEmailAddressOnAnotherDevice(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.fill("Bio", "Not saved yet.")

	phone := openBrowser(t, app)
	phone.open(app.emailLink("VERIFY_EMAIL", "ada@example.com"))
	phone.click("Verify email address")
	phone.waitForText("Your email address is verified")
	phone.click("Sign in")
	phone.waitForPath("/signin")

	// The new token takes its time. The banner stays until it is there, because without it the
	// call is still refused.
	tab.runScript("slow the token down", `{ const quick = fetch; window.fetch = async (...request) => {
		if (String(request[0]).includes('securetoken')) await new Promise((resolve) => setTimeout(resolve, 2000));
		return quick(...request); } }`)
	tab.refocus()
	tab.waitForNoText("Verify your email address.")
	tab.click("Try it")
	tab.waitForText("Your address is verified, so this call is open to you.")
	tab.waitForValue("Bio", "Not saved yet.")
}
