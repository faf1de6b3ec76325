package e2e

import "testing"

const number = "+442079460958"

// textsCode asks for a code and returns the one that the outbox has for the number.
func (b *tab) textsCode(typed string) string {
	b.t.Helper()
	b.enter("Phone number", typed)
	b.press("Send a code")
	b.sees("A code is on its way to " + number + ".")
	return b.app.newest(number, "").Code
}

// later lets the page believe that a minute has passed.
func (b *tab) later() {
	b.t.Helper()
	b.evaluate("a minute later", `{ const now = Date.now.bind(Date); Date.now = () => now() + 60_000; }`)
}

// other returns another code than the one given.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestJourneyWithAPhoneNumber(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.press("Use your phone number")
	tab.enter("Phone number", "020 7946 0958")
	tab.press("Send a code")
	tab.complaint("Phone number", "Start with + and the code of the country")
	tab.enter("Phone number", "+44 20")
	tab.press("Send a code")
	tab.complaint("Phone number", "This is not a phone number.")

	first := tab.textsCode("0044 (20) 7946-0958")
	tab.sees("Send another code in")
	tab.expects(`400 .*signInWithPhoneNumber`)
	tab.enter("Code", other(first))
	tab.press("Sign in")
	tab.complaint("Code", "This is not the code from the newest message.")

	tab.later()
	tab.press("Send another code")
	tab.sees("Another code is on its way to " + number)
	code := tab.app.newest(number, "").Code
	tab.enter("Code", code[:3]+" "+code[3:])
	tab.press("Sign in")
	tab.arrives(number)

	tab.leaves()
	tab.open("/signin?mode=phone")
	tab.textsCode(number)
	tab.press("Use another number")
	tab.has("Phone number", number)
	code = tab.textsCode(number)
	tab.enter("Code", code)
	tab.press("Sign in")
	tab.arrives(number)
}

// A code counts once, and production answers the same when it is too old.
func TestJourneyWithACodeThatWasUsed(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.expects(`400 .*signInWithPhoneNumber`)
	tab.open("/signin?mode=phone")
	code := tab.textsCode(number)
	app.useUp(number)
	tab.enter("Code", code)
	tab.press("Sign in")
	tab.complaint("Code", "This code does not count any more. Ask for another one.")
}
