package main

import "testing"

var ada = person{email: "ada@example.com", name: "Ada Lovelace"}

func TestJourneyWithEachProviderInAWindow(t *testing.T) {
	app := startApp(t)
	for provider, p := range map[string]person{
		"Google":   {email: "ada@gmail.com", name: "Ada Lovelace"},
		"GitHub":   {email: "grace@example.com", name: "Grace Hopper"},
		"Facebook": {name: "Alan Turing"},
	} {
		tab := openBrowser(t, app)
		tab.open("/signin")
		tab.withProvider("Continue with "+provider, p)
		tab.isAt("/account")
		tab.sees(p.name)
		tab.sees("The only way into this account.")
		tab.press("Sign out")
		tab.sees("You are signed out.")
	}
}
