package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// asAdmin makes root an admin and returns headers with their token.
func (s *site) asAdmin() []string {
	s.google.SetUser(identitytest.User{UID: "root", Email: "root@example.com", CustomClaims: `{"roles":["admin"]}`})
	return []string{"Authorization", "Bearer " + s.google.Token(identitytest.Claims{UID: "root"})}
}

func TestOnlyAdminsReachTheAdminCalls(t *testing.T) {
	s := newSite(t)
	forged := s.google.Token(identitytest.Claims{UID: "alice", Extra: map[string]any{"roles": []string{"admin"}}})
	for _, headers := range [][]string{s.asAlice(), {"Authorization", "Bearer " + forged}} { // the claim says admin, the record does not
		s.do("GET", "/api/admin/users", "", headers...).want(403, "forbidden")
		s.do("PATCH", "/api/admin/users/root", `{"disabled":true}`, headers...).want(403, "forbidden")
		s.do("DELETE", "/api/admin/users/root/sessions", "", headers...).want(403, "forbidden")
		bob := s.do("DELETE", "/api/admin/users/alice", "", headers...).want(403, "forbidden")
		nobody := s.do("DELETE", "/api/admin/users/nobody", "", headers...).want(403, "forbidden")
		if bob.body != nobody.body {
			t.Errorf("R29: got %q and %q, want the same", bob.body, nobody.body)
		}
	}
}

func TestAdminsFindUsersPageByPage(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	for i := range 1000 {
		s.google.SetUser(identitytest.User{UID: fmt.Sprintf("user%04d", i), Email: fmt.Sprintf("person%04d@example.com", i)})
	}
	type list struct {
		Users []struct{ UID string }
		Next  string
	}
	seen := map[string]bool{}
	var page list
	for calls := 0; calls == 0 || page.Next != ""; calls++ {
		next := page.Next
		page = list{}
		s.do("GET", "/api/admin/users?page="+next, "", headers...).want(200, "").decode(&page)
		for _, u := range page.Users {
			seen[u.UID] = true
		}
		if len(page.Users) > 50 || calls > 30 {
			t.Fatalf("call %d: %d users", calls, len(page.Users))
		}
	}
	if len(seen) != 1002 { // and alice and root
		t.Errorf("got %d users, want 1002", len(seen))
	}
	for q, want := range map[string]int{"PERSON0042@": 1, "user0999": 1, "Alice": 1, "nobody@example.org": 0} {
		page = list{}
		s.do("GET", "/api/admin/users?q="+q, "", headers...).want(200, "").decode(&page)
		if len(page.Users) != want || page.Next != "" {
			t.Errorf("q=%s: got %d users and next %q, want %d and no more", q, len(page.Users), page.Next, want)
		}
	}
}

func TestWhatAnAdminDoesTakesEffectAtOnceAndIsAudited(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	alice := []string{"Authorization", "Bearer " + s.google.Token(identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-time.Minute)})}
	s.do("GET", "/api/session", "", alice...).want(204, "")

	s.do("DELETE", "/api/admin/users/alice/sessions", "", headers...).want(204, "")
	s.do("GET", "/api/session", "", alice...).want(401, "token_revoked")

	fresh := []string{"Authorization", "Bearer " + s.google.Token(identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(time.Second)})}
	s.do("PATCH", "/api/admin/users/alice", `{"disabled":true}`, headers...).want(200, "")
	s.do("GET", "/api/session", "", fresh...).want(401, "token_revoked")
	s.do("PATCH", "/api/admin/users/alice", `{"disabled":false,"roles":["admin"]}`, headers...).want(200, "")
	s.do("GET", "/api/admin/users", "", fresh...).want(200, "")
	s.do("PATCH", "/api/admin/users/alice", `{"roles":[]}`, headers...).want(200, "")
	s.do("GET", "/api/admin/users", "", fresh...).want(403, "forbidden")
	s.do("DELETE", "/api/admin/users/alice", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("the user is still there")
	}
	if got := strings.Count(s.logs.String(), `"msg":"audit"`); got != 6 {
		t.Errorf("got %d audit lines, want 6:\n%s", got, s.logs)
	}
}

