package main

import (
	"strings"
	"testing"
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
	app := startApp(t)
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

	app.restart()
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
	one := openBrowser(t, startApp(t))
	one.signUp("ada@example.com")
	two := one.another()
	two.open("/account")
	two.has("Bio", "")

	one.enter("Bio", "From the first tab.")
	one.saveProfile()

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
	tab := openBrowser(t, startApp(t))
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

func TestJourneyOfBadInputAtTheDoor(t *testing.T) {
	tab := openBrowser(t, startApp(t))
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
	tab.enter("Email address", "grace@example.com")
	tab.enter("Password", "short")
	tab.press("Create the account")
	tab.complaint("Password", "too short")
}

func TestJourneyOfAVisitorWhoIsNotSignedIn(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.open("/")
	tab.sees("Create an account")
	tab.open("/account")
	tab.isAt("/signin")
	tab.press("Create an account")
	tab.enter("Email address", "ada@example.com")
	tab.enter("Password", password)
	tab.press("Create the account")
	tab.isAt("/account") // where the visitor wanted to go
}
