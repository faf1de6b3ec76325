package e2e

import "testing"

// The address is verified with a link in another tab; every tab knows it at once, without signing out.
func TestJourneyOfVerifyingAnAddress(t *testing.T) { verifyingAnAddress(t, startApp(t)) }

func verifyingAnAddress(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.sees("Verify your email address.")
	tab.sees("An email with a link is on its way to ada@example.com.")
	tab.sees("You can send another in")
	tab.sees("Untrusted: anybody can type an address.")

	tab.expects(`403 .*/api/members/hello`)
	tab.press("Try the call")
	tab.sees("The server wants a verified address (403 email_unverified).")

	link := app.emailed("VERIFY_EMAIL", "ada@example.com")
	two := tab.another()
	two.open(link)
	two.sees("Is ada@example.com yours?")
	if !app.pending(link) {
		t.Fatal("opening the link used it up: a mail scanner would have verified the address")
	}
	if two.address() != "/auth/action" {
		t.Errorf("the address bar shows %s", two.address())
	}
	two.press("Verify my address")
	two.sees("Your address is verified")

	tab.doesNotSee("Verify your email address.")
	tab.sees("ada@example.com (verified)")
	tab.sees("Trusted: it was verified.")
	tab.press("Try the call")
	tab.sees("Your address is verified, so this call is open to you.")
	two.press("Go on")
	two.isAt("/account")
}

// The address is verified on another device, say the phone; the page knows when the person comes back to it.
func TestJourneyOfVerifyingAnAddressOnAnotherDevice(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.enter("Bio", "Not saved yet.")

	phone := openBrowser(t, app)
	phone.open(app.emailed("VERIFY_EMAIL", "ada@example.com"))
	phone.press("Verify my address")
	phone.sees("Your address is verified")
	phone.press("Sign in")
	phone.isAt("/signin")

	// The new token takes its time. The banner stays until it is there, because without it the call is still refused.
	tab.evaluate("slow the token down", `{ const quick = fetch; window.fetch = async (...request) => {
		if (String(request[0]).includes('securetoken')) await new Promise((resolve) => setTimeout(resolve, 2000));
		return quick(...request); } }`)
	tab.comesBack()
	tab.doesNotSee("Verify your email address.")
	tab.press("Try the call")
	tab.sees("Your address is verified, so this call is open to you.")
	tab.has("Bio", "Not saved yet.")
}
