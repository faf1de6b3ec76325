package e2e

import "testing"

// The four cases of an email address that comes by two providers, as the page "Identity Platform users in projects" has
// them. Trusted is who owns the address: Google for gmail.com, Apple for every address. GitHub and Facebook never are.

func TestJourneyFromAnUntrustedProviderToAnother(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.withProvider("Continue with Facebook", ada)
	tab.arrives("Ada Lovelace")
	uid := tab.uid()
	tab.leaves()

	tab.withProvider("Continue with GitHub", ada)
	tab.sees("Sign in once more to add GitHub")
	tab.sees("ada@example.com has an account here already")
	tab.doesNotSee("Continue with GitHub")
	tab.popup("Continue with Facebook").picks("Ada Lovelace")
	tab.arrives(uid)
	tab.sees("GitHub now opens this account too.")
	tab.leaves()
	tab.popup("Continue with GitHub").picks("Ada Lovelace")
	tab.arrives(uid)
}

// R48: a valid answer of a provider with somebody's address opens nothing by itself.
func TestJourneyFromATrustedProviderToAnUntrusted(t *testing.T) {
	app := startApp(t)
	gmail := person{email: "ada@gmail.com", name: "Ada Lovelace"}
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.withProvider("Continue with Google", gmail)
	tab.arrives("Ada Lovelace")
	uid := tab.uid()

	attacker := openBrowser(t, app)
	attacker.open("/signin")
	attacker.withProvider("Continue with Facebook", person{email: "ada@gmail.com", name: "Mallory"})
	attacker.sees("Sign in once more to add Facebook")
	attacker.press("Cancel")
	attacker.doesNotSee("Sign in once more")
	attacker.open("/account")
	attacker.isAt("/signin") // signed in to nothing

	tab.leaves()
	tab.withProvider("Continue with Facebook", gmail)
	tab.sees("Sign in once more to add Facebook")
	tab.popup("Continue with Google").picks("Ada Lovelace")
	tab.arrives(uid)
	tab.sees("Facebook now opens this account too.")
}

func TestJourneyFromAnUntrustedProviderToATrusted(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	gmail := person{email: "ada@gmail.com", name: "Ada Lovelace"}
	tab.open("/signin")
	tab.withProvider("Continue with Facebook", gmail)
	tab.arrives("Ada Lovelace")
	uid := tab.uid()
	tab.leaves()

	tab.withProvider("Continue with Google", gmail)
	tab.arrives(uid)
	tab.sees("Facebook can no longer open this account.") // and the person hears of it
	tab.sees("The only way into this account.")
	tab.reload()
	tab.arrives(uid)
	tab.doesNotSee("can no longer open this account")
	tab.leaves()

	tab.popup("Continue with Facebook").picks("Ada Lovelace")
	tab.sees("Sign in once more to add Facebook")
}

func TestJourneyFromAnUnverifiedPasswordToATrustedProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@gmail.com")
	uid := tab.uid()
	tab.leaves()
	tab.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	tab.arrives(uid)
	tab.sees("Email and password can no longer open this account.")
	tab.leaves()
	tab.expects(`400 .*signInWithPassword`)
	tab.signIn("ada@gmail.com", password)
	tab.sees("The email address or the password is wrong.")
}

func TestJourneyFromATrustedProviderToAnother(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SIGN_IN_METHODS=google.com,apple.com"))
	gmail := person{email: "ada@gmail.com", name: "Ada Lovelace"}
	tab.open("/signin")
	tab.withProvider("Continue with Apple", gmail)
	tab.arrives("Ada Lovelace")
	uid := tab.uid()
	tab.leaves()
	tab.withProvider("Continue with Google", gmail)
	tab.arrives(uid)
	tab.sees("Unlink") // both are linked
	tab.doesNotSee("Not linked")
	tab.doesNotSee("now opens this account too") // silently
}

func TestJourneyOfLinkingWhereWindowsAreBlocked(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.signUp("ada@example.com")
	uid := tab.uid()
	tab.leaves()
	tab.blocksWindows()
	tab.open("/signin")
	tab.press("Continue with GitHub")
	tab.makesUp(ada)
	tab.sees("Sign in once more to add GitHub")
	tab.has("Email address", "ada@example.com")
	tab.enter("Password", password)
	tab.press("Sign in")
	tab.arrives(uid)
	tab.sees("GitHub now opens this account too.")
	tab.leaves()

	// The way before is a provider's page again: leaving the page forgets the credential, and the person is told so.
	tab.press("Continue with Facebook")
	tab.makesUp(ada)
	tab.sees("Sign in once more to add Facebook")
	tab.press("Continue with GitHub")
	tab.picks("ada@example.com")
	tab.arrives(uid)
	tab.sees("Facebook is not added yet, since leaving the page to sign in forgot it.")
}

func TestJourneyOfLinkingToTheWrongAccount(t *testing.T) {
	app := startApp(t)
	openBrowser(t, app).signUp("ada@example.com")
	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.leaves()
	tab.withProvider("Continue with GitHub", ada)
	tab.sees("Sign in once more to add GitHub")
	tab.signIn("grace@example.com", password)
	tab.arrives("You signed in to an account with another email address, so GitHub was not added to it.")
	tab.sees("The only way into this account.")
}

func TestJourneyOfLinkingAndUnlinking(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.arrives("The only way into this account.")
	tab.doesNotSee("Unlink")
	tab.withProvider("Link GitHub", ada)
	tab.sees("GitHub now opens this account too.")
	tab.sees("Ada Lovelace, ada@example.com") // what GitHub says, and now the account's own empty name
	tab.has("Display name", "Ada Lovelace")

	tab.withProvider("Link Facebook", person{name: "Countess"})
	tab.sees("Facebook now opens this account too.")
	tab.has("Display name", "Ada Lovelace") // never overwritten

	other := tab.another()
	other.open("/account")
	other.arrives("Ada Lovelace")
	for _, name := range []string{"GitHub", "Facebook"} {
		tab.press("Unlink " + name)
		tab.sees("Unlink " + name + "?")
		tab.press("Unlink")
		tab.sees(name + " no longer opens this account.")
	}
	other.press("Unlink Email") // its page is older than that
	other.press("Unlink")
	other.sees("This is the only way into this account that is left, so it stays.")
}

func TestJourneyOfLinkingWhatBelongsToSomebodyElse(t *testing.T) {
	app := startApp(t)
	owner := openBrowser(t, app)
	owner.open("/signin")
	owner.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	owner.arrives("Ada Lovelace")

	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")
	tab.arrives("The only way into this account.")
	tab.popup("Link Google").picks("Ada Lovelace")
	tab.sees("This already opens another account here.")
	tab.withProvider("Link GitHub", person{email: "ada@gmail.com", name: "Ada"})
	tab.sees("The email address of this GitHub account belongs to another account here.")
	tab.sees("The only way into this account.")
}
