package handlers_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity/identitytest"
)

const assertion = "X-Goog-IAP-JWT-Assertion"

// asStaff returns headers as Identity-Aware Proxy sends them.
func (s *site) asStaff() []string {
	return []string{assertion, s.iap.Assertion("eve@example.com"),
		"X-Goog-Authenticated-User-Email", "accounts.google.com:eve@example.com"}
}

func TestStaffAdministerUsers(t *testing.T) {
	s := newSite(t)
	var staff struct{ Subject, Email string }
	s.do("GET", "/internal/api/staff", "", s.asStaff()...).want(200, "").decode(&staff)
	if staff.Subject != "accounts.google.com:eve@example.com" || staff.Email != "eve@example.com" {
		t.Errorf("got %+v", staff)
	}
	var list struct{ Users []struct{ UID string } }
	s.do("GET", "/internal/api/users?q=alice", "", s.asStaff()...).want(200, "").decode(&list)
	if len(list.Users) != 1 || list.Users[0].UID != "alice" {
		t.Errorf("got %+v", list)
	}
	alice := s.asAlice()
	s.do("PATCH", "/internal/api/users/alice", `{"disabled":true}`, s.asStaff()...).want(200, "")
	s.do("GET", "/api/session", "", alice...).want(401, "token_revoked")
	s.do("PATCH", "/internal/api/users/alice", `{"disabled":false,"roles":["admin"]}`, s.asStaff()...).want(200, "")
	s.do("DELETE", "/internal/api/users/alice/sessions", "", s.asStaff()...).want(204, "")
	s.do("DELETE", "/internal/api/users/alice", "", s.asStaff()...).want(204, "")
	s.do("PATCH", "/internal/api/users/alice", `{"disabled":true}`, s.asStaff()...).want(404, "not_found")
	if _, ok := s.google.User("alice"); ok {
		t.Error("the user is still there")
	}
}

// The subject of an assertion is opaque in production. The tests' IAP makes it out of the address.
func TestStaffAreAuditedBySubjectAndNeverByAddress(t *testing.T) {
	s := newSite(t)
	anonymous := s.iap.Sign(s.iap.Header(), s.iap.Claims("eve@example.com", map[string]any{"sub": "accounts.google.com:117"}))
	s.do("PATCH", "/internal/api/users/alice", `{"disabled":true}`, assertion, anonymous).want(200, "")
	if !strings.Contains(s.logs.String(), `"action":"set disabled","staff":"accounts.google.com:117","target":"alice"`) {
		t.Errorf("no audit line with the subject:\n%s", s.logs)
	}
	if strings.Contains(s.logs.String(), "@") {
		t.Errorf("R55: an address is in the log:\n%s", s.logs)
	}
}

func TestR50ForgedAssertionsDoNotOpenTheInternalArea(t *testing.T) {
	s := newSite(t)
	claim := func(name string, value any) string {
		return s.iap.Sign(s.iap.Header(), s.iap.Claims("eve@example.com", map[string]any{name: value}))
	}
	good := s.iap.Assertion("eve@example.com")
	bodies := map[string]bool{}
	for name, forged := range map[string]string{
		"a Google token with the right audience": s.google.GoogleToken("eve", map[string]any{
			"aud": identitytest.IAPAudience, "iss": "https://cloud.google.com/iap"}),
		"another issuer":        claim("iss", "https://accounts.google.com"),
		"another audience":      claim("aud", "/projects/1/global/backendServices/2"),
		"a signature too short": good[:len(good)-4],
		"an end user's token":   s.google.Token(identitytest.Claims{UID: "root"}),
		"an end user behind it": claim("gcip", map[string]any{"sub": "alice"}),
	} {
		a := s.do("GET", "/internal/api/users", "", assertion, forged)
		if a.status != 401 || a.code() != "invalid_token" {
			t.Errorf("%s: got %d %s", name, a.status, a.body)
		}
		bodies[a.body] = true
	}
	if len(bodies) != 1 {
		t.Errorf("got %d different answers, want one", len(bodies))
	}
	expired := claim("exp", time.Now().Add(-time.Hour).Unix())
	s.do("GET", "/internal/api/users", "", assertion, expired).want(401, "token_expired")
	s.do("GET", "/internal/api/users", "", assertion, good, assertion, good).want(401, "invalid_token")
	if s.google.List.Calls() != 0 {
		t.Error("somebody got through")
	}
}

func TestR50WithoutAnAudienceThereIsNoInternalArea(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.Staff = nil })
	for _, path := range []string{"/internal/api/users", "/internal/api/staff", "/internal/", "/internal"} {
		s.do("GET", path, "", s.asStaff()...).want(404, s.do("GET", path, "").code())
	}
}

func TestTheConsoleOfStaffIsAPageForStaffAlone(t *testing.T) {
	s := newSite(t)
	a := s.do("GET", "/internal/", "", s.asStaff()...).want(200, "")
	if !strings.Contains(a.body, `data-admin="/internal/api"`) {
		t.Errorf("the console does not call the internal area: %.300s", a.body)
	}
	a = s.do("GET", "/internal/", "").want(401, "")
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || strings.Contains(a.body, "data-admin") {
		t.Errorf("got %s, want a page that says no", a.header.Get("Content-Type"))
	}
}

func TestR51PlainHeadersAreNobody(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/internal/api/users", "",
		"X-Goog-Authenticated-User-Email", "accounts.google.com:eve@example.com",
		"X-Goog-Authenticated-User-ID", "accounts.google.com:117").want(401, "unauthenticated")
}

func TestStaffAndEndUsersNeverMix(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/internal/api/users", "", s.asAdmin()...).want(401, "unauthenticated")
	s.do("GET", "/api/admin/users", "", s.asStaff()...).want(401, "unauthenticated")
	s.do("GET", "/api/admin/users", "", append(s.asStaff(), s.asAlice()...)...).want(403, "forbidden")
	// A member of staff who is signed in as an end user too acts as staff in the internal area, and only there.
	s.do("PATCH", "/internal/api/users/root", `{"disabled":true}`, append(s.asStaff(), s.asAdmin()...)...).want(200, "")
}
