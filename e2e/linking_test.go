package e2e

import "testing"

// The four cases of an email address that comes by two providers, as the page "Identity Platform
// users in projects" has them. Trusted is who owns the address: Google for gmail.com, Apple for
// every address. GitHub and Facebook never are.

func TestJourneySecondUntrustedProviderNeedsConfirmation(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Facebook", ada)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()
	tab.signOut()

	tab.signInThroughPopup("Continue with GitHub", ada)
	tab.waitForText("Sign in once more to add GitHub")
	tab.waitForText("ada@example.com has an account here already")
	tab.waitForNoText("Continue with GitHub")
	tab.openPopup("Continue with Facebook").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
	tab.waitForText("GitHub now opens this account too.")
	tab.signOut()
	tab.openPopup("Continue with GitHub").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
}

// R48: a valid answer of a provider with somebody's address opens nothing by itself.
func TestJourneyUntrustedProviderCannotTakeOverTrustedAccount(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()

	attacker := openBrowser(t, app)
	attacker.open("/signin")
	attacker.signInThroughPopup("Continue with Facebook", providerUser{email: "ada@gmail.com", name: "Mallory"})
	attacker.waitForText("Sign in once more to add Facebook")
	attacker.click("Cancel")
	attacker.waitForNoText("Sign in once more")
	attacker.open("/account")
	attacker.waitForPath("/signin") // signed in to nothing

	tab.signOut()
	tab.signInThroughPopup("Continue with Facebook", adaGmail)
	tab.waitForText("Sign in once more to add Facebook")
	tab.openPopup("Continue with Google").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
	tab.waitForText("Facebook now opens this account too.")
}

func TestJourneyTrustedProviderReplacesUntrustedProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Facebook", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()
	tab.signOut()

	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount(uid)
	tab.waitForText("Facebook can no longer open this account.") // and the user hears of it
	tab.waitForText("The only way into this account.")
	tab.reload()
	tab.waitForAccount(uid)
	tab.waitForNoText("can no longer open this account")
	tab.signOut()

	tab.openPopup("Continue with Facebook").pickAccount("Ada Lovelace")
	tab.waitForText("Sign in once more to add Facebook")
}

func TestJourneyTrustedProviderReplacesUnverifiedPassword(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@gmail.com")
	uid := tab.userID()
	tab.signOut()
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount(uid)
	tab.waitForText("Email and password can no longer open this account.")
	tab.signOut()
	tab.expectError(`400 .*signInWithPassword`)
	tab.signIn("ada@gmail.com", password)
	tab.waitForText("The email address or the password is wrong.")
}

func TestJourneySecondTrustedProviderIsConnectedSilently(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SIGN_IN_METHODS=google.com,apple.com"))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Apple", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()
	tab.signOut()
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount(uid)
	tab.waitForText("Remove") // both are linked
	tab.waitForNoText("Not linked")
	tab.waitForNoText("now opens this account too") // silently
}

func TestJourneyConnectProviderWithPopupsBlocked(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@example.com")
	uid := tab.userID()
	tab.signOut()
	tab.blockPopups()
	tab.open("/signin")
	tab.click("Continue with GitHub")
	tab.signInAtProvider(ada)
	tab.waitForText("Sign in once more to add GitHub")
	tab.waitForValue("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Sign in")
	tab.waitForAccount(uid)
	tab.waitForText("GitHub now opens this account too.")
	tab.signOut()

	// The way before is a provider's page again: leaving the page forgets the credential, and the
	// user is told so.
	tab.click("Continue with Facebook")
	tab.signInAtProvider(ada)
	tab.waitForText("Sign in once more to add Facebook")
	tab.click("Continue with GitHub")
	tab.pickAccount("ada@example.com")
	tab.waitForAccount(uid)
	tab.waitForText("Facebook is not added yet, since leaving the page to sign in forgot it.")
}

func TestJourneyConfirmConnectionWithWrongAccount(t *testing.T) {
	app := startApp(t)
	openBrowser(t, app).signUp("ada@example.com")
	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.signOut()
	tab.signInThroughPopup("Continue with GitHub", ada)
	tab.waitForText("Sign in once more to add GitHub")
	tab.signIn("grace@example.com", password)
	tab.waitForAccount("You signed in to an account with another email address, so GitHub was not added to it.")
	tab.waitForText("The only way into this account.")
}

func TestJourneyConnectAndRemoveProviders(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.waitForAccount("The only way into this account.")
	tab.waitForNoText("Remove")
	tab.signInThroughPopup("Connect GitHub", ada)
	tab.waitForText("GitHub now opens this account too.")
	tab.waitForText("Ada Lovelace, ada@example.com") // what GitHub says, and now the account's own empty name
	tab.waitForValue("Display name", "Ada Lovelace")

	tab.signInThroughPopup("Connect Facebook", providerUser{name: "Countess"})
	tab.waitForText("Facebook now opens this account too.")
	tab.waitForValue("Display name", "Ada Lovelace") // never overwritten

	other := tab.newTab()
	other.open("/account")
	other.waitForAccount("Ada Lovelace")
	for _, name := range []string{"GitHub", "Facebook"} {
		tab.click("Remove " + name)
		tab.waitForText("Remove " + name + "?")
		tab.click("Remove")
		tab.waitForText(name + " no longer opens this account.")
	}
	other.click("Remove Email") // its page is older than that
	other.click("Remove")
	other.waitForText("This is the only way into this account that is left, so it stays.")
}

func TestJourneyConnectProviderOfAnotherUser(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin")
	owner.signInThroughPopup("Continue with Google", adaGmail)
	owner.waitForAccount("Ada Lovelace")

	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.waitForAccount("The only way into this account.")
	tab.openPopup("Connect Google").pickAccount("Ada Lovelace")
	tab.waitForText("This already opens another account here.")
	tab.signInThroughPopup("Connect GitHub", providerUser{email: "ada@gmail.com", name: "Ada"})
	tab.waitForText("The email address of this GitHub account belongs to another account here.")
	tab.waitForText("The only way into this account.")
}
