package e2e

import "testing"

// requestEmailLink requests a sign-in link on the sign-in page and returns the path of the link.
func (b *tab) requestEmailLink(email string) string {
	b.t.Helper()
	b.open("/signin")
	b.click("Email me a sign-in link")
	b.fill("Email address", email)
	b.click("Send link")
	b.waitForText("We sent a link to " + email)
	return b.app.emailLink("EMAIL_SIGNIN", email)
}

func TestJourneySignInWithEmailLink(t *testing.T) { inEachEngine(t, signInWithEmailLink) }

func signInWithEmailLink(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	link := tab.requestEmailLink("ada@example.com")
	tab.open(link)
	// The page doesn't ask for the email address, because this browser requested the link.
	tab.waitForAccount("ada@example.com (verified)")
	tab.waitForText("ada@example.com, with a password or a link. Your only sign-in method.")
	tab.waitForText("with a password or an email link")
	tab.waitForNoText("Email and password")
	tab.signOut()

	tab.expectError(`400 .*signInWithEmailLink`)
	tab.open(link)
	tab.fill("Email address", "ada@example.com")
	tab.click("Sign in")
	tab.waitForText("This link has expired, has already been used, or is incomplete.")
	tab.click("Request a new link")
	tab.waitForValue("Email address", "ada@example.com")
}

func TestJourneyOpenEmailLinkOnAnotherDevice(t *testing.T) {
	app := startApp(t)
	link := openBrowser(t, app).requestEmailLink("ada@example.com")

	phone := openBrowser(t, app)
	phone.expectError(`400 .*signInWithEmailLink`)
	phone.open(link)
	phone.waitForText("enter the email address we sent the link to")
	phone.fill("Email address", "grace@example.com")
	phone.click("Sign in")
	phone.waitForFieldError("Email address", "This link was sent to a different email address.")
	phone.fill("Email address", "ada@example.com")
	phone.click("Sign in")
	phone.waitForAccount("ada@example.com")
}

func TestJourneyOpenTruncatedEmailLink(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin?mode=finish")
	tab.fill("Email address", "ada@example.com")
	tab.click("Sign in")
	tab.waitForText("This link is incomplete. Request a new one.")
}
