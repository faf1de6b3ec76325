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
