package e2e

import "testing"

// Users can neither create nor delete their accounts. The page says whom to contact.
func TestJourneySelfServiceIsOff(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=help@accounts.test")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	app.configureProject(`{"client": {"permissions": {
		"disabledUserSignup": true,
		"disabledUserDeletion": true
	}}}`)

	tab.expectError(`403 .*/api/account`)
	tab.click("Delete account…")
	tab.fill("To confirm, type ada@example.com", "ada@example.com")
	tab.click("Delete my account")
	tab.waitForText("You can't delete your account yourself here. " +
		"Ask an administrator to delete it. help@accounts.test")
	tab.waitUntil("a link to the contact",
		`document.querySelector('#delete-form a').href === 'mailto:help@accounts.test'`)

	tab.signOut()
	tab.open("/signin?mode=signup")
	tab.expectError(`400 .*accounts:signUp`)
	tab.fill("Email address", "grace@example.com")
	tab.fill("Password", password)
	tab.click("Create account")
	tab.waitForText("You can't create an account here. Please ask the administrator for one. " +
		"help@accounts.test")
}

// The first sign-in with a provider creates an account, so it is rejected too.
func TestJourneySignUpWithProviderWhileSignUpIsOff(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=https://help.accounts.test/")
	app.configureProject(`{"client": {"permissions": {"disabledUserSignup": true}}}`)
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.expectError(`400 .*accounts:signInWithIdp`)
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForText("You can't create an account here. Please ask the administrator for one. " +
		"help.accounts.test")
}
