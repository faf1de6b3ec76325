package e2e

import (
	"testing"
	"time"
)

// The journeys about trusted and untrusted providers cover the four cases of an email address
// that two providers share, as described in "Identity Platform users in projects". A provider is
// trusted for the addresses that it owns: Google for gmail.com, Apple for every address. GitHub
// and Facebook are never trusted.

func TestJourneySecondUntrustedProviderNeedsConfirmation(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Facebook", ada)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()
	tab.signOut()

	tab.signInThroughPopup("Continue with GitHub", ada)
	tab.waitForText("Sign in to connect GitHub")
	tab.waitForText("An account for ada@example.com already exists.")
	tab.waitForNoText("Continue with GitHub")
	tab.openPopup("Continue with Facebook").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
	tab.waitForText("GitHub is now connected to this account.")
	tab.signOut()
	tab.openPopup("Continue with GitHub").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
}

// R48: Signing in at a provider with another user's email address does not open that user's
// account.
func TestJourneyUntrustedProviderCannotTakeOverTrustedAccount(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()

	attacker := openBrowser(t, app)
	attacker.open("/signin")
	mallory := providerUser{email: "ada@gmail.com", name: "Mallory"}
	attacker.signInThroughPopup("Continue with Facebook", mallory)
	attacker.waitForText("Sign in to connect Facebook")
	attacker.click("Cancel")
	attacker.waitForNoText("Sign in to connect")
	attacker.open("/account")
	attacker.waitForPath("/signin") // still signed out

	tab.signOut()
	tab.signInThroughPopup("Continue with Facebook", adaGmail)
	tab.waitForText("Sign in to connect Facebook")
	tab.openPopup("Continue with Google").pickAccount("Ada Lovelace")
	tab.waitForAccount(uid)
	tab.waitForText("Facebook is now connected to this account.")
}

// takeoverAge is how old an account must be before the account page recognizes a takeover. A new
// account's own first second looks the same.
const takeoverAge = 4 * time.Second

func TestJourneyTrustedProviderReplacesUntrustedProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Facebook", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	uid := tab.userID()
	tab.signOut()

	time.Sleep(takeoverAge)
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount(uid)
	tab.waitForText("any sign-in methods other than Google were removed")
	tab.waitForText("Your only sign-in method.")
	tab.reload()
	tab.waitForAccount(uid)
	tab.waitForNoText("were removed")
	tab.signOut()

	tab.openPopup("Continue with Facebook").pickAccount("Ada Lovelace")
	tab.waitForText("Sign in to connect Facebook")
}

func TestJourneyTrustedProviderReplacesUnverifiedPassword(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@gmail.com")
	uid := tab.userID()
	tab.signOut()
	time.Sleep(takeoverAge)
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount(uid)
	tab.waitForText("any sign-in methods other than Google were removed")
	tab.waitForText("Your only sign-in method.")
	tab.signOut()
	tab.expectError(`400 .*signInWithPassword`)
	tab.signIn("ada@gmail.com", password)
	tab.waitForText("The email address or password is incorrect.")
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
	tab.waitForText("Remove") // both are connected
	tab.waitForNoText("Not connected")
	tab.waitForNoText("is now connected to this account")
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
	tab.waitForText("Sign in to connect GitHub")
	tab.waitForValue("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Sign in")
	tab.waitForAccount(uid)
	tab.waitForText("GitHub is now connected to this account.")
	tab.signOut()

	// This time, the user confirms with a provider. Leaving the page for it loses Facebook's
	// credential, and the account page says so.
	tab.click("Continue with Facebook")
	tab.signInAtProvider(ada)
	tab.waitForText("Sign in to connect Facebook")
	tab.click("Continue with GitHub")
	tab.pickAccount("ada@example.com")
	tab.waitForAccount(uid)
	tab.waitForText("Facebook isn't connected yet")
}

func TestJourneyConfirmConnectionWithWrongAccount(t *testing.T) {
	app := startApp(t)
	openBrowser(t, app).signUp("ada@example.com")
	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.signOut()
	tab.signInThroughPopup("Continue with GitHub", ada)
	tab.waitForText("Sign in to connect GitHub")
	tab.signIn("grace@example.com", password)
	tab.waitForAccount("You signed in to an account with a different email address, " +
		"so GitHub wasn't connected to it.")
	tab.waitForText("Your only sign-in method.")
}

func TestJourneyConnectAndRemoveProviders(t *testing.T) {
	inEachEngine(t, connectAndRemoveProviders)
}

func connectAndRemoveProviders(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.waitForAccount("Your only sign-in method.")
	tab.waitForNoText("Remove")
	tab.signInThroughPopup("Connect GitHub", ada)
	tab.waitForText("GitHub is now connected to this account.")
	tab.waitForText("Ada Lovelace, ada@example.com")
	tab.waitForValue("Display name", "Ada Lovelace") // the account had no name

	tab.signInThroughPopup("Connect Facebook", providerUser{name: "Countess"})
	tab.waitForText("Facebook is now connected to this account.")
	tab.waitForValue("Display name", "Ada Lovelace") // not overwritten

	other := tab.newTab()
	other.open("/account")
	other.waitForAccount("Ada Lovelace")
	other.click("Remove Email") // asks to confirm while the account still has other methods
	other.waitForText("Remove Email?")
	for _, name := range []string{"GitHub", "Facebook"} {
		tab.click("Remove " + name)
		tab.waitForText("Remove " + name + "?")
		tab.click("Remove")
		tab.waitForText(name + " was removed from this account.")
	}
	other.click("Remove")
	other.waitForText("This is your only sign-in method, so it can't be removed.")
}

func TestJourneyConnectProviderOfAnotherUser(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin")
	owner.signInThroughPopup("Continue with Google", adaGmail)
	owner.waitForAccount("Ada Lovelace")

	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.waitForAccount("Your only sign-in method.")
	tab.openPopup("Connect Google").pickAccount("Ada Lovelace")
	tab.waitForText("This is already connected to another account.")
	tab.signInThroughPopup("Connect GitHub", providerUser{email: "ada@gmail.com", name: "Ada"})
	tab.waitForText("The email address of this GitHub account belongs to another account")
	tab.waitForText("Your only sign-in method.")
}
