package handlers_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.com/latchkey/identity/identitytest"
)

// A client can put an email address where the uid belongs. It must not be logged, even if
// Identity Platform can't say whether such a user exists.
func TestR55AuditLinesNeverContainAnAddressFromThePath(t *testing.T) {
	s := newSite(t)
	s.asAdmin()
	calls := []struct{ method, path, body string }{
		{"PATCH", "/eve@example.com", `{"disabled":true}`},
		{"PATCH", "/eve@example.com", `{"roles":["admin"]}`},
		{"DELETE", "/eve@example.com/sessions", ""},
		{"DELETE", "/eve@example.com", ""},
	}
	for _, c := range calls {
		headers := s.asAdmin()
		s.google.Lookup.Fail(failAfter(1, identitytest.Status(503))) // admits the admin
		s.do(c.method, "/api/admin/users"+c.path, c.body, headers...).want(503, "unavailable")
		s.google.Lookup.Fail(identitytest.Status(503))
		s.do(c.method, "/internal/api/users"+c.path, c.body, s.asStaff()...).
			want(503, "unavailable")
		s.google.Lookup.Fail(nil)
	}
	if strings.Contains(s.logs.String(), "@") {
		t.Errorf("an address is in the log:\n%s", s.logs)
	}
}

// failAfter lets n calls through and applies the fault to the others.
func failAfter(n int, fault identitytest.Fault) identitytest.Fault {
	return func(w http.ResponseWriter, done <-chan struct{}) bool {
		n--
		return n >= 0 || fault(w, done)
	}
}

// An imported user can have an email address as the uid, which identifies the user all the same.
func TestR55AuditLinesContainAHashOfAUIDThatIsAnAddress(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "eve@example.com"})
	headers := s.asAdmin()
	s.do("DELETE", "/api/admin/users/eve@example.com", "", headers...).want(204, "")
	if strings.Contains(s.logs.String(), "@") {
		t.Errorf("an address is in the log:\n%s", s.logs)
	}
	// printf %s eve@example.com | sha256sum
	s.wantLogged(`"target":"sha256:` +
		`d0574c4966d2c326193622feebc64991c5b59807ae68fa8255b26c79f4bf917a"`)
}

func TestDeletionsAreAuditedBeforeTheFirstStepAndWhateverTheResult(t *testing.T) {
	for path, headersOf := range map[string]func(*site) []string{
		"/api/account":           func(s *site) []string { return s.asAlice() },
		"/api/admin/users/alice": (*site).asAdmin,
	} {
		for _, status := range []int{400, 429, 500} {
			t.Run(fmt.Sprint(path, " ", status), func(t *testing.T) {
				firestore := &faultInjector{}
				s := newSite(t, firestore.intercept)
				headers := headersOf(s)
				before := ""
				firestore.set(func(_ context.Context, _ string, next func() error) error {
					before = cmp.Or(before, s.logs.String())
					return next()
				})
				s.google.Delete.Fail(identitytest.Status(status))
				s.do("DELETE", path, "", headers...).want(503, "unavailable")
				if !strings.Contains(before, `"target":"alice","outcome":"started"`) {
					t.Errorf("before the first step, the log has no audit line:\n%s", before)
				}
				s.wantLogged(`"target":"alice","outcome":"failed","reason":"unavailable"`)
			})
		}
	}
}

// Each of two admins tries to take the other's power, at the same time and in every way.
func TestTwoAdminsCannotLeaveTheProjectWithoutOne(t *testing.T) {
	s := newSite(t)
	ways := []struct{ method, body string }{
		{"PATCH", `{"roles":[]}`}, {"PATCH", `{"disabled":true}`}, {"DELETE", ""},
	}
	for round := range 30 {
		ada, ben := fmt.Sprint("ada", round), fmt.Sprint("ben", round)
		tokens := map[string][]string{}
		for _, uid := range []string{ada, ben} {
			s.google.SetUser(identitytest.User{UID: uid, CustomClaims: `{"roles":["admin"]}`})
			tokens[uid] = bearer(s.google.Token(identitytest.Claims{UID: uid}))
		}
		var both sync.WaitGroup
		demote := func(by, target string, way int) {
			both.Go(func() {
				way := ways[way%len(ways)]
				s.do(way.method, "/api/admin/users/"+target, way.body, tokens[by]...)
			})
		}
		demote(ada, ben, round)
		demote(ben, ada, round/len(ways))
		both.Wait()
		if !s.isAdmin(ada) && !s.isAdmin(ben) {
			t.Errorf("round %d: no admin is left", round)
		}
	}
}

func (s *site) isAdmin(uid string) bool {
	user, ok := s.google.User(uid)
	return ok && !user.Disabled && strings.Contains(user.CustomClaims, "admin")
}

// Two admins who delete their own accounts at the same time would leave the project without one.
func TestAdminsCannotDeleteTheirOwnAccount(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	s.do("DELETE", "/api/account", "", headers...).want(409, "own_account")
	if !s.isAdmin("root") {
		t.Error("root was deleted")
	}
}
