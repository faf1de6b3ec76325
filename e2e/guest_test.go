package e2e

import "testing"

// signInAsGuest signs in as a guest and saves a profile.
func (b *tab) signInAsGuest() {
	b.t.Helper()
	b.open("/signin")
	b.click("Continue as guest")
	b.waitForAccount("You're using a guest account")
	b.fill("Bio", "Saved as a guest.")
	b.saveProfile()
}

// checkUpgradedGuest checks that the guest account is now a full account with the same profile
// and user ID.
func (b *tab) checkUpgradedGuest(uid string) {
	b.t.Helper()
	b.waitForNoText("You're using a guest account")
	b.reload()
	b.waitForAccount(uid)
	b.waitForValue("Bio", "Saved as a guest.")
}

// userID returns the user ID that the account page shows.
func (b *tab) userID() string {
	b.t.Helper()
	const uid = `document.querySelector('[data-detail=uid]').textContent`
	b.waitUntil("a user ID", uid+`.length > 10`)
	return evaluate[string](b, uid)
}

func TestJourneyGuestConnectsProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signInAsGuest()
	uid := tab.userID()
	tab.signInThroughPopup("Connect Google", adaGmail)
	tab.waitForText("Google is now connected to this account.")
	tab.checkUpgradedGuest(uid)
	tab.waitForText("Ada Lovelace")
}

func TestJourneyGuestAddsPassword(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signInAsGuest()
	uid := tab.userID()
	tab.click("Add Email and password")
	tab.fill("Email address", "ada@example.com")
	tab.fill("New password", password)
	tab.click("Add password")
	tab.waitForText("Your password is saved. You can now sign in with it.")
	tab.checkUpgradedGuest(uid)
	tab.signOut()
	tab.signIn("ada@example.com", password)
	tab.waitForAccount(uid)
}

func TestJourneyGuestConnectsPhoneNumber(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signInAsGuest()
	uid := tab.userID()
	tab.click("Connect Phone")
	code := tab.requestCode(phoneNumber)
	tab.fill("Verification code", code)
	tab.click("Connect phone number")
	tab.waitForText("Phone is now connected to this account.")
	tab.checkUpgradedGuest(uid)
}

func TestJourneyGuestConnectsEmailLink(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signInAsGuest()
	uid := tab.userID()
	tab.click("Connect Email link")
	tab.fill("Email address", "ada@example.com")
	tab.click("Send link")
	tab.waitForText("We sent a link to ada@example.com")
	tab.open(app.emailLink("EMAIL_SIGNIN", "ada@example.com"))
	tab.waitForAccount("ada@example.com (verified)")
	tab.checkUpgradedGuest(uid)
}

// Switching to the existing account loses the guest's profile, so the page asks first.
func TestJourneyGuestConnectsProviderOfExistingAccount(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin")
	owner.signInThroughPopup("Continue with Google", adaGmail)
	owner.waitForAccount("Ada Lovelace")
	uid := owner.userID()

	tab := openBrowser(t, app)
	tab.signInAsGuest()
	guest := tab.userID()
	tab.openPopup("Connect Google").pickAccount("Ada Lovelace")
	tab.waitForText("You already have an account")
	tab.click("Cancel")
	tab.waitForText("Nothing was changed. You're still a guest.")
	tab.checkStillGuest(guest)

	tab.openPopup("Connect Google").pickAccount("Ada Lovelace")
	tab.click("Switch to that account")
	tab.waitForAccount(uid)
	tab.waitForNoText("Saved as a guest.")
}

// checkStillGuest checks that the guest account and its profile still exist.
func (b *tab) checkStillGuest(uid string) {
	b.t.Helper()
	b.reload()
	b.waitForAccount(uid)
	b.waitForText("You're using a guest account")
	b.waitForValue("Bio", "Saved as a guest.")
}

func TestJourneyGuestConnectsPhoneNumberOfExistingAccount(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin?mode=phone")
	code := owner.requestCode(phoneNumber)
	owner.fill("Verification code", code)
	owner.click("Sign in")
	owner.waitForAccount(phoneNumber)
	uid := owner.userID()

	tab := openBrowser(t, app)
	tab.signInAsGuest()
	tab.click("Connect Phone")
	code = tab.requestCode(phoneNumber)
	tab.fill("Verification code", code)
	tab.click("Connect phone number")
	tab.click("Switch to that account")
	tab.waitForAccount(uid)
}

func TestJourneyGuestAddsEmailAddressOfExistingAccount(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.signUp("ada@example.com")
	uid := owner.userID()

	tab := openBrowser(t, app)
	tab.signInAsGuest()
	tab.expectError(`400 .*accounts:(signUp|update)`)
	tab.click("Add Email and password")
	tab.fill("Email address", "ada@example.com")
	tab.fill("New password", password)
	tab.click("Add password")
	tab.click("Switch to that account")
	tab.waitForText("You left the guest account.")
	tab.signIn("ada@example.com", password)
	tab.waitForAccount(uid)
}

func TestJourneyGuestSignsOut(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signInAsGuest()
	guest := tab.userID()
	tab.click("Sign out")
	tab.waitForText("Sign out of this guest account?")
	tab.click("Cancel")
	tab.checkStillGuest(guest)
	tab.open("/")
	tab.click("Sign out") // leads to the account page, which says what would be lost
	tab.waitForAccount("You're using a guest account")
	tab.click("Sign out")
	tab.click("Sign out anyway")
	tab.waitForText("You're signed out.")
}
