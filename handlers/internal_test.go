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
	do := func(method, path, body string) *response {
		return s.do(method, "/internal/api"+path, body, s.asStaff()...)
	}
	var staff struct{ Subject, Email string }
	do("GET", "/staff", "").want(200, "").decode(&staff)
	if staff.Subject != "accounts.google.com:eve@example.com" || staff.Email != "eve@example.com" {
		t.Errorf("got %+v", staff)
	}
	var list struct{ Users []struct{ UID string } }
	do("GET", "/users?q=alice", "").want(200, "").decode(&list)
	if len(list.Users) != 1 || list.Users[0].UID != "alice" {
		t.Errorf("got %+v", list)
	}
	alice := s.asAlice()
	do("PATCH", "/users/alice", `{"disabled":true}`).want(200, "")
	s.do("GET", "/api/session", "", alice...).want(401, "token_revoked")
	do("PATCH", "/users/alice", `{"disabled":false,"roles":["admin"]}`).want(200, "")
	do("DELETE", "/users/alice/sessions", "").want(204, "")
	do("DELETE", "/users/alice", "").want(204, "")
	do("PATCH", "/users/alice", `{"disabled":true}`).want(404, "not_found")
	if _, ok := s.google.User("alice"); ok {
		t.Error("alice still exists")
	}
}

// In production, the subject of an assertion is opaque. The IAP of the tests derives it from
// the email address, so this test sets it.
func TestStaffAreAuditedBySubjectAndNeverByEmailAddress(t *testing.T) {
	s := newSite(t)
	subject := map[string]any{"sub": "accounts.google.com:117"}
	opaque := s.iap.Sign(s.iap.Header(), s.iap.Claims("eve@example.com", subject))
	s.do("PATCH", "/internal/api/users/alice", `{"disabled":true}`, assertion, opaque).want(200, "")
	s.wantLogged(`"action":"set disabled","staff":"accounts.google.com:117","target":"alice"`)
	if strings.Contains(s.logs.String(), "@") {
		t.Errorf("R55: an address is in the log:\n%s", s.logs)
	}
}

func TestR50ForgedAssertionsAreRejected(t *testing.T) {
	s := newSite(t)
	claim := func(name string, value any) string {
		claims := s.iap.Claims("eve@example.com", map[string]any{name: value})
		return s.iap.Sign(s.iap.Header(), claims)
	}
	good := s.iap.Assertion("eve@example.com")
	bodies := map[string]bool{}
	for name, forged := range map[string]string{
		"a Google token with the right audience": s.google.GoogleToken("eve", map[string]any{
			"aud": identitytest.IAPAudience, "iss": "https://cloud.google.com/iap"}),
		"another issuer":          claim("iss", "https://accounts.google.com"),
		"another audience":        claim("aud", "/projects/1/global/backendServices/2"),
		"a truncated signature":   good[:len(good)-4],
		"an end user's token":     s.google.Token(identitytest.Claims{UID: "root"}),
		"an end user through IAP": claim("gcip", map[string]any{"sub": "alice"}),
	} {
		res := s.do("GET", "/internal/api/users", "", assertion, forged)
		if res.status != 401 || res.code() != "invalid_token" {
			t.Errorf("%s: got %d %s", name, res.status, res.body)
		}
		bodies[res.body] = true
	}
	if len(bodies) != 1 {
		t.Errorf("got %d different responses, want one", len(bodies))
	}
	users := func(headers ...string) *response {
		return s.do("GET", "/internal/api/users", "", headers...)
	}
	expired := claim("exp", time.Now().Add(-time.Hour).Unix())
	users(assertion, expired).want(401, "token_expired")
	users(assertion, good, assertion, good).want(401, "invalid_token")
	if s.google.List.Calls() != 0 {
		t.Error("a request listed users")
	}
}

func TestR50ThereIsNoInternalAreaWithoutAnAudience(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.Staff = nil })
	paths := []string{"/internal/api/users", "/internal/api/staff", "/internal/", "/internal"}
	for _, path := range paths {
		s.do("GET", path, "", s.asStaff()...).want(404, s.do("GET", path, "").code())
	}
}

func TestOnlyStaffSeeTheStaffConsole(t *testing.T) {
	s := newSite(t)
	res := s.do("GET", "/internal/", "", s.asStaff()...).want(200, "")
	if !strings.Contains(res.body, `data-admin="/internal/api"`) {
		t.Errorf("the console does not use the internal API: %.300s", res.body)
	}
	res = s.do("GET", "/internal/", "").want(401, "")
	contentType := res.header.Get("Content-Type")
	if !strings.HasPrefix(contentType, "text/html") || strings.Contains(res.body, "data-admin") {
		t.Errorf("got %s, want an error page", contentType)
	}
}

func TestR51UnsignedHeadersDoNotIdentifyStaff(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/internal/api/users", "",
		"X-Goog-Authenticated-User-Email", "accounts.google.com:eve@example.com",
		"X-Goog-Authenticated-User-ID", "accounts.google.com:117").want(401, "unauthenticated")
}

func TestStaffAndEndUsersAreSeparate(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/internal/api/users", "", s.asAdmin()...).want(401, "unauthenticated")
	s.do("GET", "/api/admin/users", "", s.asStaff()...).want(401, "unauthenticated")
	both := append(s.asStaff(), s.asAlice()...)
	s.do("GET", "/api/admin/users", "", both...).want(403, "forbidden")
	// A member of staff who is also signed in as an end user acts as staff in the internal
	// area.
	both = append(s.asStaff(), s.asAdmin()...)
	s.do("PATCH", "/internal/api/users/root", `{"disabled":true}`, both...).want(200, "")
}
