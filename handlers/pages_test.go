package handlers_test

import (
	"strings"
	"testing"
)

// A link in an email contains a code that works like a password until it is used.
func TestThePageForEmailLinksDoesNotLeakItsAddress(t *testing.T) {
	s := newSite(t)
	const address = "/auth/action?mode=resetPassword&oobCode=SECRET-CODE&apiKey=k"
	res := s.do("GET", address, "").want(200, "")
	if got := res.header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("got Referrer-Policy %q", got)
	}
	if strings.Contains(res.body, "SECRET-CODE") {
		t.Error("the code is in the page")
	}
	if strings.Contains(s.logs.String(), "SECRET-CODE") {
		t.Error("R55: the code is in the log")
	}
	if !strings.Contains(s.logs.String(), "/auth/action") {
		t.Errorf("the request was not logged: %s", s.logs.String())
	}
}

func TestTheAdminPageContainsNoUserData(t *testing.T) {
	s := newSite(t)
	res := s.do("GET", "/admin", "").want(200, "")
	if strings.Contains(res.body, "alice") ||
		!strings.Contains(res.body, `data-admin="/api/admin"`) {
		t.Errorf("got %s", res.body)
	}
}

func TestFaviconRedirectsToTheIcon(t *testing.T) {
	s := newSite(t)
	res := s.do("GET", "/favicon.ico", "").want(302, "")
	s.do("GET", res.header.Get("Location"), "").want(200, "")
}

func TestLinksOnTheSignInPageKeepNextWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	const link = `href="/signin?mode=signup&amp;next=%2Faccount"`
	for next, want := range map[string]bool{
		"/account": true, "//evil.example": false, "%22%3E%3Cscript%3E": false,
	} {
		body := s.do("GET", "/signin?next="+next, "").want(200, "").body
		if got := strings.Contains(body, link); got != want {
			t.Errorf("next=%s: kept is %v, want %v", next, got, want)
		}
		if strings.Contains(body, "evil") {
			t.Errorf("next=%s is in the page", next)
		}
	}
}
