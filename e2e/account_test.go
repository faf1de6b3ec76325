package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const password = "correct horse"

// signUp creates an account and ends on its page.
func (b *tab) signUp(email string) {
	b.t.Helper()
	b.open("/signin?mode=signup")
	b.enter("Email address", email)
	b.enter("Password", password)
	b.press("Create the account")
	b.isAt("/account")
	b.sees(email)
	b.has("Bio", "") // the form can be used
}

func (b *tab) signIn(email, password string) {
	b.t.Helper()
	b.enter("Email address", email)
	b.enter("Password", password)
	b.press("Sign in")
}

func (b *tab) saveProfile() {
	b.t.Helper()
	b.press("Save profile")
	b.sees("Your profile is saved.")
}

func TestJourneyFromSignUpThroughRestartToSignIn(t *testing.T) {
	fromSignUpThroughACrashToSignIn(t, startApp(t))
}

func fromSignUpThroughACrashToSignIn(t *testing.T, app *app) {
	tab := openBrowser(t, app)

	tab.signUp("ada@example.com")
	tab.enter("Bio", "I count on machines.")
	tab.enter("Company", "Analytical Engines")
	tab.enter("Website", "https://ada.example.com/notes")
	tab.choose("Time zone", "Europe/London")
	tab.press("Send me the newsletter")
	tab.saveProfile()

	tab.reload()
	tab.has("Bio", "I count on machines.")
	tab.sees("ada@example.com")

	app.crash()
	tab.reload()
	tab.has("Bio", "I count on machines.")
	tab.has("Website", "https://ada.example.com/notes")
	tab.has("Time zone", "Europe/London")

	tab.press("Sign out")
	tab.sees("You are signed out.")
	tab.doesNotSee("ada@example.com")

	tab.expects(`400 .*signInWithPassword`)
	tab.signIn("ada@example.com", "wrong horse")
	tab.sees("The email address or the password is wrong.")

	tab.signIn("ada@example.com", password)
	tab.isAt("/account")
	tab.has("Company", "Analytical Engines")
}

func TestJourneyOfTwoTabsThatEditTheSameProfile(t *testing.T) {
	twoTabsThatEditTheSameProfile(t, startApp(t))
}

func twoTabsThatEditTheSameProfile(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := one.another()
	two.open("/account")
	two.has("Bio", "")

	one.enter("Bio", "From the first tab.")
	one.saveProfile()
	app.crash()

	two.expects(`412 .*/api/profile`)
	two.enter("Bio", "From the second tab.")
	two.press("Save profile")
	two.sees("This profile was changed elsewhere")
	two.sees("From the first tab.")
	two.has("Bio", "From the second tab.")

	two.press("Save mine")
	two.sees("Your profile is saved.")
	one.reload()
	one.has("Bio", "From the second tab.")
}

func TestJourneyOfBadInputInEachFieldOfTheProfile(t *testing.T) {
	badInputInEachFieldOfTheProfile(t, startApp(t))
}

func badInputInEachFieldOfTheProfile(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.expects(`422 .*/api/profile`)

	for _, bad := range []struct{ field, text, complaint string }{
		{"Bio", strings.Repeat("a", 501), "500"},
		{"Company", strings.Repeat("a", 101), "100"},
		{"Website", "http://example.com", "https://"},
		{"Website", "nonsense", "https://"},
	} {
		tab.enter(bad.field, bad.text)
		tab.press("Save profile")
		tab.complaint(bad.field, bad.complaint)
		tab.has(bad.field, bad.text) // what was typed stays
		tab.enter(bad.field, "")
	}
	tab.enter("Bio", strings.Repeat("ä", 500))
	tab.saveProfile()
}

func TestJourneyOfBadInputAtTheDoor(t *testing.T) { badInputAtTheDoor(t, startApp(t)) }

