package e2e

import "testing"

// Microsoft and X open in the same tab instead of a popup.
func TestJourneyUseProviderThatNeedsRedirect(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SIGN_IN_METHODS=password,microsoft.com,twitter.com"))
	tab.open("/signin")
	tab.openProvider("Microsoft").signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
	tab.click("Connect X")
	tab.signInAtProvider(ada)
	tab.waitForAccount("X is now connected to this account.")

	tab.savePasswordWithOldSignIn()
	tab.waitForText("Continuing with Microsoft or X takes you to another page.")
	tab.click("Continue with Microsoft")
	tab.pickAccount("Ada Lovelace")
	tab.waitForAccount("You've confirmed it's you. Now try again.")
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.waitForText("Your new password is saved.")
}

// Another tab stores the user while the first one is at the provider. The sign-in must count anyway.
func TestJourneyConfirmByRedirectWhileAnotherTabReloadsUser(t *testing.T) {
	one := openBrowser(t, startApp(t, "SIGN_IN_METHODS=password,microsoft.com"))
	one.open("/signin")
	one.openProvider("Microsoft").signInAtProvider(ada)
	one.waitForAccount("Ada Lovelace")
	one.ageSignIn()
	two := one.newTab()
	two.open("/account")
	two.waitForAccount("Ada Lovelace")

	one.expectError(`403 .*/api/sessions`)
	one.click("Sign out on all devices")
	one.click("Continue with Microsoft")
	one.waitForProviderPage()
	two.refocus()
	two.waitForText("The user was reloaded")
	one.pickAccount("Ada Lovelace")
	one.waitForAccount("You've confirmed it's you. Now try again.")
	one.click("Sign out on all devices")
	one.waitForText("You're signed out on all devices.")
}

// A redirect may come back without a result, and the page must say so.
func TestJourneyComeBackFromProviderWithoutResult(t *testing.T) {
	const unfinished = "Signing in with Microsoft didn't finish. Try again"
	tab := openBrowser(t, startApp(t, "SIGN_IN_METHODS=password,microsoft.com"))
	tab.open("/signin")
	tab.click("Continue with Microsoft")
	tab.waitForProviderPage()
	tab.open("/signin")
	tab.waitForText(unfinished)
	tab.openProvider("Microsoft").signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")

	tab.ageSignIn()
	tab.expectError(`403 .*/api/sessions`)
	tab.click("Sign out on all devices")
	tab.click("Continue with Microsoft")
	tab.waitForProviderPage()
	tab.open("/account")
	tab.waitForAccount(unfinished)
}

// Safari blocks a window that the page opens after loading something. So everything must be loaded
// before the click.
func TestJourneyProviderWindowOpensWithoutLoadingAnything(t *testing.T) {
	inEachEngine(t, providerWindowOpensWithoutLoadingAnything)
}

func providerWindowOpensWithoutLoadingAnything(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.waitForProviders()
	tab.runScript("watch the click", `{
		const count = () => performance.getEntriesByType('resource').length;
		const open = window.open.bind(window);
		window.open = (...args) => {
			window.loaded = count() - window.atClick;
			window.wasActive = navigator.userActivation.isActive;
			return open(...args);
		};
		addEventListener('click', () => { window.atClick = count(); }, true);
	}`)
	popup := tab.openPopup("Continue with Google")
	if loaded := evaluate[int](tab, `window.loaded`); loaded != 0 {
		t.Errorf("the page loaded %d files between the click and the window", loaded)
	}
	if !evaluate[bool](tab, `window.wasActive`) {
		t.Error("the window opened too late after the click")
	}
	popup.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
}
