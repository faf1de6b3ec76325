package e2e

import (
	"fmt"
	"testing"
)

// R7, R8: The other browser is signed out at its next request.
func TestJourneyChangePasswordOnAnotherDevice(t *testing.T) {
	changePasswordOnAnotherDevice(t, startApp(t))
}

func changePasswordOnAnotherDevice(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.fill("Bio", "Written by a thief.")

	waitForNextSecond()
	two.allowError(`40[01] `)
	one.fill("New password", "a better horse")
	one.click("Save password")
	one.waitForText("Your new password is saved.")

	two.click("Save profile")
	two.waitForText("Your session has ended")
	one.reload()
	one.waitForValue("Bio", "")
}

// The other browser finds out that its session has ended without a click.
func TestJourneySignOutEverywhere(t *testing.T) { inEachEngine(t, signOutEverywhere) }

func signOutEverywhere(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.waitForText("ada@example.com")

	two.allowError(`40[01] `)
	waitForNextSecond()
	one.click("Sign out on all devices")
	one.waitForText("You're signed out on all devices.")
	two.waitForText("Your session has ended")
	two.waitForNoText("ada@example.com")
}

// Changing the password revokes the old tokens. Another tab that is loading the user with an old
// token must not end the session, whether or not it has noticed the change.
func TestJourneyChangePasswordWhileAnotherTabReloadsUser(t *testing.T) {
	for _, c := range []struct {
		name                  string
		holdResponse, noticed bool
	}{
		{"BeforeTheRequest", false, false},
		{"BeforeTheRequestAndItHasNoticed", false, true},
		{"AfterTheResponse", true, false},
		{"AfterTheResponseAndItHasNoticed", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := openBrowser(t, startApp(t))
			one.signUp("ada@example.com")
			two := one.newTab()
			two.open("/account")
			two.waitForAccount("ada@example.com")
			waitForNextSecond()

			one.holdUserBack(c.holdResponse)
			if !c.noticed { // stop the timer with which the SDK looks for changes by other tabs
				one.runScript("stop timers", `for (let id = 1; id < 1000; id++) clearInterval(id)`)
			}
			one.refocus()
			one.waitUntil("the user", `window.isHeld`)
			two.fill("New password", "a better horse")
			two.click("Save password")
			two.waitForText("Your new password is saved.")
			if c.noticed {
				one.waitForText("Signed in again (reauthenticated)")
			}
			one.allowError(`400 .*accounts:lookup`)
			one.runScript("go on", `window.released.resolve()`)
			waitForNextSecond() // tokens of the same second are equal
			two.click("Refresh token")
			two.waitForText("The ID token was refreshed")
			three := one.newTab() // because the first one may be on its way to another page
			three.open("/account")
			three.waitForAccount("ada@example.com")
			one.waitForAccount("ada@example.com")
		})
	}
}

// holdUserBack holds back the next request with which the SDK loads the user, or its response, until
// window.released is resolved.
func (b *tab) holdUserBack(response bool) {
	b.t.Helper()
	b.runScript("hold the user back", fmt.Sprintf(`{
		const response = %v;
		const send = fetch;
		window.released = Promise.withResolvers();
		window.fetch = async (...request) => {
			if (window.isHeld || !String(request[0]).includes('accounts:lookup')) {
				return send(...request);
			}
			window.isHeld = true;
			if (!response) await window.released.promise;
			const result = await send(...request);
			if (response) await window.released.promise;
			return result;
		};
	}`, response))
}

func TestJourneyUseSessionPanel(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.waitForText("Initialized: the SDK restored the session")
	tab.waitForText("Expires in 59 min")
	tab.waitForText("Identity provider token")
	two := tab.newTab()
	two.open("/account")
	two.waitForText("Initialized: the SDK restored the session")
	waitForNextSecond()
	two.click("Refresh token")
	two.waitForText("The ID token was refreshed")
	tab.waitForText("The ID token was refreshed") // every tab shows it

	two.click("Sign out")
	tab.waitForText("Your session has ended: you signed out elsewhere")
}

func TestJourneySessionPanelIsOff(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SESSION_PANEL=off"))
	tab.signUp("ada@example.com")
	tab.waitForText("Your data")
	tab.waitForNoText("Identity provider token")
}

// R44: Signing out clears the page and the SDK's storage in every tab. The Back button does not
// bring the page back.
func TestJourneySignOutClearsPageAndIndexedDB(t *testing.T) {
	inEachEngine(t, signOutClearsPageAndIndexedDB)
}

func signOutClearsPageAndIndexedDB(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	one.fill("Bio", "A private bio.")
	one.saveProfile()
	two := one.newTab()
	two.open("/account")
	two.waitForValue("Bio", "A private bio.")
	if got := one.storedSessions(); got != 1 {
		t.Fatalf("got %d sessions in the browser's storage, want 1", got)
	}
	one.open("/")
	one.click("Go to your account")
	one.waitForValue("Bio", "A private bio.")

	one.signOut()
	two.waitForPath("/signin")
	if got := one.storedSessions(); got != 0 {
		t.Errorf("got %d sessions in the browser's storage after signing out, want 0", got)
	}
	// Going back at once would end the page before it has returned the script's result.
	one.runScript("go back", `setTimeout(() => history.back())`)
	one.waitForPath("/")
	one.waitForText("Create account")
	one.waitForNoText("ada@example.com")
}

// storedSessions counts the users that the Firebase SDK keeps in IndexedDB.
func (b *tab) storedSessions() int {
	b.t.Helper()
	return evaluate[int](b, `new Promise((resolve, reject) => {
		const open = indexedDB.open('firebaseLocalStorageDb');
		open.onerror = () => reject(open.error);
		open.onsuccess = () => {
			const store = 'firebaseLocalStorage';
			const keys = open.result.transaction(store).objectStore(store).getAllKeys();
			keys.onsuccess = () => {
				open.result.close();
				resolve(keys.result.filter(key => key.startsWith('firebase:authUser')).length);
			};
		};
	})`)
}
