package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// address is what the address bar shows after the host.
func (b *tab) address() string {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href.slice(location.origin.length)`))
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

func TestJourneyOfAForgottenPassword(t *testing.T) { aForgottenPassword(t, startApp(t)) }

func aForgottenPassword(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")

	lost := openBrowser(t, app)
	lost.open("/signin?mode=reset")
	lost.enter("Email address", "ada@example.com")
	lost.press("Send the link")
	link := app.emailed("PASSWORD_RESET", "ada@example.com")
	lost.open(link)
	lost.has("Email address", "ada@example.com")
	if !app.pending(link) || strings.Contains(lost.address(), "oobCode") {
		t.Errorf("opening the link used it up, or left the code in the address: %s", lost.address())
	}
	lost.enter("New password", "short")
	lost.press("Save the password")
	lost.complaint("New password", "This password is too short. Use at least 6 characters.")
	nextSecond()
	lost.enter("New password", "a new horse")
	lost.press("Save the password")
	lost.sees("Your new password is set")
	lost.press("Sign in")
	lost.signIn("ada@example.com", "a new horse")
	lost.isAt("/account")

	lost.expects(`400 .*resetPassword`)
	lost.open(link)
	lost.sees("This link no longer works")
	lost.press("Go to your account")
	lost.isAt("/account")

	tab.tolerates(`40[01] `) // her old session is over
	tab.comesBack()
	tab.sees("Your session has ended")
}

// Somebody who knows the password changes the address; the owner takes the account back.
func TestJourneyOfAnAddressChangedAndRecovered(t *testing.T) {
	anAddressChangedAndRecovered(t, startApp(t))
}

func anAddressChangedAndRecovered(t *testing.T, app *app) {
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	tab.enter("New email address", "eve@example.com")
	tab.press("Send the link to the new address")
	tab.sees("Open the link in the email to eve@example.com.")

	tab.tolerates(`40[01] `)
	link := app.emailed("VERIFY_AND_CHANGE_EMAIL", "eve@example.com")
	second := tab.another()
	second.open(link)
	second.sees("you sign in as eve@example.com instead of ada@example.com")
	second.tolerates(`40[01] `)
	second.press("Change my address")
	second.sees("Your address is changed")
	tab.isAt("/signin") // every session ends, in all tabs
	second.press("Sign in")
	second.signIn("eve@example.com", password)
	second.isAt("/account")
	second.sees("eve@example.com (verified)")

	owner := openBrowser(t, app)
	owner.open(app.emailed("RECOVER_EMAIL", "ada@example.com"))
	owner.sees("You sign in as ada@example.com again")
	owner.press("Undo the change")
	owner.sees("Your old address is back")
	owner.press("Email me a link for a new password")
	owner.sees("An email is on its way to ada@example.com.")
	owner.open(app.emailed("PASSWORD_RESET", "ada@example.com"))
	nextSecond()
	owner.enter("New password", "nobody knows this")
	owner.press("Save the password")
	owner.sees("Your new password is set")

	second.tolerates(`40[01] `)
	second.comesBack()
	second.sees("Your session has ended")
}

func TestJourneyOfLinksThatDoNotWork(t *testing.T) {
	app := startApp(t)
	tab := openBrowser(t, app)
	tab.signUp("ada@example.com")
	link := app.emailed("VERIFY_EMAIL", "ada@example.com")

	for _, c := range []struct{ why, link, sees string }{
		{"nothing", "/auth/action", "This link is not complete"},
		{"no code", "/auth/action?mode=verifyEmail&apiKey=local", "This link is not complete"},
		{"an unknown mode", strings.Replace(link, "verifyEmail", "constructor", 1), "This link is not complete"},
		{"the mode of another kind", strings.Replace(link, "verifyEmail", "recoverEmail", 1), "This link is not complete"},
		{"a sign-in link of another project", "/auth/action?mode=signIn&oobCode=x&apiKey=AIzaOther", "This link belongs to another app"},
		{"another project", strings.Replace(link, "apiKey=local", "apiKey=AIzaOther", 1), "This link belongs to another app"},
	} {
		tab.open(c.link)
		tab.sees(c.sees)
		if !app.pending(link) {
			t.Fatalf("%s: the code was used up", c.why)
		}
	}

	tab.expects(`400 .*resetPassword`)
	app.age(4 * 24 * time.Hour)
	tab.open(link)
	tab.sees("This link has expired")
	tab.press("Send a new link")
	tab.sees("A new email is on its way to ada@example.com.")
	link = app.emailed("VERIFY_EMAIL", "ada@example.com")
	tab.open(link)
	tab.press("Verify my address")
	tab.sees("Your address is verified")
	tab.open(link)
	tab.sees("ada@example.com was verified already.")
}

func TestJourneyOfALinkForSomebodyElse(t *testing.T) {
	app := startApp(t)
	openBrowser(t, app).signUp("ada@example.com")
	tab := openBrowser(t, app)
	tab.signUp("grace@example.com")

	tab.open(app.emailed("VERIFY_EMAIL", "ada@example.com"))
	tab.sees("You are signed in here as grace@example.com. This link is for ada@example.com")
	tab.press("Verify my address")
	tab.sees("ada@example.com is yours.")
	tab.press("Sign out and sign in as ada@example.com")
	tab.isAt("/signin")
	tab.signIn("ada@example.com", password)
	tab.isAt("/account")
	tab.sees("ada@example.com (verified)")
}
