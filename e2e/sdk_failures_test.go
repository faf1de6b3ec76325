package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestJourneyRecoverFromStuckIndexedDB loses the first request to open the SDK's usage database,
// as Chromium now and then does when pages follow each other quickly. The SDK alone would wait
// for ever.
func TestJourneyRecoverFromStuckIndexedDB(t *testing.T) {
	a := startApp(t)
	tab := openBrowser(t, a)
	tab.signUp("ada@example.com")
	_, err := chromedp.Call(tab.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const open = IDBFactory.prototype.open;
		IDBFactory.prototype.open = function (name, ...rest) {
			if (name !== 'firebase-heartbeat-database' || sessionStorage.getItem('lost')) return open.call(this, name, ...rest);
			sessionStorage.setItem('lost', 'yes');
			open.call(this, 'held', 1).onsuccess = (event) => { window.held = event.target.result; };
			return open.call(this, 'held', 2); // waits until the older connection is closed, which never happens
		};`})
	if err != nil {
		t.Fatal(err)
	}
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
	window := tab.openPopup("Continue with Google")
	tab.expectError(`ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_SOCKET|ERR_CONNECTION`)
	app.kill()
	window.signInAtProvider(ada)
	tab.waitForText("Can't connect to the sign-in service.")
	tab.fill("Email address", "ada@example.com")
	tab.fill("Password", password)
	tab.click("Sign in")
	tab.waitUntil("the same below the form", `pageText().split("Can't connect to the sign-in service.").length === 3`)
	app.start(app.url[len("http://localhost:"):])
	tab.signInThroughPopup("Continue with Google", ada)
	tab.waitForAccount("Ada Lovelace")
}

// The forms are there before the SDK is. What is sent without it ends in a sentence, not in a
// page that hangs.
func TestJourneyShowErrorWithoutSDK(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.do("block the SDK", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{
			URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/static/*/firebase/firebase.js", Block: true}}})
		return chromedp.Void{}, err
	})
	tab.open("/signin")
	tab.signIn("ada@example.com", password)
	tab.waitUntil("a sentence at the top and below the form", `pageText().split("Part of this page didn't load.").length === 3`)
	tab.waitForValue("Email address", "ada@example.com")
	tab.click("Continue with Google")
	tab.waitUntil("another below the providers", `pageText().split("Part of this page didn't load.").length === 4`)
}
