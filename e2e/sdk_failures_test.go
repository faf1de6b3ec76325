package e2e

import (
	"context"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// The SDK's usage data would need databases of its own, for which pages can wait forever.
func TestJourneySDKStoresNoUsageData(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.runOnNewPages(`
		const open = IDBFactory.prototype.open;
		window.opened = new Set();
		IDBFactory.prototype.open = function (name, ...rest) {
			window.opened.add(name);
			return open.call(this, name, ...rest);
		};`)
	tab.signUp("ada@example.com")
	opened := evaluate[[]string](tab, `[...window.opened]`)
	if !slices.Equal(opened, []string{"firebaseLocalStorageDb"}) {
		t.Errorf("the SDK opened the databases %v, want only the one with the session", opened)
	}
}

func TestJourneyShowErrorWhileOffline(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.open("/signin")
	popup := tab.openPopup("Continue with Google")
	tab.expectError(`ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_SOCKET|ERR_CONNECTION`)
	app.kill()
	popup.signInAtProvider(ada)
	tab.waitForText("Can't connect to the sign-in service.")
	tab.fill("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Sign in")
	tab.waitUntil("the same error below the form",
		`pageText().split("Can't connect to the sign-in service.").length === 3`)
	app.start(app.port())
	tab.signInThroughPopup("Continue with Google", ada)
	tab.waitForAccount("Ada Lovelace")
}

// TestJourneyShowErrorWithoutSDK blocks the SDK's file. The forms work without it as far as
// showing an error.
func TestJourneyShowErrorWithoutSDK(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	const url = "*://*:*/static/*/firebase/firebase.js"
	sdk := &network.BlockPattern{URLPattern: url, Block: true}
	block := network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{sdk}}
	tab.doInChromium("block the SDK",
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, network.SetBlockedURLs, block)
			return err
		}))
	tab.open("/signin")
	tab.signIn("ada@example.com", password)
	tab.waitUntil("an error at the top and below the form",
		`pageText().split("Part of this page didn't load.").length === 3`)
	tab.waitForValue("Email address", "ada@example.com")
	tab.click("Continue with Google")
	tab.waitUntil("another error below the providers",
		`pageText().split("Part of this page didn't load.").length === 4`)
}
