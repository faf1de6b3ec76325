package e2e

import "testing"

// TestJourneyVerifyEmailAddress opens the link in another tab of the same browser. The first tab
// updates at once.
func TestJourneyVerifyEmailAddress(t *testing.T) { inEachEngine(t, verifyEmailAddress) }

func verifyEmailAddress(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.waitForText("Verify your email address.")
	tab.waitForText("We sent a link to ada@example.com.")
	tab.waitForText("You can send another email in")
	tab.waitForText("Not trusted yet.")

	tab.expectError(`403 .*/api/members/hello`)
	tab.click("Try it")
	tab.waitForText("This requires a verified email address.")

	link := app.emailLink("VERIFY_EMAIL", "ada@example.com")
	two := tab.newTab()
	two.open(link)
	two.waitForText("Confirm that ada@example.com is your email address.")
	if !app.isUnused(link) {
		t.Fatal("opening the link used it up, so a mail scanner would verify the address")
	}
	if two.location() != "/auth/action" {
		t.Errorf("the address bar shows %s", two.location())
	}
	two.click("Verify email address")
	two.waitForText("Your email address is verified")

	tab.waitForNoText("Verify your email address.")
	tab.waitForText("ada@example.com (verified)")
	tab.waitForText("Trusted: this email address is verified.")
	tab.click("Try it")
	tab.waitForText("Your email address is verified, so you can use this.")
	two.click("Continue")
	two.waitForPath("/account")
}

// TestJourneyVerifyEmailAddressOnAnotherDevice opens the link on a phone. The page updates when
// the user returns to it.
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

	// Delay the new token. The banner must stay until the token arrives, because the API may reject
	// requests with the old one.
	tab.runScript("delay the token", `{
		const fetchAtOnce = fetch;
		window.fetch = async (...request) => {
			if (String(request[0]).includes('securetoken')) {
				await new Promise((resolve) => setTimeout(resolve, 2000));
			}
			return fetchAtOnce(...request);
		};
	}`)
	tab.refocus()
	tab.waitForNoText("Verify your email address.")
	tab.click("Try it")
	tab.waitForText("Your email address is verified, so you can use this.")
	tab.waitForValue("Bio", "Not saved yet.")
}
