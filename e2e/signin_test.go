package e2e

import (
	"testing"
)

const password = "correct horse"

// signUp creates an account and waits until the account page is ready.
func (b *tab) signUp(email string) {
	b.t.Helper()
	b.open("/signin?mode=signup")
	b.fill("Email address", email)
	b.fill("Password", password)
	b.click("Create account")
	b.waitForPath("/account")
	b.waitForText(email)
	b.waitForValue("Bio", "")
}

func (b *tab) signIn(email, password string) {
	b.t.Helper()
	b.fill("Email address", email)
	b.fill("Password", password)
	b.click("Sign in")
}

// waitForAccount waits until the account page has loaded the account and shows this text.
func (b *tab) waitForAccount(text string) {
	b.t.Helper()
	b.waitForPath("/account")
	b.waitUntil("the account", `document.querySelector('[data-account]')?.ariaBusy === 'false'`)
	b.waitForText(text)
}

func (b *tab) signOut() {
	b.t.Helper()
	b.click("Sign out")
	b.waitForText("You're signed out.")
}

func TestJourneyEnterInvalidSignInFields(t *testing.T) { enterInvalidSignInFields(t, startApp(t)) }

func enterInvalidSignInFields(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.signOut()

	tab.click("Sign in")
	tab.waitForFieldError("Email address", "Enter your email address.")
	tab.waitForFieldError("Password", "Enter your password.")
	tab.signIn("not an address", password)
	tab.waitForFieldError("Email address", "Enter a valid email address")

	tab.expectError(`400 .*accounts:signUp`)
	tab.click("Create account")
	tab.fill("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Create account")
	tab.waitForFieldError("Email address", "An account with this email address already exists.")
	tab.click("Sign in with this email address")
	tab.waitForValue("Email address", "ada@example.com")
	tab.waitForText("Forgot your password?")
	tab.waitForNoText("Enter a valid email address")
	tab.click("Create account")
	tab.waitForNoText("Sign in with this email address")
	tab.fill("Email address", "grace@example.com")
	tab.fill("Password", "short")
	tab.click("Create account")
	tab.waitForFieldError("Password", "6 characters")
}

func TestJourneyOpenAccountPageWhileSignedOut(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.waitForText("Create account")
	tab.open("/account")
	tab.waitForPath("/signin")
	tab.click("Create account")
	tab.waitForText("At least 6 characters") // the sign-up form
	tab.fill("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Create account")
	tab.waitForPath("/account") // the page that led to the sign-in page
}

// R49: Signing in and requesting a new password show the same text whether or not an account
// exists.
func TestJourneySignInAndResetDoNotRevealAccounts(t *testing.T) {
	inEachEngine(t, signInAndResetDoNotRevealAccounts)
}

func signInAndResetDoNotRevealAccounts(t *testing.T, app *app) {
	openBrowser(t, app).signUp("ada@example.com")

	tab := openBrowser(t, app)
	tab.expectError(`400 .*signInWithPassword`)
	for _, email := range []string{"ada@example.com", "unknown@example.com"} {
		tab.open("/signin")
		tab.signIn(email, "wrong horse")
		tab.waitForText("The email address or password is incorrect. " +
			"Check both, or reset your password.")

		tab.open("/signin?mode=reset")
		tab.fill("Email address", email)
		tab.click("Send link")
		tab.waitForText("If " + email + " has an account, we sent it a link.")
	}
}
