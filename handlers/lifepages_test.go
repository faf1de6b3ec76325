package handlers_test

import (
	"strings"
	"testing"
)

// A link in an email carries a code that is as good as a password until it is used.
func TestThePageForLinksInEmailsPassesItsAddressOnToNobody(t *testing.T) {
	s := newSite(t)
	a := s.do("GET", "/auth/action?mode=resetPassword&oobCode=SECRET-CODE&apiKey=k", "").want(200, "")
	if got := a.header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("got Referrer-Policy %q", got)
	}
	if strings.Contains(a.body, "SECRET-CODE") {
		t.Error("the code is in the page")
	}
	if strings.Contains(s.logs.String(), "SECRET-CODE") {
		t.Error("R55: the code is in the log")
	}
	if !strings.Contains(s.logs.String(), "/auth/action") {
		t.Errorf("the request was not logged: %s", s.logs.String())
	}
}

func TestThePageForAdminsHoldsNothingButItsShell(t *testing.T) {
	s := newSite(t)
	a := s.do("GET", "/admin", "").want(200, "")
	if strings.Contains(a.body, "alice") || !strings.Contains(a.body, `data-admin="/api/admin"`) {
		t.Errorf("got %s", a.body)
	}
}

func TestABrowserThatAsksForAnIconOfItsOwnIsLedToOurs(t *testing.T) {
	s := newSite(t)
	answer := s.do("GET", "/favicon.ico", "").want(302, "")
	s.do("GET", answer.header.Get("Location"), "").want(200, "")
}

func TestTheSignInPageKeepsWhereToGoWithoutItsScripts(t *testing.T) {
	s := newSite(t)
	for next, want := range map[string]bool{"/account": true, "//evil.example": false, "%22%3E%3Cscript%3E": false} {
		body := s.do("GET", "/signin?next="+next, "").want(200, "").body
		if got := strings.Contains(body, `href="/signin?mode=signup&amp;next=%2Faccount"`); got != want {
			t.Errorf("next=%s: kept is %v, want %v", next, got, want)
		}
		if strings.Contains(body, "evil") {
			t.Errorf("next=%s is in the page", next)
		}
	}
}
