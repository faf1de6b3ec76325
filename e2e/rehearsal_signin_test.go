//go:build linux

package e2e

// Journeys in the rehearsal of production that load scripts and frames from other hosts: providers
// and reCAPTCHA. Here the app has a host name of its own and is served over HTTPS.

import (
	"context"
	"testing"
	"time"
)

// startSite is startRehearsal at https://app.example.com, which is the auth domain too, unless the
// settings say otherwise.
func startSite(t *testing.T, settings ...string) (*app, *fakeGoogle) {
	t.Helper()
	settings = append([]string{"FIREBASE_AUTH_DOMAIN=" + siteHost}, settings...)
	app, google, site := rehearse(t, settings...)
	google.serveSite(t, site.handler)
	app.url = "https://" + siteHost
	app.configureProject(`{"authorizedDomains":["` + siteHost + `"]}`)
	for _, host := range browserHosts {
		app.allowedOrigins = append(app.allowedOrigins, "https://"+host)
	}
	return app, google
}

// browserHosts are all the hosts that docs/sign-in-methods.md lists for browsers, and the
// provider's.
var browserHosts = []string{
	"identitytoolkit.googleapis.com", "securetoken.googleapis.com", "www.googleapis.com",
	helperHost, "apis.google.com", "www.google.com", "www.gstatic.com", providerHost,
}

// defaultAuthDomain is a setting: the auth domain is PROJECT.firebaseapp.com.
const defaultAuthDomain = "FIREBASE_AUTH_DOMAIN="

// watchPopups records each popup that the tab opens, from the next page on: whether the click still
// counts as the user's, and whether the window opens in the click's own task. That is so only if
// nothing between the click and window.open waits for the network or for a timer.
func (b *tab) watchPopups() {
	b.t.Helper()
	b.runOnNewPages(`{
		window.popups = [];
		let clicks = 0, clickTime = 0, clickIsOver = true;
		addEventListener('click', () => {
			const click = ++clicks;
			clickTime = performance.now();
			clickIsOver = false;
			setTimeout(() => { clickIsOver ||= click === clicks; });
		}, true);
		const open = window.open.bind(window);
		window.open = (...args) => {
			const ms = Math.round(performance.now() - clickTime);
			const active = navigator.userActivation.isActive;
			window.popups.push({ active, atOnce: !clickIsOver, ms });
			return open(...args);
		};
	}`)
}

// checkPopups fails the test unless the page has opened this many popups since it was loaded, each
// as part of a click.
func (b *tab) checkPopups(want int) {
	b.t.Helper()
	popups := evaluate[[]struct {
		Active, AtOnce bool
		MS             int
	}](b, `window.popups`)
	if len(popups) != want {
		b.t.Errorf("the page opened %d popups, want %d", len(popups), want)
	}
	for _, popup := range popups {
		b.t.Logf("from the click to the window: %d ms", popup.MS)
		if !popup.Active || !popup.AtOnce {
			b.t.Errorf("the window opened too late for browsers that block popups: %+v", popup)
		}
	}
}

// waitForHelper waits until the page is ready to open a provider's window.
func (b *tab) waitForHelper() {
	b.t.Helper()
	b.waitUntil("the sign-in helper's frame", `document.querySelector('iframe[data-connected]')`)
}

func TestRehearsalSignInWithProvider(t *testing.T) {
	for name, authDomain := range map[string]string{
		"OnOwnHost":       "FIREBASE_AUTH_DOMAIN=" + siteHost, // as startSite sets it
		"OnDefaultDomain": defaultAuthDomain,
	} {
		t.Run(name, func(t *testing.T) {
			app, _ := startSite(t, authDomain, "SIGN_IN_METHODS=password,google.com,github.com")
			tab := openBrowser(t, app)
			tab.watchPopups()
			tab.open("/signin")
			tab.waitForHelper()
			popup := tab.openPopup("Continue with Google")
			tab.checkPopups(1)
			popup.signInAtProvider(adaGmail)
			tab.waitForAccount("Ada Lovelace")

			tab.waitForHelper()
			tab.signInThroughPopup("Connect GitHub", ada)
			tab.waitForText("GitHub is now connected to this account.")
			tab.checkPopups(1)
			tab.click("Remove GitHub")
			tab.waitForText("Remove GitHub?")
			tab.click("Remove")
			tab.waitForText("GitHub was removed from this account.")
		})
	}
}

func TestRehearsalGuestConnectsProvider(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=google.com,anonymous")
	tab := openBrowser(t, app)
	tab.signInAsGuest()
	tab.signInThroughPopup("Connect Google", adaGmail)
	tab.waitForText("Google is now connected to this account.")
	tab.waitForNoText("You're using a guest account")
}

