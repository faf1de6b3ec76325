//go:build linux

package e2e

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rehearsed are the journeys that people make in production too: two instances of the image take
// turns behind a proxy, Google is a stand-in, and app.crash ends one instance for good. What
// fails a journey is the same here, except that the pages may talk to the two origins of Google's
// that their policy names (R37, R45).
var rehearsed = []struct {
	name    string
	journey func(*testing.T, *app)
}{
	{"SignUpSaveProfileAndSignInAfterCrash", signUpSaveProfileAndSignInAfterCrash},
	{"EditSameProfileInTwoTabs", editSameProfileInTwoTabs},
	{"EnterInvalidProfileFields", enterInvalidProfileFields},
	{"EnterInvalidSignInFields", enterInvalidSignInFields},
	{"SignOutClearsPageAndIndexedDB", signOutClearsPageAndIndexedDB},
	{"SignInAndResetDoNotRevealAccounts", signInAndResetDoNotRevealAccounts},
	{"ChangePasswordOnAnotherDevice", changePasswordOnAnotherDevice},
	{"SignOutEverywhere", signOutEverywhere},
	{"VerifyEmailAddress", verifyEmailAddress},
	{"ResetForgottenPassword", resetForgottenPassword},
	{"ChangeAndRecoverEmailAddress", changeAndRecoverEmailAddress},
	{"ExportAndDeleteAccount", exportAndDeleteAccount},
	{"HarnessReportsProblems", harnessReportsProblems},
}

func TestRehearsalOfJourneys(t *testing.T) {
	for _, r := range rehearsed {
		t.Run(r.name, func(t *testing.T) { r.journey(t, startRehearsal(t)) })
	}
}

// startRehearsal is startApp for the rehearsal.
func startRehearsal(t *testing.T) *app {
	t.Helper()
	google := newFakeGoogle(t)
	helpers := httptest.NewServer(google.toolkit)
	t.Cleanup(helpers.Close)
	browser := startRehearsalBrowser(t, google)
	img := newImage(t, google)
	one, two := img.run(t, google), img.run(t, google)
	site, proxy := startLoadBalancer(t, one, two)
	t.Cleanup(func() {
		one.checkLog()
		if proxy.used[0] == 0 || proxy.used[1] == 0 {
			t.Errorf("the instances got %v requests, want both some", proxy.used)
		}
	})
	return &app{
		t: t, url: asLocalhost(site), log: img.log, crash: one.kill, firebaseURL: helpers.URL, browser: browser,
		allowedOrigins: []string{"https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com"},
	}
}

// startRehearsalBrowser starts a browser of its own, which finds Google at the stand-in and
// nothing else.
func startRehearsalBrowser(t *testing.T, google *fakeGoogle) context.Context {
	t.Helper()
	return rehearsalBrowser.start(t,
		chromedp.Flag("host-resolver-rules", "MAP *.googleapis.com "+google.address+", "+localHostsOnly),
		chromedp.Flag("ignore-certificate-errors", true)) // the program checks certificates; this browser need not
}

// asLocalhost names this machine as a browser's user would.
func asLocalhost(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }
