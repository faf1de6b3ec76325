package e2e

import "testing"

// asksForLink asks for a link on the sign-in page and returns it from the outbox, as a path.
func (b *tab) asksForLink(email string) string {
	b.t.Helper()
	b.open("/signin")
	b.press("Email me a link instead")
	b.enter("Email address", email)
	b.press("Send the link")
	b.sees("An email with a link is on its way to " + email)
	return b.app.path(b.app.newest(email, "EMAIL_SIGNIN").Link)
}

func TestJourneyWithALinkByEmail(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	link := tab.asksForLink("ada@example.com")
	tab.open(link)
	tab.arrives("ada@example.com (verified)") // no question: this browser has asked for the link
	tab.sees("ada@example.com, with a password or a link. The only way into this account.")
	tab.sees("by email, with a password or a link")
	tab.doesNotSee("Email and password")
	tab.leaves()

	tab.expects(`400 .*signInWithEmailLink`)
	tab.open(link)
	tab.enter("Email address", "ada@example.com")
	tab.press("Sign in")
	tab.sees("This link has been used, or it is too old, or it is cut off.")
	tab.press("Ask for a new link")
	tab.has("Email address", "ada@example.com")
}

func TestJourneyWithALinkOpenedOnAnotherDevice(t *testing.T) {
	app := startApp(t)
	link := openBrowser(t, app).asksForLink("ada@example.com")

	phone := openBrowser(t, app)
	phone.expects(`400 .*signInWithEmailLink`)
	phone.open(link)
	phone.sees("You opened the link in another browser than the one you asked for it in.")
	phone.enter("Email address", "grace@example.com")
	phone.press("Sign in")
	phone.complaint("Email address", "The link was sent to another address.")
	phone.enter("Email address", "ada@example.com")
	phone.press("Sign in")
	phone.arrives("ada@example.com")
}

func TestJourneyWithALinkThatIsCutOff(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin?mode=finish")
	tab.enter("Email address", "ada@example.com")
	tab.press("Sign in")
	tab.sees("This link is cut off. Ask for a new one.")
}
