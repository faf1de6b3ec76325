package e2e

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// signUpAsAdmin becomes an administrator as docs/local-firebase.md describes it: sign up, open the
// link in the email, and run the grant-role command.
func (b *tab) signUpAsAdmin(email string) {
	b.t.Helper()
	b.signUp(email)
	two := b.newTab()
	two.open(b.app.emailLink("VERIFY_EMAIL", email))
	two.click("Verify email address")
	two.waitForText("Your email address is verified")
	b.app.grantAdmin(email)
}

func TestJourneyAdminManagesUser(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=https://help.example.com/")
	ada := openBrowser(t, app)
	ada.signUp("ada@example.com")
	ada.expectError(`403 .*/api/admin/users`)
	ada.open("/admin")
	ada.waitForText("Only administrators can see this page.")
	ada.open("/account")
	ada.waitForText("ada@example.com")

	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	root.reload()
	root.click("Manage users")
	root.waitForPath("/admin")
	root.waitForText("2 users.")

	root.waitForText("ada@example.com Not verified User ID: " +
		app.findUser("ada@example.com").LocalID)

	adminDisablesAndEnablesUser(root, ada)
	adminGivesAndRemovesRole(root, ada)
	adminSignsOutAndDeletesUser(root, ada)
	for _, action := range []string{
		"set disabled", "set roles", "sign out everywhere", "delete account",
	} {
		if !strings.Contains(app.log.text(), `msg=audit action="`+action+`"`) {
			t.Errorf("the log has no audit line for %s", action)
		}
	}
}

// described is how the user console names a user in a sentence.
func (a *app) described(email, state string) string {
	a.t.Helper()
	return fmt.Sprintf("%s (%s, user ID %s)", email, state, a.findUser(email).LocalID)
}

func adminDisablesAndEnablesUser(root, ada *tab) {
	who := root.app.described("ada@example.com", "not verified")
	root.click("Manage ada@example.com")
	ada.allowError(`40[01] `)
	root.click("Disable account")
	root.waitForText(who + " is disabled and will be signed out within a minute.")
	root.click("Close")
	root.waitForText("Disabled")
	root.waitForFocus("Manage ada@example.com")
	ada.click("Save name and picture")
	ada.waitForText("This account has been disabled by an administrator.")
	ada.signIn("ada@example.com", password)
	ada.waitForText("This account has been disabled. Please contact the administrator. " +
		"help.example.com")

	root.click("Manage ada@example.com")
	root.click("Enable account")
	root.waitForText(who + " can sign in again.")
	ada.signIn("ada@example.com", password)
	ada.waitForPath("/account")
}

func adminGivesAndRemovesRole(root, ada *tab) {
	who := root.app.described("ada@example.com", "not verified")
	root.click("Grant admin role…")
	root.waitForText(who + " will become an administrator. The email address isn't verified, " +
		"so anyone could have signed up with it.")
	root.click("Cancel")
	root.waitForText("Nothing was changed.")
	if got := root.app.findUser("ada@example.com").CustomAttributes; got != "" {
		root.t.Errorf("after the cancellation, ada has %s", got)
	}
	root.click("Grant admin role…")
	root.click("Grant admin role")
	root.waitForText(who + " is now an administrator.")
	ada.open("/admin")
	ada.waitForText("2 users.")
	root.click("Remove admin role")
	root.waitForText(who + " is no longer an administrator.")
	ada.reload()
	ada.waitForText("Only administrators can see this page.")
	ada.open("/account")
	ada.waitForText("ada@example.com")
}

func adminSignsOutAndDeletesUser(root, ada *tab) {
	who := root.app.described("ada@example.com", "not verified")
	waitForNextSecond()
	ada.allowError(`40[01] `)
	root.click("Sign out on all devices")
	root.waitForText(who + " will be signed out on all devices within a minute.")
	ada.refocus()
	ada.waitForText("Your session has ended")

	root.click("Delete account…")
	root.click("Cancel")
	root.waitForText("Nothing was deleted.")
	root.click("Delete account…")
	root.waitForText(who + " will be signed out on all devices. This can't be undone.")
	root.click("Delete account")
	root.waitForText(who + " was deleted. 1 user.")
	root.waitForFocus(who + " was deleted. 1 user.")
	root.waitUntil("one row", `document.querySelectorAll('[data-users] > li').length === 1`)
}

// Every change needs a recent sign-in. The page asks for it in a second dialog, on top of the one
// with the user, and then the change goes on by itself.
func TestJourneyAdminWithOldSignIn(t *testing.T) {
	app := startApp(t)
	signUpWithAPI(t, app.url, "ada@example.com")
	app.verify("ada@example.com")
	who := app.described("ada@example.com", "verified")
	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	root.open("/admin")
	root.click("Manage ada@example.com")

	root.ageSignIn()
	root.expectError(`403 .*/api/admin/users/`)
	root.click("Grant admin role")
	root.waitForText("Confirm it's you")
	root.typeKeys(kb.Escape)
	root.waitForText("You didn't confirm it's you, so nothing was changed.")
	root.waitForFocus("Grant admin role")

	for _, c := range []struct{ button, result, focus string }{
		{"Grant admin role", " is now an administrator.", "Remove admin role"},
		{"Disable account", " is disabled and will be signed out", "Enable account"},
		{"Sign out on all devices", " will be signed out on all devices within", ""},
	} {
		root.ageSignIn()
		root.click(c.button)
		root.fill("Password", password)
		root.click("Confirm")
		root.waitForText(who + c.result)
		root.waitForFocus(cmp.Or(c.focus, c.button))
	}

	root.ageSignIn()
	root.click("Delete account…")
	root.click("Delete account")
	root.fill("Password", password)
	root.click("Confirm")
	root.waitForText(who + " was deleted. 1 user.")
	root.waitForFocus(who + " was deleted. 1 user.")
}

// A user can choose any display name, and a client of Identity Platform can even store characters
// that reverse the text around the name.
func TestJourneyAdminSeesWhoAUserIs(t *testing.T) {
	app := startApp(t)
	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	users := strings.TrimSuffix(localUsers, ":")
	for _, user := range []map[string]string{
		{"localId": "u1", "email": "eve@example.com", "displayName": "root@example.com"},
		{"localId": "u2", "email": "mallory@example.com", "displayName": "\u202emoc.elpmaxe@toor"},
		{"localId": "u3", "phoneNumber": "+15555550100", "displayName": "root@example.com"},
		{"localId": "u4", "displayName": "root@example.com"},
		{"localId": "u5", "email": "ro\u200bot@example.com"},
	} {
		app.callFirebase("POST", users, user)
	}
	root.open("/admin")
	root.waitForText("6 users.")
	for _, row := range []string{
		"eve@example.com Not verified User ID: u1 Name: “root@example.com”",
		"mallory@example.com Not verified User ID: u2 Name: “\u202emoc.elpmaxe@toor”",
		"+15555550100 No email address User ID: u3 Name: “root@example.com”",
		"No email address User ID: u4 Name: “root@example.com”",
		"ro\ufffdot@example.com Not verified User ID: u5",
		"root@example.com Verified admin User ID: " + app.findUser("root@example.com").LocalID,
	} {
		root.waitForText(row)
	}
	root.waitUntil("the closing quotes to be on the right of the names",
		`[...document.querySelectorAll('[data-named]')].filter(visible).every((place) => {
			const quote = document.createRange();
			quote.selectNodeContents(place.lastChild);
			const name = place.querySelector('[data-name]').getBoundingClientRect();
			return quote.getBoundingClientRect().left >= name.right - 1;
		})`)
	for manage, title := range map[string]string{
		"Manage eve@example.com":        "eve@example.com",
		"Manage +15555550100":           "+15555550100",
		"Manage u4":                     "No email address",
		"Manage ro\ufffdot@example.com": "ro\ufffdot@example.com",
	} {
		root.click(manage)
		root.waitUntil("the title "+title,
			`textOf(document.querySelector('#manage h2')) === `+quote(title))
		root.click("Close")
	}
	root.click("Manage u4")
	root.click("Grant admin role…")
	root.waitForText("This account (no email address, user ID u4) will become an administrator. " +
		"Without a verified email address, nothing shows who the account belongs to.")
	root.click("Grant admin role")
	root.waitForText("This account (no email address, user ID u4) is now an administrator.")
}

func TestJourneyAdminSearchesThousandUsers(t *testing.T) {
	app := startApp(t)
	var users []map[string]string
	for i := range 1000 {
		users = append(users, map[string]string{
			"localId": fmt.Sprintf("user%04d", i),
			"email":   fmt.Sprintf("person%04d@example.com", i),
		})
	}
	app.callFirebase("POST", localUsers+"batchCreate", map[string]any{"users": users})
	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	root.open("/admin")
	root.waitForText("50 users so far.")
	root.click("Show more")
	root.waitForText("100 users so far.")
	root.fill("Search users", "PERSON0777@")
	root.click("Search")
	root.waitForText("1 user.")
	root.waitForText("person0777@example.com")
	root.fill("Search users", "unknown")
	root.click("Search")
	root.waitForText("No users found.")
}
