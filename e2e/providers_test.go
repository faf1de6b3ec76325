package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestJourneySignInWithEachProvider(t *testing.T) {
	app := startApp(t, "SIGN_IN_METHODS=google.com,github.com,facebook.com,apple.com,"+
		"microsoft.com,twitter.com,yahoo.com")
	for provider, user := range map[string]providerUser{
		"Google":    {email: "ada@gmail.com", name: "Ada Lovelace"},
		"GitHub":    {email: "grace@example.com", name: "Grace Hopper"},
		"Apple":     {email: "joan@example.org", name: "Joan Clarke"},
		"Microsoft": {email: "edith@outlook.com", name: "Edith Clarke"},
		"X":         {email: "karen@example.net", name: "Karen Jones"},
		"Yahoo":     {email: "mary@yahoo.com", name: "Mary Jackson"},
		"Facebook":  {name: "Alan Turing"}, // doesn't share an email address
	} {
		tab := openBrowser(t, app)
		tab.open("/signin")
		tab.openProvider(provider).signInAtProvider(user)
		tab.waitForAccount(user.name)
		tab.waitForText("Your only sign-in method.")
		tab.signOut()
		tab.openProvider(provider).pickAccount(user.name)
		tab.waitForAccount(user.name)
	}
}

// openProvider opens a provider's page from the sign-in page and returns the tab that shows it.
func (b *tab) openProvider(name string) *tab {
	b.t.Helper()
	if name != "Microsoft" && name != "X" {
		return b.openPopup("Continue with " + name)
	}
	b.click("Continue with " + name)
	return b
}

func TestJourneySameProviderAddressOpensSameAccount(t *testing.T) {
	inEachEngine(t, sameProviderAddressOpensSameAccount)
}

func sameProviderAddressOpensSameAccount(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	tab.fill("Bio", "Analyst")
	tab.saveProfile()
	tab.signOut()
	tab.signInThroughPopup("Continue with Google", adaGmail) // types the address again
	tab.waitForAccount("Ada Lovelace")
	tab.waitForValue("Bio", "Analyst")
}

// The browsers' own popup blockers block the windows.
func TestJourneySignInWithProviderWithPopupsBlocked(t *testing.T) {
	inEachEngine(t, signInWithProviderWithPopupsBlocked)
}

func signInWithProviderWithPopupsBlocked(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/signin?next=/account%3Fcame=back")
	tab.clickByScript("Continue with Google")
	tab.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
	tab.waitUntil("the page in ?next=", `location.search === '?came=back'`)

	tab.clickByScript("Connect GitHub")
	tab.clickAndLeave("Cancel")
	tab.waitForAccount("The sign-in window was closed before you finished.")
	tab.reload() // the session has survived the canceled redirect
	tab.waitForAccount("Ada Lovelace")

	tab.clickByScript("Connect GitHub")
	tab.signInAtProvider(ada)
	tab.waitForAccount("GitHub is now connected to this account.")
	tab.waitForText("Remove")
	tab.reload()
	tab.waitForAccount("Ada Lovelace")
}

func TestJourneyGoBackFromProviderPage(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.blockPopups()
	tab.open("/signin")
	tab.click("Continue with Google")
	tab.waitForProviderPage()
	tab.back()
	tab.waitForPath("/signin")
	tab.click("Continue with GitHub") // another provider still works
	tab.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")

	tab.click("Connect Facebook")
	tab.waitForProviderPage()
	other := tab.newTab() // the redirect of the first tab is still pending
	other.open("/account")
	other.waitForAccount("Ada Lovelace")
	tab.back()
	tab.waitForAccount("Ada Lovelace")
	tab.reload()
	tab.waitForAccount("Ada Lovelace")
}

func TestJourneyClosePopups(t *testing.T) { inEachEngine(t, closePopups) }

func closePopups(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/signin")
	popup := tab.openPopup("Continue with Google")
	tab.waitForText("Continue with Google in the window that opens.")
	popup.clickAndLeave("Cancel")
	tab.waitForText("The sign-in window was closed before you finished.")

	popup = tab.openPopup("Continue with Google")
	popup.close() // the SDK notices only after eight seconds
	second := tab.openPopup("Continue with GitHub")
	tab.waitForText("Continue with GitHub in the window that opens.")
	second.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
}

func TestJourneyDoubleClickOpensOnePopup(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	button := tab.markClickable("Continue with Google")
	tab.runScript("count popups", `{
		window.opened = 0;
		const open = window.open.bind(window);
		window.open = (...args) => {
			window.opened++;
			return open(...args);
		};
	}`)
	tab.doInChromium("double-click", chromedp.DoubleClick(chromedp.CSS(button)))
	tab.waitUntil("a popup", `window.opened > 0`)
	time.Sleep(500 * time.Millisecond) // enough time for a second popup
	tab.waitUntil("no second popup", `window.opened === 1`)
}

// If the project has disabled a provider, the page says so and the program logs a hint for the
// operator.
func TestJourneySignInWithDisabledProvider(t *testing.T) {
	app := startApp(t)
	app.callFirebase("PATCH", providerConfigs+"github.com", map[string]bool{"enabled": false})
	tab := openBrowser(t, app)
	tab.expectError(`400 .*signInWithIdp`)
	tab.open("/signin")
	tab.signInThroughPopup("Continue with GitHub", ada)
	tab.waitForText("This sign-in method is turned off.")
	app.waitForLog("method=github.com")
}