func TestAdminsCannotLockThemselvesOutOrGrantWhatDoesNotExist(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	s.do("PATCH", "/api/admin/users/root", `{"roles":[]}`, headers...).want(409, "own_account")
	s.do("DELETE", "/api/admin/users/root", "", headers...).want(409, "own_account")
	s.do("PATCH", "/api/admin/users/alice", `{"roles":["owner"]}`, headers...).want(400, "invalid_request")
	s.do("PATCH", "/api/admin/users/nobody", `{"disabled":true}`, headers...).want(404, "not_found")
	s.do("DELETE", "/api/admin/users/somebody@example.com", "", headers...).want(404, "not_found")
	if strings.Contains(s.logs.String(), "somebody@") {
		t.Error("R55: what was given for a uid is in the log, and it is an address")
	}
	old := s.google.Token(identitytest.Claims{UID: "root", Extra: map[string]any{"auth_time": time.Now().Add(-time.Hour).Unix()}})
	s.do("DELETE", "/api/admin/users/alice", "", "Authorization", "Bearer "+old).want(403, "reauth_required")
}

// TestAUserWithAnUnusualUIDIsTheOneWhoIsMeant is about uids that whoever imports users or mints tokens has chosen, and
// that an address has to write otherwise. A deletion that misses would be a 204 for somebody who is still there.
func TestAUserWithAnUnusualUIDIsTheOneWhoIsMeant(t *testing.T) {
	for _, uid := range []string{"auth0|5f7c", "https://idp.example/42", "100%", "a b:c@d", "%61lice"} {
		s := newSite(t)
		headers := s.asAdmin()
		s.google.SetUser(identitytest.User{UID: uid, Email: "odd@example.com"})
		path := "/api/admin/users/" + strings.ReplaceAll(url.QueryEscape(uid), "+", "%20") // as encodeURIComponent does
		s.do("PATCH", path, `{"disabled":true}`, headers...).want(200, "")
		s.do("DELETE", path+"/sessions", "", headers...).want(204, "")
		s.do("DELETE", path, "", headers...).want(204, "")
		s.do("PATCH", path, `{"disabled":false}`, headers...).want(404, "not_found")
		s.do("PATCH", "/api/admin/users/alice", `{"disabled":false}`, headers...).want(200, "") // who is still there
	}
	s := newSite(t)
	headers := s.asAdmin()
	s.do("PATCH", "/api/admin/users/%72oot", `{"roles":[]}`, headers...).want(409, "own_account")
}

// TestNoAdminGetsAroundTheAudit: what was asked for is in the log also where the caller did not wait for the answer, or
// where Identity Platform's got lost and nobody knows whether it did what it was asked.
func TestNoAdminGetsAroundTheAudit(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	ctx, hangUp := context.WithCancel(t.Context())
	s.google.Update.Fail(func(http.ResponseWriter, <-chan struct{}) bool { hangUp(); return true })
	r := httptest.NewRequest("PATCH", "/api/admin/users/alice", strings.NewReader(`{"roles":["admin"]}`)).WithContext(ctx)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(headers[0], headers[1])
	s.send(r)
	if want := `"action":"set roles","actor":"root","target":"alice","roles":["admin"]}`; !strings.Contains(s.logs.String(), want) {
		t.Errorf("got no %s in\n%s", want, s.logs)
	}

	s.google.Update.Fail(identitytest.Reset)
	s.do("PATCH", "/api/admin/users/alice", `{"disabled":true}`, headers...).want(503, "unavailable")
	s.do("DELETE", "/api/admin/users/alice/sessions", "", headers...).want(503, "unavailable")
	s.google.Delete.Fail(identitytest.Reset)
	s.do("DELETE", "/api/admin/users/alice", "", headers...).want(503, "unavailable")
	s.google.Update.Fail(nil)
	for _, action := range []string{"set disabled", "sign out everywhere", "delete account"} {
		want := fmt.Sprintf(`"action":%q,"actor":"root","target":"alice","failed":"unavailable"`, action)
		if !strings.Contains(s.logs.String(), want) {
			t.Errorf("got no %s in\n%s", want, s.logs)
		}
	}
	s.do("PATCH", "/api/admin/users/bob@example.com", `{"disabled":true}`, headers...).want(404, "not_found")
	if strings.Contains(s.logs.String(), "bob@") {
		t.Errorf("an address got into the log:\n%s", s.logs)
	}
}
