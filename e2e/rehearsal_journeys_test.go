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
// APIs of Google (R37, R45). What loads more from Google is in rehearsal_signin_test.go.
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
func startRehearsal(t *testing.T, settings ...string) *app {
	t.Helper()
	app, _, site := rehearse(t, settings...)
	app.url = asLocalhost(site.url)
	app.allowedOrigins = []string{
		"https://identitytoolkit.googleapis.com",
		"https://securetoken.googleapis.com",
	}
	return app
}

// rehearse starts the fake Google, two instances of the image, a load balancer and a browser.
func rehearse(t *testing.T, settings ...string) (*app, *fakeGoogle, *loadBalancer) {
	t.Helper()
	google := newFakeGoogle(t)
	firebase := httptest.NewServer(google.toolkit)
	t.Cleanup(firebase.Close)
	browser := startRehearsalBrowser(t, google)
	img := newImage(t, google)
	one, two := img.start(t, google, settings...), img.start(t, google, settings...)
	site := startLoadBalancer(t, one, two)
	t.Cleanup(func() {
		one.checkLog()
		site.checkCounts(t)
	})
	return &app{
		t:           t,
		log:         img.log,
		crash:       one.kill,
		firebaseURL: firebase.URL,
		browser:     browser,
	}, google, site
}

// startRehearsalBrowser starts a browser that resolves Google's host names to the fake Google, and
// finds the app at https://app.example.com. It does not check certificates; the program does.
func startRehearsalBrowser(t *testing.T, google *fakeGoogle) browser {
	t.Helper()
	rules := []string{"MAP " + siteHost + " " + google.siteAddress}
	for _, name := range []string{
		"*.googleapis.com", "*.google.com", "*.gstatic.com", "*.firebaseapp.com", providerHost,
	} {
		rules = append(rules, "MAP "+name+" "+google.address)
	}
	rules = append(rules, localHostsOnly)
	path := chromium.require(t)
	return rehearsalBrowser.start(t, func() (browser, error) {
		return startChromium(path,
			chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")),
			chromedp.Flag("ignore-certificate-errors", true))
	})
}

// asLocalhost returns a URL with the host name that users type instead of the loopback address.
func asLocalhost(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }
