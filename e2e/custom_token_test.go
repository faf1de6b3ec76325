package e2e

import (
	"strings"
	"testing"

	firebase "firebase.google.com/go/v4"

	"example.com/latchkey/config"
	"example.com/latchkey/identity"
	"example.com/latchkey/static"
)

// TestJourneySignInWithCustomToken does what an app with its own sign-in system does: its server
// creates a custom token with the Admin SDK, and its page passes the token to the Firebase SDK.
func TestJourneySignInWithCustomToken(t *testing.T) {
	findBrowser(t)
	app := startProgram(t) // not startApp: a test that sets the environment can't run in parallel
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(app.url, "http://"))
	sdk, err := firebase.NewApp(t.Context(), &firebase.Config{ProjectID: config.LocalProjectID})
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdk.Auth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{"plan": "gold"}
	token, err := identity.NewAccounts(client).CustomToken(t.Context(), "badge-4711", claims)
	if err != nil {
		t.Fatal(err)
	}

	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.waitForText("Continue with Google")
	sdkPath := quote(static.Path("firebase/firebase.js"))
	uid := evaluate[string](tab, `(async () => {
		const { signInWithCustomToken } = await import(`+sdkPath+`);
		const { auth } = await import(`+quote(static.Path("js/auth/session.js"))+`);
		const { user } = await signInWithCustomToken(auth, `+quote(token)+`);
		return user.uid;
	})()`)
	if uid != "badge-4711" {
		t.Fatalf("got uid %q, want the one in the token", uid)
	}
	tab.waitForAccount("badge-4711")
	tab.waitUntil("the claims of the custom token in the session panel",
		`document.querySelector('[data-claims]').textContent.includes('"plan": "gold"')`)
	tab.reload()
	tab.waitForAccount("badge-4711")
}
