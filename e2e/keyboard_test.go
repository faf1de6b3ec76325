package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// No mouse: sign up, edit the profile, and answer a dialog.
func TestJourneyWithTheKeyboardAlone(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.sees("Create an account")
	tab.tabTo("Skip to the content")
	tab.tabTo("Create an account")
	tab.keys(kb.Enter)
	tab.isAt("/signin")
	tab.sees("Create the account")
	tab.tabTo("Email address")
	tab.keys("ada@example.com")
	tab.tabTo("Password")
	tab.keys(password + kb.Enter)
	tab.isAt("/account")
	tab.has("Bio", "")

	tab.tabTo("Bio")
	tab.keys("Typed, not clicked.")
	tab.tabTo("Send me the newsletter")
	tab.keys(" ")
	tab.tabTo("Save profile")
	tab.keys(kb.Enter)
	tab.sees("Your profile is saved.")
	tab.reload()
	tab.has("Bio", "Typed, not clicked.")

	tab.tabTo("Delete the account…")
	tab.keys(kb.Enter)
	tab.sees("This cannot be undone")
	tab.keys("something else" + kb.Enter)
	tab.sees("This is not the same.")
	tab.keys(kb.Escape)
	tab.sees("Nothing was deleted.")
	tab.until("the focus back on the button", `words(document.activeElement) === 'Delete the account…'`)
}
