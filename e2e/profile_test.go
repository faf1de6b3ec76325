package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func (b *tab) saveProfile() {
	b.t.Helper()
	b.click("Save profile")
	b.waitForText("Your profile is saved.")
}

func TestJourneySignUpSaveProfileAndSignInAfterCrash(t *testing.T) {
	inEachEngine(t, signUpSaveProfileAndSignInAfterCrash)
}

func signUpSaveProfileAndSignInAfterCrash(t *testing.T, app *app) {
	tab := openBrowser(t, app)

	tab.signUp("ada@example.com")
	tab.fill("Bio", "I count on machines.")
	tab.fill("Company", "Analytical Engines")
	tab.fill("Website", "https://ada.example.com/notes")
	tab.selectOption("Time zone", "Europe/London")
	tab.click("Send me the newsletter")
	tab.saveProfile()

	tab.reload()
	tab.waitForValue("Bio", "I count on machines.")
	tab.waitForText("ada@example.com")

	tab.allowError(popupScript)
	app.crash()
	tab.reload()
	tab.waitForValue("Bio", "I count on machines.")
	tab.waitForValue("Website", "https://ada.example.com/notes")
	tab.waitForValue("Time zone", "Europe/London")

	tab.signOut()
	tab.waitForNoText("ada@example.com")

	tab.expectError(`400 .*signInWithPassword`)
	tab.signIn("ada@example.com", "wrong horse")
	tab.waitForText("The email address or password is incorrect.")

	tab.signIn("ada@example.com", password)
	tab.waitForPath("/account")
	tab.waitForValue("Company", "Analytical Engines")
}

func TestJourneyEditSameProfileInTwoTabs(t *testing.T) {
	inEachEngine(t, editSameProfileInTwoTabs)
}

func editSameProfileInTwoTabs(t *testing.T, app *app) {
	one := openBrowser(t, app)
	one.signUp("ada@example.com")
	two := one.newTab()
	two.open("/account")
	two.waitForValue("Bio", "")

	one.fill("Bio", "From the first tab.")
	one.saveProfile()
	one.allowError(popupScript)
	app.crash()

	two.expectError(`412 .*/api/profile`)
	two.fill("Bio", "From the second tab.")
	two.click("Save profile")
	two.waitForText("Your profile changed elsewhere")
	two.waitForText("From the first tab.")
	two.waitForValue("Bio", "From the second tab.")

	two.click("Keep mine")
	two.waitForText("Your profile is saved.")
	two.waitForFocus("Save profile")
	one.reload()
	one.waitForValue("Bio", "From the second tab.")
}

// TestJourneyResolveConflictOnNarrowScreen uses only the keyboard, and the width of 320 px from
// WCAG 1.4.10 (Reflow).
func TestJourneyResolveConflictOnNarrowScreen(t *testing.T) {
	one := openBrowser(t, startApp(t))
	one.signUp("ada@example.com")
	two := one.newTab()
	two.resize(320, 640)
	two.open("/account")
	two.waitForValue("Bio", "")

	mine, theirs := strings.Repeat("mine", 50), strings.Repeat("theirs", 40)
	one.fill("Bio", theirs)
	one.fill("Company", "Analytical Engines")
	one.saveProfile()
	two.expectError(`412 .*/api/profile`)
	two.fill("Bio", mine)
	two.tabTo("Save profile")
	two.typeKeys(kb.Enter)
	two.waitForText("now shown in the form: Company.")
	for _, text := range []string{mine, theirs} {
		two.waitUntil("a readable "+text[:10]+"…", `
			[...document.querySelectorAll('#profile-conflict *')].some(e => {
				const {left, right} = e.getBoundingClientRect();
				return textOf(e) === `+quote(text)+` && visible(e) &&
					left >= 0 && right <= 320 && e.scrollWidth <= e.clientWidth;
			})`)
	}
	two.waitUntil("no horizontal scrolling", `document.documentElement.scrollWidth <= 320`)

	two.waitForFocus("Your profile changed elsewhere")
	two.tabTo("Keep mine")
	two.tabTo("Use saved version")
	two.typeKeys(kb.Enter)
	two.waitForFocus("Save profile")
	two.waitUntil("the button in view", `(({top, bottom}) => top >= 0 && bottom <= innerHeight)(
		document.activeElement.getBoundingClientRect())`)
	two.waitForText("The form now shows what was saved elsewhere.")
	two.waitForValue("Bio", theirs)
}

func TestJourneyEnterInvalidProfileFields(t *testing.T) {
	enterInvalidProfileFields(t, startApp(t))
}

func enterInvalidProfileFields(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.expectError(`422 .*/api/profile`)

	for _, bad := range []struct{ field, text, want string }{
		{"Bio", strings.Repeat("a", 501), "500"},
		{"Company", strings.Repeat("a", 101), "100"},
		{"Website", "http://example.com", "https://"},
		{"Website", "nonsense", "https://"},
	} {
		tab.fill(bad.field, bad.text)
		tab.click("Save profile")
		tab.waitForFieldError(bad.field, bad.want)
		tab.waitForValue(bad.field, bad.text) // the text stays for correction
		tab.fill(bad.field, "")
	}
	tab.fill("Bio", strings.Repeat("ä", 500))
	tab.saveProfile()
}

// TestJourneyChangeNameAndPicture also changes the name on another device. The first page updates
// when the user returns to it.
func TestJourneyChangeNameAndPicture(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.expectError(`400 .*/api/account`)
	tab.fill("Display name", "Ada Lovelace")
	tab.fill("Picture URL", "https://elsewhere.example/ada.png")
	tab.click("Save name and picture")
	tab.waitForFieldError("Picture URL", "Google, GitHub, Facebook, or X")
	tab.fill("Picture URL", "")
	tab.click("Save name and picture")
	tab.waitForText("Your name and picture are saved.")
	tab.waitForNameInHeader("Ada Lovelace")

	other := openBrowser(t, app)
	other.open("/signin")
	other.signIn("ada@example.com", password)
	other.waitForValue("Display name", "Ada Lovelace")
	other.fill("Display name", "Countess of Lovelace")
	other.click("Save name and picture")
	other.waitForText("Your name and picture are saved.")
	tab.refocus()
	tab.waitForValue("Display name", "Countess of Lovelace")
	tab.waitForNameInHeader("Countess of Lovelace")
}

// TestJourneySavingTheNameKeepsAPictureFromElsewhere sets the picture through the API, while the
// page still shows none.
func TestJourneySavingTheNameKeepsAPictureFromElsewhere(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	const photo = "https://lh3.googleusercontent.com/a/ada"
	tab.expectError(regexp.QuoteMeta(photo)) // the page tries to show it
	app.patch("/api/account", signInWithAPI(t, app.url, "ada@example.com"),
		map[string]string{"photoURL": photo})
	tab.fill("Display name", "Ada Lovelace")
	tab.click("Save name and picture")
	tab.waitForText("Your name and picture are saved.")
	tab.waitForValue("Picture URL", photo)
	tab.waitForValue("Display name", "Ada Lovelace")
}

func (b *tab) waitForNameInHeader(name string) {
	b.t.Helper()
	b.waitUntil("the name in the header",
		`document.querySelector('[data-user]').textContent === `+quote(name))
}
