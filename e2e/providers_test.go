package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var ada = person{email: "ada@example.com", name: "Ada Lovelace"}

// arrives waits until the account page is there, and knows who is signed in.
func (b *tab) arrives(words string) {
	b.t.Helper()
	b.isAt("/account")
	b.until("the account", `document.querySelector('[data-account]')?.ariaBusy === 'false'`)
	b.sees(words)
}

func (b *tab) leaves() {
	b.t.Helper()
	b.press("Sign out")
	b.sees("You are signed out.")
}

func TestJourneyWithEachProviderInAWindow(t *testing.T) {
	app := startApp(t, "SIGN_IN_METHODS=google.com,github.com,facebook.com,apple.com,microsoft.com,twitter.com,yahoo.com")
	for provider, p := range map[string]person{
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
		tab.withProvider("Continue with "+provider, p)
		tab.arrives(p.name) // the profile is filled from what the provider says
		tab.sees("The only way into this account.")
		tab.leaves()
		window := tab.popup("Continue with " + provider) // again, by choosing the account
		window.picks(p.name)
		tab.arrives(p.name)
	}
}

func TestJourneyWithOneAddressThatIsOneAccountAtItsProvider(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"})
	tab.arrives("Ada Lovelace")
	tab.enter("Bio", "Analyst")
	tab.saveProfile()
	tab.leaves()
	tab.withProvider("Continue with Google", person{email: "ada@gmail.com", name: "Ada Lovelace"}) // typed again, not picked
	tab.arrives("Ada Lovelace")
	tab.has("Bio", "Analyst")
}

func TestJourneyWithAProviderWhereWindowsAreBlocked(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.blocksWindows()
	tab.open("/signin?next=/account%3Fcame=back")
	tab.press("Continue with Google")
	tab.makesUp(ada)
	tab.arrives("Ada Lovelace")
	tab.until("the page that was asked for", `location.search === '?came=back'`)

	tab.press("Link GitHub")
	tab.pressAndLeave("Cancel")
	tab.arrives("The window was closed before you were signed in.")
	tab.reload() // the session has survived the trip that came to nothing
	tab.arrives("Ada Lovelace")

	tab.press("Link GitHub")
	tab.makesUp(ada)
	tab.arrives("GitHub now opens this account too.")
	tab.sees("Unlink")
	tab.reload()
	tab.arrives("Ada Lovelace")
}

func TestJourneyBackFromAProvidersPageWithTheBackButton(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.blocksWindows()
	tab.open("/signin")
	tab.press("Continue with Google")
	tab.until("the provider's page", `location.pathname === '/emulator/auth/handler'`)
	tab.do("go back", chromedp.NavigateBack())
	tab.isAt("/signin")
	tab.press("Continue with GitHub") // nothing hangs, and another way works
	tab.makesUp(ada)
	tab.arrives("Ada Lovelace")

	tab.press("Link Facebook")
	tab.until("the provider's page", `location.pathname === '/emulator/auth/handler'`)
	other := tab.another() // while the first tab is away, its session carries the mark of the trip
	other.open("/account")
	other.arrives("Ada Lovelace")
	tab.do("go back", chromedp.NavigateBack())
	tab.arrives("Ada Lovelace")
	tab.reload()
	tab.arrives("Ada Lovelace")
}

func TestJourneyOfWindowsThatAreClosed(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	window := tab.popup("Continue with Google")
	tab.sees("Continue with Google in the window that opens.")
	window.pressAndLeave("Cancel")
	tab.sees("The window was closed before you were signed in.")

	window = tab.popup("Continue with Google")
	window.close() // without a word: the SDK waits eight seconds before it believes that
	second := tab.popup("Continue with GitHub")
	tab.sees("Continue with GitHub in the window that opens.")
	second.makesUp(ada)
	tab.arrives("Ada Lovelace")
}

func TestJourneyOfADoubleClickOpensOneWindow(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/signin")
	tab.until("the button", `pressable('Continue with Google')`)
	tab.evaluate("count windows", `window.opened = 0; { const open = window.open.bind(window);
		window.open = (...args) => { window.opened++; return open(...args); } }`)
	tab.evaluate("mark", `pressable('Continue with Google').setAttribute('data-journey', '')`)
	tab.do("double click", chromedp.DoubleClick(chromedp.CSS("[data-journey]")))
	tab.until("a window", `window.opened > 0`)
	time.Sleep(500 * time.Millisecond) // a second one would have come by now
	tab.until("one window only", `window.opened === 1`)
}

// A provider that the project has switched off says so to the person, and the operator finds a hint in the log.
func TestJourneyWithAProviderThatTheProjectHasSwitchedOff(t *testing.T) {
	app := startApp(t)
	app.admin("PATCH", "/identitytoolkit.googleapis.com/v2/projects/demo-latchkey/defaultSupportedIdpConfigs/github.com",
		`{"enabled":false}`)
	tab := openBrowser(t, app)
	tab.expects(`400 .*signInWithIdp`)
	tab.open("/signin")
	tab.withProvider("Continue with GitHub", ada)
	tab.sees("This way to sign in is switched off.")
	app.logs("method=github.com")
}

func TestJourneyWithoutANetworkEndsInASentence(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	window := tab.popup("Continue with Google")
	tab.expects(`ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_SOCKET|ERR_CONNECTION`)
	app.kill()
	window.makesUp(ada)
	tab.sees("The sign-in service cannot be reached.")
	tab.enter("Email address", "ada@example.com")
	tab.enter("Password", password)
	tab.press("Sign in")
	tab.until("the same below the form", `shown().split('The sign-in service cannot be reached.').length === 3`)
	app.start(app.url[len("http://localhost:"):])
	tab.withProvider("Continue with Google", ada)
	tab.arrives("Ada Lovelace")
}

// The forms are there before the SDK is. What is sent without it ends in a sentence, not in a page that hangs.
func TestJourneyWhereTheSDKDoesNotArrive(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.do("block the SDK", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{
			URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/static/*/firebase/firebase.js", Block: true}}})
		return chromedp.Void{}, err
	})
	tab.open("/signin")
	tab.signIn("ada@example.com", password)
	tab.until("a sentence at the top and below the form", `shown().split('Part of this page did not arrive.').length === 3`)
	tab.has("Email address", "ada@example.com")
	tab.press("Continue with Google")
	tab.until("another below the providers", `shown().split('Part of this page did not arrive.').length === 4`)
}