func badInputAtTheDoor(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.press("Sign out")
	tab.sees("You are signed out.")

	tab.press("Sign in")
	tab.complaint("Email address", "Enter your email address.")
	tab.complaint("Password", "Enter your password.")
	tab.signIn("not an address", password)
	tab.complaint("Email address", "This is not an email address.")

	tab.expects(`400 .*accounts:signUp`)
	tab.press("Create an account")
	tab.enter("Email address", "ada@example.com")
	tab.enter("Password", password)
	tab.press("Create the account")
	tab.complaint("Email address", "There is an account with this email address already.")
	tab.press("Sign in with this address")
	tab.has("Email address", "ada@example.com")
	tab.sees("Forgot your password?")
	tab.doesNotSee("This is not an email address.")
	tab.press("Create an account")
	tab.doesNotSee("Sign in with this address")
	tab.enter("Email address", "grace@example.com")
	tab.enter("Password", "short")
	tab.press("Create the account")
	tab.complaint("Password", "6 characters")
}

func TestJourneyOfAVisitorWhoIsNotSignedIn(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.sees("Create an account")
	tab.open("/account")
	tab.isAt("/signin")
	tab.press("Create an account")
	tab.sees("At least 6 characters") // the other form is there, also where the link was followed before its script ran
	tab.enter("Email address", "ada@example.com")
	tab.enter("Password", password)
	tab.press("Create the account")
	tab.isAt("/account") // where the visitor wanted to go
}

// R44: signing out clears the page and the browser's storage, in every tab, and the back button does not undo it.
func TestJourneyOfSigningOutLeavesNothingBehind(t *testing.T) {
	signingOutLeavesNothingBehind(t, startApp(t))
}

func signingOutLeavesNothingBehind(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	one.enter("Bio", "Nobody else's business.")
	one.saveProfile()
	two := one.another()
	two.open("/account")
	two.has("Bio", "Nobody else's business.")
	if got := one.storedSessions(); got != 1 {
		t.Fatalf("got %d sessions in the browser's storage, want 1", got)
	}
	one.open("/")
	one.press("Go to your account")
	one.has("Bio", "Nobody else's business.")

	one.press("Sign out")
	one.sees("You are signed out.")
	two.isAt("/signin")
	if got := one.storedSessions(); got != 0 {
		t.Errorf("got %d sessions in the browser's storage after signing out, want 0", got)
	}
	one.evaluate("go back", `setTimeout(() => history.back())`) // after the answer: going back ends whoever gives it
	one.isAt("/")
	one.sees("Create an account")
	one.doesNotSee("ada@example.com")
}

// storedSessions counts the users that the Firebase SDK keeps in IndexedDB.
func (b *tab) storedSessions() int {
	b.t.Helper()
	count, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`new Promise((resolve, reject) => {
		const open = indexedDB.open('firebaseLocalStorageDb');
		open.onerror = () => reject(open.error);
		open.onsuccess = () => {
			const keys = open.result.transaction('firebaseLocalStorage').objectStore('firebaseLocalStorage').getAllKeys();
			keys.onsuccess = () => {
				open.result.close();
				resolve(keys.result.filter(key => key.startsWith('firebase:authUser')).length);
			};
		};
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("read IndexedDB: %v", err)
	}
	return count
}

// R49: neither signing in nor asking for a new password tells which addresses have an account.
func TestJourneyThatTellsNothingAboutOtherPeoplesAccounts(t *testing.T) {
	nothingIsToldAboutOtherPeoplesAccounts(t, startApp(t))
}

func nothingIsToldAboutOtherPeoplesAccounts(t *testing.T, app *app) {
	openBrowser(t, app).signUp("ada@example.com")

	tab := openBrowser(t, app)
	tab.expects(`400 .*signInWithPassword`)
	for _, email := range []string{"ada@example.com", "nobody@example.com"} {
		tab.open("/signin")
		tab.signIn(email, "wrong horse")
		tab.sees("The email address or the password is wrong. Check both, or set a new password.")

		tab.open("/signin?mode=reset")
		tab.enter("Email address", email)
		tab.press("Send the link")
		tab.sees("If " + email + " has an account here, an email with a link is on its way.")
	}
}
