package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestJourneyRecoverFromStuckIndexedDB drops the SDK's first request to open its usage database,
// as Chromium sometimes does when pages follow each other quickly. The SDK would wait forever.
func TestJourneyRecoverFromStuckIndexedDB(t *testing.T) {
	a := startApp(t)
	tab := openBrowser(t, a)
	tab.signUp("ada@example.com")
	tab.runOnNewPages(`
		const open = IDBFactory.prototype.open;
		IDBFactory.prototype.open = function (name, ...rest) {
			if (name !== 'firebase-heartbeat-database' || sessionStorage.getItem('lost')) {
				return open.call(this, name, ...rest);
			}
			sessionStorage.setItem('lost', 'yes');
			open.call(this, 'held', 1).onsuccess = (event) => {
				window.held = event.target.result;
			};
			// This request waits until the older connection is closed, which never happens.
			return open.call(this, 'held', 2);
		};`)
	tab.open("/account")
	tab.waitForText("ada@example.com")
	if lost := evaluate[string](tab, `sessionStorage.getItem('lost')`); lost != "yes" {
		t.Errorf("got %q: no request was lost, so this test proves nothing", lost)
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
