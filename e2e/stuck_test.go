package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestJourneyOfASessionWhoseDatabaseDoesNotAnswer loses the first request to open the SDK's usage database, as Chromium
// now and then does when pages follow each other quickly. The SDK alone would wait for ever.
func TestJourneyOfASessionWhoseDatabaseDoesNotAnswer(t *testing.T) {
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
	tab.sees("ada@example.com")
	if lost, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](`sessionStorage.getItem('lost')`)); err != nil || lost != "yes" {
		t.Errorf("got %q (%v): no request was lost, so this proves nothing", lost, err)
	}
}
