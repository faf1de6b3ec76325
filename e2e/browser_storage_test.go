package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// R44: Whatever users did, signing out leaves nothing about them in the browser, in any tab.
func TestJourneySignOutLeavesNothingBehind(t *testing.T) {
	app := startApp(t)
	one := openBrowser(t, app)
	two := one.newTab()

	one.signUp("ada@example.com") // the account page also sends the first verification email
	one.waitForText("We sent a link to ada@example.com.")
	two.open("/account")
	two.waitForText("ada@example.com")
	if stored := one.stored(); len(stored) < 3 {
		t.Fatalf("the test finds only %v while Ada is signed in", stored)
	}
	one.signOut()
	two.waitForPath("/signin")
	one.wantNothingStored("after a sign-in with a password")
	two.wantNothingStored("after a sign-out in another tab")

	one.requestEmailLink("ada@example.com") // and never opens it
	if !strings.Contains(strings.Join(slices.Collect(maps.Values(one.stored())), " "), "ada@") {
		t.Error("the address must be stored until the link is opened")
	}
	one.open("/signin")
	one.signIn("ada@example.com", password)
	one.waitForAccount("ada@example.com")
	one.signOut()
	one.wantNothingStored("after an abandoned email link")

	one.signInThroughPopup("Continue with GitHub", providerUser{"grace@example.com", "Grace"})
	one.waitForAccount("Grace")
	one.signOut()
	one.wantNothingStored("after a sign-in with a provider")

	one.blockPopups()
	one.open("/signin")
	one.signIn("ada@example.com", password)
	one.waitForAccount("ada@example.com")
	one.click("Connect Facebook")
	one.waitForProviderPage() // and goes no further
	one.open("/account")
	one.waitForAccount("ada@example.com")
	one.signOut()
	one.wantNothingStored("after an abandoned redirect")
}

// R44: The end of a session that this browser didn't cause leaves nothing behind either.
func TestJourneyEndedSessionLeavesNothingBehind(t *testing.T) {
	app := startApp(t)
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := openBrowser(t, app)
	two.requestEmailLink("ada@example.com")
	two.open("/signin")
	two.signIn("ada@example.com", password)
	two.waitForAccount("ada@example.com")
	two.open("/emulator/outbox") // a page of the local Firebase, which doesn't use the SDK

	waitForNextSecond()
	one.click("Sign out on all devices")
	one.waitForText("You're signed out on all devices.")
	one.wantNothingStored("after signing out on all devices")
	two.allowError(`40[01] `)
	two.open("/account")
	two.waitForPath("/signin")
	two.wantNothingStored("after a session ended elsewhere")

	one.signIn("ada@example.com", password)
	one.waitForAccount("ada@example.com")
	one.click("Delete account…")
	one.fill("To confirm, type ada@example.com", "ada@example.com")
	one.click("Delete my account")
	one.waitForText("Your account and all its data have been deleted.")
	one.wantNothingStored("after deleting the account")
}

// An email link works for six hours. Until then, the browser that requested it knows the address.
func TestJourneyForgetAddressOfExpiredEmailLink(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.requestEmailLink("ada@example.com")
	tab.open("/")
	tab.waitForText("Create account")
	if len(tab.stored()) == 0 {
		t.Fatal("the address was forgotten at once")
	}
	tab.runOnNewPages(`{
		const now = Date.now;
		Date.now = () => now() + 6 * 60 * 60 * 1000;
	}`)
	tab.open("/")
	tab.waitForText("Create account")
	tab.wantNothingStored("six hours later")
}

// stored returns everything in the browser's storage for the site, by place and key. It leaves out
// __sak, with which each page that starts tries whether it can store anything.
func (b *tab) stored() map[string]string {
	b.t.Helper()
	return evaluate[map[string]string](b, `(async () => {
		const found = {};
		for (const [name, storage] of Object.entries({ localStorage, sessionStorage })) {
			for (const key of Object.keys(storage)) found[name + ' ' + key] = storage.getItem(key);
		}
		const result = (request) => new Promise((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		for (const { name } of await indexedDB.databases()) {
			const db = await result(indexedDB.open(name));
			for (const store of db.objectStoreNames) {
				const objects = db.transaction(store).objectStore(store);
				const [keys, values] =
					await Promise.all([result(objects.getAllKeys()), result(objects.getAll())]);
				keys.forEach((key, i) => found[name + ' ' + key] = JSON.stringify(values[i]));
			}
			db.close();
		}
		for (const key of Object.keys(found)) if (key.endsWith(' __sak')) delete found[key];
		return found;
	})()`)
}

func (b *tab) wantNothingStored(when string) {
	b.t.Helper()
	for key, value := range b.stored() {
		b.t.Errorf("%s, the browser still stores %s: %s", when, key, value)
	}
}
