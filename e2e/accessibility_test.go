package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestJourneyUseOnlyTheKeyboard signs up, edits the profile, and cancels a dialog without a
// mouse.
func TestJourneyUseOnlyTheKeyboard(t *testing.T) { inEachEngine(t, useOnlyTheKeyboard) }

func useOnlyTheKeyboard(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.open("/")
	tab.waitForText("Create account")
	tab.tabTo("Skip to content")
	tab.tabTo("Create account")
	tab.typeKeys(kb.Enter)
	tab.waitForPath("/signin")
	tab.waitForText("Already have an account?")
	tab.waitForValue("Email address", "") // the form stays invisible for a moment
	tab.tabTo("Email address")
	tab.typeKeys("ada@example.com")
	tab.tabTo("Password")
	tab.typeKeys(password + kb.Enter)
	tab.waitForPath("/account")
	tab.waitForValue("Bio", "")

	tab.tabTo("Bio")
	tab.typeKeys("Typed, not clicked.")
	tab.tabTo("Send me the newsletter")
	tab.typeKeys(" ")
	tab.tabTo("Save profile")
	tab.typeKeys(kb.Enter)
	tab.waitForText("Your profile is saved.")
	tab.reload()
	tab.waitForValue("Bio", "Typed, not clicked.")

	tab.tabTo("Delete account…")
	tab.typeKeys(kb.Enter)
	tab.waitForText("This can't be undone")
	tab.typeKeys("something else" + kb.Enter)
	tab.waitForText("That doesn't match.")
	tab.typeKeys(kb.Escape)
	tab.waitForText("Nothing was deleted.")
	tab.waitUntil("the focus to return to the button",
		`textOf(document.activeElement) === 'Delete account…'`)
}

// TestJourneyNarrowScreenHeaderFitsOneRow uses the width of 320 px from WCAG 1.4.10 (Reflow).
func TestJourneyNarrowScreenHeaderFitsOneRow(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.resize(320, 640)
	tab.open("/signin")
	tab.waitForText("New here?")
	tab.waitUntil("a header of one row", `document.documentElement.scrollWidth <= 320 &&
		document.querySelector('header').offsetHeight <=
			1.5 * document.querySelector('.brand').offsetHeight`)
}
