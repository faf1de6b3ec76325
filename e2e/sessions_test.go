package e2e

import (
	"testing"
)

// R7, R8: the other browser is signed out at its next call.
func TestJourneyChangePasswordOnAnotherDevice(t *testing.T) {
	changePasswordOnAnotherDevice(t, startApp(t))
}

func changePasswordOnAnotherDevice(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.fill("Bio", "Written by whoever found the laptop.")

	waitForNextSecond()
	one.fill("New password", "a better horse")
	one.click("Save password")
	one.waitForText("Your new password is saved.")

	two.allowError(`40[01] `)
	two.click("Save profile")
	two.waitForText("Your session has ended")
	one.reload()
	one.waitForValue("Bio", "")
}

// Nobody clicks in the second browser: it notices by itself while its page is visible.
func TestJourneySignOutEverywhere(t *testing.T) { signOutEverywhere(t, startApp(t)) }

func signOutEverywhere(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.waitForText("ada@example.com")

	two.allowError(`40[01] `)
	waitForNextSecond()
	one.click("Sign out everywhere")
	one.waitForText("You're signed out on all devices.")
	two.waitForText("Your session has ended")
	two.waitForNoText("ada@example.com")
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
	waitForNextSecond()
	two.click("Refresh token")
	two.waitForText("The ID token was refreshed")
	tab.waitForText("The ID token was refreshed") // in every tab

	two.click("Sign out")
	tab.waitForText("Your session has ended: you signed out elsewhere")
}

func TestJourneySessionPanelIsOff(t *testing.T) {
	tab := openBrowser(t, startApp(t, "SESSION_PANEL=off"))
	tab.signUp("ada@example.com")
	tab.waitForText("Your data")
	tab.waitForNoText("Identity provider token")
}

// R44: signing out clears the page and the browser's storage, in every tab, and the back button
// does not undo it.
func TestJourneySignOutClearsPageAndIndexedDB(t *testing.T) {
	signOutClearsPageAndIndexedDB(t, startApp(t))
}

func signOutClearsPageAndIndexedDB(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	one.fill("Bio", "Nobody else's business.")
	one.saveProfile()
	two := one.newTab()
	two.open("/account")
	two.waitForValue("Bio", "Nobody else's business.")
	if got := one.storedSessions(); got != 1 {
		t.Fatalf("got %d sessions in the browser's storage, want 1", got)
	}
	one.open("/")
	one.click("Go to your account")
	one.waitForValue("Bio", "Nobody else's business.")

	one.click("Sign out")
	one.waitForText("You're signed out.")
	two.waitForPath("/signin")
	if got := one.storedSessions(); got != 0 {
		t.Errorf("got %d sessions in the browser's storage after signing out, want 0", got)
	}
	one.runScript("go back", `setTimeout(() => history.back())`) // after the answer: going back ends whoever gives it
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
			const keys = open.result.transaction('firebaseLocalStorage').objectStore('firebaseLocalStorage').getAllKeys();
			keys.onsuccess = () => {
				open.result.close();
				resolve(keys.result.filter(key => key.startsWith('firebase:authUser')).length);
			};
		};
	})`)
}
