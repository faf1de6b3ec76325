package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestJourneySignInWithEachProvider(t *testing.T) {
	app := startApp(t, "SIGN_IN_METHODS=google.com,github.com,facebook.com,apple.com,microsoft.com,twitter.com,yahoo.com")
	for provider, p := range map[string]providerUser{
		"Google":    {email: "ada@gmail.com", name: "Ada Lovelace"},
		"GitHub":    {email: "grace@example.com", name: "Grace Hopper"},
		"Apple":     {email: "joan@example.org", name: "Joan Clarke"},
		"Microsoft": {email: "edith@outlook.com", name: "Edith Clarke"},
		"X":         {email: "karen@example.net", name: "Karen Jones"},
		"Yahoo":     {email: "mary@yahoo.com", name: "Mary Jackson"},
		"Facebook":  {name: "Alan Turing"}, // shares no email
	} {
		tab := openBrowser(t, app)
		tab.open("/signin")
		tab.signInThroughPopup("Continue with "+provider, p)
		tab.waitForAccount(p.name) // the profile is filled from what the provider says
		tab.waitForText("Your only sign-in method.")
		tab.signOut()
		window := tab.openPopup("Continue with " + provider) // again, by choosing the account
		window.pickAccount(p.name)
		tab.waitForAccount(p.name)
	}
}

func TestJourneySameProviderAddressOpensSameAccount(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	tab.fill("Bio", "Analyst")
	tab.saveProfile()
	tab.signOut()
	tab.signInThroughPopup("Continue with Google", adaGmail) // typed again, not picked
	tab.waitForAccount("Ada Lovelace")
	tab.waitForValue("Bio", "Analyst")
}

func TestJourneySignInWithProviderWithPopupsBlocked(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.blockPopups()
	tab.open("/signin?next=/account%3Fcame=back")
	tab.click("Continue with Google")
	tab.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
	tab.waitUntil("the page that was asked for", `location.search === '?came=back'`)

	tab.click("Connect GitHub")
	tab.clickAndLeave("Cancel")
	tab.waitForAccount("The sign-in window was closed before you finished.")
	tab.reload() // the session has survived the trip that came to nothing
	tab.waitForAccount("Ada Lovelace")

	tab.click("Connect GitHub")
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
	tab.waitUntil("the provider's page", `location.pathname === '/emulator/auth/handler'`)
	tab.do("go back", chromedp.NavigateBack())
	tab.waitForPath("/signin")
	tab.click("Continue with GitHub") // nothing hangs, and another way works
	tab.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")

	tab.click("Connect Facebook")
	tab.waitUntil("the provider's page", `location.pathname === '/emulator/auth/handler'`)
	other := tab.newTab() // while the first tab is away, its session carries the mark of the trip
	other.open("/account")
	other.waitForAccount("Ada Lovelace")
	tab.do("go back", chromedp.NavigateBack())
	tab.waitForAccount("Ada Lovelace")
	tab.reload()
	tab.waitForAccount("Ada Lovelace")
}

func TestJourneyClosePopups(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	window := tab.openPopup("Continue with Google")
	tab.waitForText("Continue with Google in the window that opens.")
	window.clickAndLeave("Cancel")
	tab.waitForText("The sign-in window was closed before you finished.")

	window = tab.openPopup("Continue with Google")
	window.close() // without a word: the SDK waits eight seconds before it believes that
	second := tab.openPopup("Continue with GitHub")
	tab.waitForText("Continue with GitHub in the window that opens.")
	second.signInAtProvider(ada)
	tab.waitForAccount("Ada Lovelace")
}

func TestJourneyDoubleClickOpensOnePopup(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.waitUntil("the button", `clickable('Continue with Google')`)
	tab.runScript("count windows", `window.opened = 0; { const open = window.open.bind(window);
		window.open = (...args) => { window.opened++; return open(...args); } }`)
	tab.runScript("mark", `clickable('Continue with Google').setAttribute('data-journey', '')`)
	tab.do("double click", chromedp.DoubleClick(chromedp.CSS("[data-journey]")))
	tab.waitUntil("a window", `window.opened > 0`)
	time.Sleep(500 * time.Millisecond) // a second one would have come by now
	tab.waitUntil("one window only", `window.opened === 1`)
}

// A provider that the project has switched off says so to the providerUser, and the operator
// finds a hint in the log.
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