// The user may cancel at the provider and try again.
func TestRehearsalCancelAtProvider(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=password,google.com")
	tab := openBrowser(t, app)
	tab.open("/signin")
	tab.expectError(`400 .*signInWithIdp`)
	tab.openPopup("Continue with Google").clickAndLeave("Cancel")
	tab.waitForText("The sign-in window was closed before you finished.")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
}

// The SDK loads Google's scripts while the user reads the page. However long this takes, it delays
// neither the session nor the window that a later click opens.
func TestRehearsalSlowGoogleScripts(t *testing.T) {
	app, google := startSite(t, "SIGN_IN_METHODS=password,google.com")
	tab := openBrowser(t, app)
	tab.watchPopups()
	google.signIn.gapiDelay.Store(int64(1500 * time.Millisecond))
	tab.open("/signin")
	tab.waitForHelper()
	popup := tab.openPopup("Continue with Google")
	tab.checkPopups(1)
	popup.signInAtProvider(adaGmail)
	tab.waitForAccount("Ada Lovelace")

	google.signIn.gapiDelay.Store(int64(waitTimeout))
	tab.open("/account")
	tab.waitForAccount("Ada Lovelace")
	if evaluate[bool](tab, `'gapi' in window`) {
		t.Error("the page waited for Google's script before it restored the session")
	}
}

func TestRehearsalReauthenticateWithProvider(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=password,google.com")
	tab := openBrowser(t, app)
	tab.watchPopups()
	tab.open("/signin")
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForAccount("Ada Lovelace")
	tab.savePasswordWithOldSignIn()
	tab.waitForHelper()
	tab.signInThroughPopup("Continue with Google", adaGmail)
	tab.waitForText("Your new password is saved.")
	tab.checkPopups(1)
}

func TestRehearsalSignInWithPopupsBlocked(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=password,google.com,github.com")
	tab := openBrowser(t, app)
	tab.blockPopups()
	tab.open("/signin")
	tab.click("Continue with Google")
	tab.signInAtProvider(adaGmail)
	tab.waitForAccount("Ada Lovelace")

	tab.expectError(`400 .*signInWithIdp`)
	tab.click("Connect GitHub")
	tab.clickAndLeave("Cancel")
	tab.waitForAccount("The sign-in window was closed before you finished.")
	tab.click("Connect GitHub")
	tab.signInAtProvider(ada)
	tab.waitForAccount("GitHub is now connected to this account.")
	tab.reload()
	tab.waitForAccount("Ada Lovelace")
}

// A redirect whose result got lost says so, instead of showing the sign-in page as if nothing had
// happened.
func TestRehearsalRedirectWithoutResult(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=password,google.com")
	tab := openBrowser(t, app)
	tab.blockPopups()
	tab.runOnNewPages(`for (const key of Object.keys(sessionStorage)) {
		if (key.startsWith('firebase:redirectEvent:')) sessionStorage.removeItem(key);
	}`)
	tab.open("/signin")
	tab.click("Continue with Google")
	tab.signInAtProvider(adaGmail)
	tab.waitForPath("/signin")
	tab.waitForText("Signing in with Google didn't finish. Try again, or choose another method.")
}

// With the default auth domain, browsers don't give the app the result of a redirect.
func TestRehearsalPopupsBlockedOnDefaultDomain(t *testing.T) {
	app, _ := startSite(t, defaultAuthDomain, "SIGN_IN_METHODS=password,google.com")
	tab := openBrowser(t, app)
	tab.blockPopups()
	tab.open("/signin")
	tab.click("Continue with Google")
	tab.waitForText("Your browser blocked the sign-in window. Allow popups for this site")
	tab.waitForPath("/signin")
}

// thinkTime is how long a user takes at the provider. The SDK gives up a popup that it can't see
// any more after about ten seconds.
const thinkTime = 11 * time.Second

// Microsoft's page separates its window from the page that opened it, so it needs a redirect.
func TestRehearsalProviderThatIsolatesItsWindow(t *testing.T) {
	app, _ := startSite(t, "SIGN_IN_METHODS=password,microsoft.com")
	tab := openBrowser(t, app)
	tab.watchPopups()
	user := providerUser{email: "edith@outlook.com", name: "Edith Clarke"}
	tab.open("/signin")
	tab.click("Continue with Microsoft")
	tab.waitForProviderPage()
	time.Sleep(thinkTime)
	tab.signInAtProvider(user)
	tab.waitForAccount("Edith Clarke")

	tab.savePasswordWithOldSignIn()
	tab.click("Continue with Microsoft")
	tab.waitForProviderPage()
	time.Sleep(thinkTime)
	tab.signInAtProvider(user)
	tab.waitForAccount("You've confirmed it's you. Now try again.")
	tab.fill("New password", "a better horse")
	tab.click("Save password")
	tab.waitForText("Your new password is saved.")
	tab.checkPopups(0)
}

