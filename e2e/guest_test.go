package e2e

import "testing"

// tryFirst becomes a guest who has filled in something worth keeping.
func (b *tab) tryFirst() {
	b.t.Helper()
	b.open("/signin")
	b.press("Try it first, without an account")
	b.arrives("You are trying this as a guest")
	b.enter("Bio", "Kept from the start.")
	b.saveProfile()
}

// keeps checks that the guest has become a full account with the same profile and user ID.
func (b *tab) keeps(uid string) {
	b.t.Helper()
	b.doesNotSee("You are trying this as a guest")
	b.reload()
	b.arrives(uid)
	b.has("Bio", "Kept from the start.")
}

func (b *tab) uid() string {
	b.t.Helper()
	b.until("a user ID", `document.querySelector('[data-detail=uid]').textContent.length > 10`)
	return b.ask(`document.querySelector('[data-detail=uid]').textContent`)
}

func TestJourneyOfAGuestWhoLinksAProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.tryFirst()
	uid := tab.uid()
	tab.withProvider("Link Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	tab.sees("Google now opens this account too.")
	tab.keeps(uid)
	tab.sees("Ada Lovelace")
}

func TestJourneyOfAGuestWhoAddsAPassword(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.tryFirst()
	uid := tab.uid()
	tab.press("Add Email and password")
	tab.enter("Email address", "ada@example.com")
	tab.enter("New password", password)
	tab.press("Add the password")
	tab.sees("Email and password now opens this account too.")
	tab.keeps(uid)
	tab.leaves()
	tab.signIn("ada@example.com", password)
	tab.arrives(uid)
}

func TestJourneyOfAGuestWhoLinksAPhoneNumber(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.tryFirst()
	uid := tab.uid()
	tab.press("Link Phone")
	code := tab.textsCode(number)
	tab.enter("Code", code)
	tab.press("Link this number")
	tab.sees("Phone now opens this account too.")
	tab.keeps(uid)
}

func TestJourneyOfAGuestWhoLinksAnEmailAddress(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.tryFirst()
	uid := tab.uid()
	tab.press("Link Email link")
	tab.enter("Your email address", "ada@example.com")
	tab.press("Send the link")
	tab.sees("An email with a link is on its way to ada@example.com")
	tab.open(app.path(app.newest("ada@example.com", "EMAIL_SIGNIN").Link))
	tab.arrives("ada@example.com (verified)")
	tab.keeps(uid)
}

// What the guest wants to link opens somebody's account already: the person is asked, and nothing is lost silently.
func TestJourneyOfAGuestWhoHasAnAccountAlready(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin")
	owner.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	owner.arrives("Ada Lovelace")
	uid := owner.uid()

	tab := openBrowser(t, app)
	tab.tryFirst()
	guest := tab.uid()
	tab.popup("Link Google").picks("Ada Lovelace")
	tab.sees("You have an account already")
	tab.press("Cancel")
	tab.sees("Nothing has changed. You are still a guest.")
	tab.keepsGuest(guest)

	tab.popup("Link Google").picks("Ada Lovelace")
	tab.press("Switch to that account")
	tab.arrives(uid)
	tab.doesNotSee("Kept from the start.")
}

// keepsGuest checks that the guest is still there with everything.
func (b *tab) keepsGuest(uid string) {
	b.t.Helper()
	b.reload()
	b.arrives(uid)
	b.sees("You are trying this as a guest")
	b.has("Bio", "Kept from the start.")
}

func TestJourneyOfAGuestWhosePhoneNumberHasAnAccount(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin?mode=phone")
	code := owner.textsCode(number)
	owner.enter("Code", code)
	owner.press("Sign in")
	owner.arrives(number)
	uid := owner.uid()

	tab := openBrowser(t, app)
	tab.tryFirst()
	tab.press("Link Phone")
	code = tab.textsCode(number)
	tab.enter("Code", code)
	tab.press("Link this number")
	tab.press("Switch to that account")
	tab.arrives(uid)
}

func TestJourneyOfAGuestWhoseAddressHasAnAccount(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.signUp("ada@example.com")
	uid := owner.uid()

	tab := openBrowser(t, app)
	tab.tryFirst()
	tab.expects(`400 .*accounts:(signUp|update)`)
	tab.press("Add Email and password")
	tab.enter("Email address", "ada@example.com")
	tab.enter("New password", password)
	tab.press("Add the password")
	tab.press("Switch to that account")
	tab.sees("You have left the guest account.")
	tab.signIn("ada@example.com", password)
	tab.arrives(uid)
}

func TestJourneyOfAGuestWhoLeaves(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.tryFirst()
	guest := tab.uid()
	tab.press("Sign out")
	tab.sees("Leave this guest account?")
	tab.press("Cancel")
	tab.keepsGuest(guest)
	tab.open("/")
	tab.press("Sign out") // from elsewhere: first to the page that says what would be lost
	tab.arrives("You are trying this as a guest")
	tab.press("Sign out")
	tab.press("Sign out all the same")
	tab.sees("You are signed out.")
}
