//go:build linux

package e2e

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rehearsedJourneys also run in the rehearsal of production: two instances of the container image
// behind a load balancer, against a fake Google. app.crash kills one instance for the rest of the
// journey. The harness reports the same problems, except that pages may send requests to the two
// origins of Google in their Content-Security-Policy (R37, R45).
var rehearsedJourneys = []struct {
	name string
	run  func(*testing.T, *app)
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
	for _, journey := range rehearsedJourneys {
		t.Run(journey.name, func(t *testing.T) { journey.run(t, startRehearsal(t)) })
	}
}

// startRehearsal is startApp for the rehearsal.
func startRehearsal(t *testing.T) *app {
	t.Helper()
	google := newFakeGoogle(t)
	firebase := httptest.NewServer(google.toolkit)
	t.Cleanup(firebase.Close)
	browser := startRehearsalBrowser(t, google)
	img := newImage(t, google)
	one, two := img.start(t, google), img.start(t, google)
	site := startLoadBalancer(t, one, two)
	t.Cleanup(func() {
		one.checkLog()
		site.checkCounts(t)
	})
	return &app{
		t:           t,
		url:         asLocalhost(site.url),
		log:         img.log,
		crash:       one.kill,
		firebaseURL: firebase.URL,
		browser:     browser,
		allowedOrigins: []string{
			"https://identitytoolkit.googleapis.com",
			"https://securetoken.googleapis.com",
		},
	}
}

// startRehearsalBrowser starts a browser that resolves Google's host names to the fake Google. It
// does not check certificates; the program does.
func startRehearsalBrowser(t *testing.T, google *fakeGoogle) browser {
	t.Helper()
	resolve := "MAP *.googleapis.com " + google.address + ", " + localHostsOnly
	path := chromium.require(t)
	return rehearsalBrowser.start(t, func() (browser, error) {
		return startChromium(path,
			chromedp.Flag("host-resolver-rules", resolve),
			chromedp.Flag("ignore-certificate-errors", true))
	})
}

// asLocalhost returns a URL with the host name that users type instead of the loopback address.
func asLocalhost(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }
