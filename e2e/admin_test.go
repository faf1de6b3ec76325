package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// signUpAsAdmin signs up and gives the user the admin role with the grant-role command.
func (b *tab) signUpAsAdmin(email string) {
	b.t.Helper()
	b.signUp(email)
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

func adminDisablesAndEnablesUser(root, ada *tab) {
	root.click("Manage ada@example.com")
	root.click("Disable account")
	root.waitForText("ada@example.com is disabled and will be signed out within a minute.")
	root.click("Close")
	root.waitForText("Disabled")
	ada.allowError(`40[01] `)
	ada.click("Save name and picture")
	ada.waitForText("This account has been disabled by an administrator.")
	ada.signIn("ada@example.com", password)
	ada.waitForText("This account has been disabled. Please contact the administrator. " +
		"help.example.com")

	root.click("Manage ada@example.com")
	root.click("Enable account")
	root.waitForText("ada@example.com can sign in again.")
	ada.signIn("ada@example.com", password)
	ada.waitForPath("/account")
}

func adminGivesAndRemovesRole(root, ada *tab) {
	root.click("Grant admin role")
	root.waitForText("ada@example.com is now an administrator.")
	ada.open("/admin")
	ada.waitForText("2 users.")
	root.click("Remove admin role")
	root.waitForText("ada@example.com is no longer an administrator.")
	ada.reload()
	ada.waitForText("Only administrators can see this page.")
	ada.open("/account")
	ada.waitForText("ada@example.com")
}

func adminSignsOutAndDeletesUser(root, ada *tab) {
	waitForNextSecond()
	root.click("Sign out on all devices")
	root.waitForText("ada@example.com will be signed out on all devices within a minute.")
	ada.allowError(`40[01] `)
	ada.refocus()
	ada.waitForText("Your session has ended")

	root.click("Delete account…")
	root.click("Cancel")
	root.waitForText("Nothing was deleted.")
	root.click("Delete account…")
	root.click("Delete account")
	root.waitForNoText("ada@example.com")
	root.waitForText("1 user.")
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
