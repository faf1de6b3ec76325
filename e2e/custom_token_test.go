package e2e

import (
	"context"
	"strings"
	"testing"

	firebase "firebase.google.com/go/v4"
	"github.com/chromedp/chromedp"

	"example.com/latchkey/config"
	"example.com/latchkey/identity"
	"example.com/latchkey/static"
)

// A sign-in system of one's own: its server asks the Admin SDK for a custom token, and its page hands that to
// js/auth/custom-token.js. Nothing is in the profile that was not put there.
func TestJourneySignInWithCustomToken(t *testing.T) {
	app := startApp(t)
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(app.url, "http://"))
	sdk, err := firebase.NewApp(context.Background(), &firebase.Config{ProjectID: config.LocalProjectID})
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdk.Auth(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	token, err := identity.NewAccounts(client).CustomToken(t.Context(), "badge-4711", map[string]any{"plan": "gold"})
	if err != nil {
		t.Fatal(err)
	}

	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.waitForText("Continue with Google")
	uid, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](
		`import(`+quote(static.Path("js/auth/custom-token.js"))+`).then((m) => m.signInWithToken(`+quote(token)+`))`, chromedp.EvalAwaitPromise))
	if err != nil || uid != "badge-4711" {
		t.Fatalf("got uid %q (%v), want the one of the token", uid, err)
	}
	tab.waitForAccount("badge-4711")
	tab.waitForText("Custom token") // what the session began with
	tab.reload()
	tab.waitForAccount("badge-4711")
}