// With the default auth domain, neither a redirect nor a window can work.
func TestRehearsalProviderThatIsolatesItsWindowOnDefaultDomain(t *testing.T) {
	app, _ := startSite(t, defaultAuthDomain, "SIGN_IN_METHODS=password,microsoft.com")
	tab := openBrowser(t, app)
	tab.watchPopups()
	tab.open("/signin")
	tab.click("Continue with Microsoft")
	tab.waitForText("Signing in with Microsoft doesn't work at this address. Choose another method.")
	tab.checkPopups(0)
}

// challengeFrame is the frame of a challenge of reCAPTCHA. All of it is one button.
const challengeFrame = `iframe[title="reCAPTCHA challenge"][data-ready]`

// solveChallenge solves a challenge of reCAPTCHA. The click has no effect if something covers it, or
// if the browser has not drawn the frame yet; then it clicks again.
func (b *tab) solveChallenge() {
	b.t.Helper()
	const open = `!!document.querySelector('` + challengeFrame + `')`
	b.waitUntil("a challenge", open)
	isSolved := eventually(func() bool {
		b.do("solve the challenge", func(ctx context.Context) error {
			return b.page.click(ctx, challengeFrame)
		})
		time.Sleep(500 * time.Millisecond)
		return !evaluate[bool](b, open)
	})
	if !isSolved {
		b.t.Fatal("the challenge can't be clicked")
	}
}

// closeChallenge clicks beside the challenge.
func (b *tab) closeChallenge() {
	b.t.Helper()
	b.waitUntil("a challenge", `document.querySelector('`+challengeFrame+`')`)
	b.do("close the challenge", func(ctx context.Context) error {
		return b.page.click(ctx, "[data-cover]")
	})
}

func TestRehearsalSignInWithPhoneNumber(t *testing.T) {
	app, google := startSite(t, "SIGN_IN_METHODS=phone")
	google.recaptcha.challenge.Store(true)
	tab := openBrowser(t, app)
	tab.open("/signin?mode=phone")
	tab.fill("Phone number", phoneNumber)
	tab.click("Send code")
	tab.closeChallenge()
	tab.waitForText("The security check was closed before you finished, so no code was sent.")
	tab.click("Send code")
	tab.solveChallenge()
	tab.waitForText("We sent a code to " + phoneNumber + ".")
	first := app.textCode(phoneNumber)

	tab.skipOneMinute()
	tab.click("Send a new code")
	tab.solveChallenge()
	tab.waitForText("We sent a new code to " + phoneNumber)
	code := app.textCode(phoneNumber)
	if code == first {
		t.Error("the second code is the first one")
	}
	tab.fill("Verification code", code)
	tab.click("Sign in")
	tab.waitForAccount(phoneNumber)
}

// A challenge in the dialog's page must be above the dialog.
func TestRehearsalConfirmWithPhoneNumber(t *testing.T) {
	app, google := startSite(t, "SIGN_IN_METHODS=password,phone")
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	app.callFirebase("POST", localUsers+"update", map[string]string{
		"localId": app.findUser("ada@example.com").LocalID, "phoneNumber": phoneNumber})
	tab.refocus()
	tab.waitForText(phoneNumber)
	google.recaptcha.challenge.Store(true)
	tab.savePasswordWithOldSignIn()
	tab.click("Send a code to your phone")
	tab.solveChallenge()
	tab.waitForText("We sent a code to " + phoneNumber + ".")
	tab.fill("Verification code", app.textCode(phoneNumber))
	tab.click("Confirm code")
	tab.waitForText("Your new password is saved.")
}

// If the project enforces reCAPTCHA for email and password, the SDK's first request fails, and the
// SDK repeats it with a token.
func TestRehearsalEnforcedRecaptcha(t *testing.T) {
	app, google := startSite(t, "SIGN_IN_METHODS=password,emailLink")
	google.recaptcha.enforced.Store(true)
	tab := openBrowser(t, app)
	for _, method := range []string{"signUp", "signInWithPassword", "sendOobCode"} {
		tab.expectError(`400 .*accounts:` + method)
	}
	tab.signUp("ada@example.com")
	tab.signOut()
	tab.signIn("ada@example.com", password)
	tab.waitForAccount("ada@example.com")
	tab.signOut()
	tab.open("/signin?mode=reset")
	tab.fill("Email address", "ada@example.com")
	tab.click("Send link")
	app.emailLink("PASSWORD_RESET", "ada@example.com")
	tab.open(tab.requestEmailLink("grace@example.com"))
	tab.waitForAccount("grace@example.com")
}

// The links in emails carry an API key of the project, which need not be the app's, or none.
func TestRehearsalOpenLinksWithAnotherAPIKey(t *testing.T) {
	for name, key := range map[string]string{"none": "", "another": hostingAPIKey} {
		t.Run(name, func(t *testing.T) {
			app, _ := startSite(t, "SIGN_IN_METHODS=password,emailLink")
			openLinksWithAnotherAPIKey(t, app, key)
		})
	}
}
