package e2e

import (
	"fmt"
	"strings"
	"testing"

	"example.com/latchkey/config"
)

// asAdmin signs somebody up who then gets the role from the command line.
func (b *tab) signUpAsAdmin(email string) {
	b.t.Helper()
	b.signUp(email)
	port := b.app.url[strings.LastIndexByte(b.app.url, ':')+1:]
	if out, err := b.app.run("PORT="+port, "grant-role", email, "admin"); err != nil {
		b.t.Fatalf("grant-role: %v %s", err, out)
	}
}

func TestJourneyOfAnAdminWhoLooksAfterAnAccount(t *testing.T) {
	app := startApp(t, "SUPPORT_CONTACT=https://help.example.com/")
	ada := openBrowser(t, app)
	ada.signUp("ada@example.com")
	ada.expects(`403 .*/api/admin/users`)
	ada.open("/admin")
	ada.sees("This page is for people with the role admin")
	ada.open("/account")
	ada.sees("ada@example.com")

	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	root.reload()
	root.press("Manage users")
	root.isAt("/admin")
	root.sees("2 users.")

	root.press("Manage ada@example.com")
	root.press("Disable this account")
	root.sees("ada@example.com is disabled and signed out within a minute.")
	root.press("Close")
	root.sees("Disabled")
	ada.tolerates(`40[01] `)
	ada.press("Save name and picture")
	ada.sees("This account has been disabled by an administrator.")
	ada.signIn("ada@example.com", password)
	ada.sees("This account has been disabled. Please ask whoever runs this app. help.example.com")

	root.press("Manage ada@example.com")
	root.press("Enable this account")
	root.sees("ada@example.com can sign in again.")
	ada.signIn("ada@example.com", password)
	ada.isAt("/account")
	root.press("Give the role admin")
	root.sees("ada@example.com is an admin now.")
	ada.open("/admin")
	ada.sees("2 users.")
	root.press("Take the role admin away")
	root.sees("ada@example.com is no admin any more.")
	ada.reload()
	ada.sees("This page is for people with the role admin")
	ada.open("/account")
	ada.sees("ada@example.com")
	nextSecond()
	root.press("Sign out on every device")
	root.sees("ada@example.com is signed out on every device, within a minute.")
	ada.tolerates(`40[01] `)
	ada.comesBack()
	ada.sees("Your session has ended")

	root.press("Delete this account…")
	root.press("Cancel")
	root.sees("Nothing was deleted.")
	root.press("Delete this account…")
	root.press("Delete the account")
	root.doesNotSee("ada@example.com")
	root.sees("1 user.")
	for _, action := range []string{"set disabled", "set roles", "sign out everywhere", "delete account"} {
		if !strings.Contains(app.log.text(), `msg=audit action="`+action+`"`) {
			t.Errorf("no audit line for %s", action)
		}
	}
}

func TestJourneyThroughAThousandUsers(t *testing.T) {
	app := startApp(t)
	var users []map[string]string
	for i := range 1000 {
		users = append(users, map[string]string{"localId": fmt.Sprintf("user%04d", i), "email": fmt.Sprintf("person%04d@example.com", i)})
	}
	app.send("POST", "/identitytoolkit.googleapis.com/v1/projects/"+config.LocalProjectID+"/accounts:batchCreate", map[string]any{"users": users})
	root := openBrowser(t, app)
	root.signUpAsAdmin("root@example.com")
	root.open("/admin")
	root.sees("50 users, and there are more.")
	root.press("Show more")
	root.sees("100 users, and there are more.")
	root.enter("Find a user", "PERSON0777@")
	root.press("Search")
	root.sees("1 user.")
	root.sees("person0777@example.com")
	root.enter("Find a user", "nobody")
	root.press("Search")
	root.sees("Nobody was found.")
}
