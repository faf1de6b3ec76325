package e2e

import "testing"

func TestJourneyWhereAnAdministratorMakesAndDeletesAccounts(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=help@accounts.test")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	app.configure(`{"client": {"permissions": {"disabledUserSignup": true, "disabledUserDeletion": true}}}`)

	tab.expects(`403 .*/api/account`)
	tab.press("Delete the account…")
	tab.enter("To go on, type ada@example.com", "ada@example.com")
	tab.press("Delete my account")
	tab.sees("Accounts are deleted by an administrator here. help@accounts.test")
	tab.until("a link to the contact", `document.querySelector('#delete-form a').href === 'mailto:help@accounts.test'`)

	tab.press("Sign out")
	tab.sees("You are signed out.")
	tab.open("/signin?mode=signup")
	tab.expects(`400 .*accounts:signUp`)
	tab.enter("Email address", "grace@example.com")
	tab.enter("Password", password)
	tab.press("Create the account")
	tab.sees("New accounts cannot be made here. Please ask whoever runs this app for one. help@accounts.test")
}

// The first sign-in with a provider makes an account too.
func TestJourneyOfANewcomerFromAProviderWhereAccountsAreMadeByAnAdministrator(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=https://help.accounts.test/")
	app.configure(`{"client": {"permissions": {"disabledUserSignup": true}}}`)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.expects(`400 .*accounts:signInWithIdp`)
	tab.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	tab.sees("New accounts cannot be made here. Please ask whoever runs this app for one. help.accounts.test")
}
