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
	s.google.SetUser(identitytest.User{
		UID: "root", Email: "root@example.com", CustomClaims: `{"roles":["admin"]}`,
	})
	return bearer(s.google.Token(identitytest.Claims{UID: "root"}))
}

func TestOnlyAdminsCanUseTheAdminAPI(t *testing.T) {
	s := newSite(t)
	// The token claims a role that the user record doesn't have.
	roles := map[string]any{"roles": []string{"admin"}}
	outdated := s.google.Token(identitytest.Claims{UID: "alice", Extra: roles})
	for _, headers := range [][]string{s.asAlice(), bearer(outdated)} {
		forbidden := func(method, path, body string) {
			s.do(method, path, body, headers...).want(403, "forbidden")
		}
		forbidden("GET", "/api/admin/users", "")
		forbidden("PATCH", "/api/admin/users/root", `{"disabled":true}`)
		forbidden("DELETE", "/api/admin/users/root/sessions", "")
		forbidden("DELETE", "/api/admin/users/alice", "")
	}
}

func TestAdminsListAndSearchUsers(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	for i := range 1000 {
		s.google.SetUser(identitytest.User{
			UID: fmt.Sprintf("user%04d", i), Email: fmt.Sprintf("person%04d@example.com", i),
		})
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
	for q, want := range map[string]int{
		"PERSON0042@": 1, "user0999": 1, "Alice": 1, "missing@example.org": 0,
	} {
		page = list{}
		s.do("GET", "/api/admin/users?q="+q, "", headers...).want(200, "").decode(&page)
		if len(page.Users) != want || page.Next != "" {
			t.Errorf("q=%s: got %d users and next %q, want %d and no next page",
				q, len(page.Users), page.Next, want)
		}
	}
}

func TestAdminChangesTakeEffectAtOnceAndAreAudited(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	aliceAt := func(issued time.Time) []string {
		return bearer(s.google.Token(identitytest.Claims{UID: "alice", IssuedAt: issued}))
	}
	alice := aliceAt(time.Now().Add(-time.Minute))
	s.do("GET", "/api/session", "", alice...).want(204, "")

	s.do("DELETE", "/api/admin/users/alice/sessions", "", headers...).want(204, "")
	s.do("GET", "/api/session", "", alice...).want(401, "token_revoked")

	change := func(body string) {
		s.do("PATCH", "/api/admin/users/alice", body, headers...).want(200, "")
	}
	fresh := aliceAt(time.Now().Add(time.Second))
	change(`{"disabled":true}`)
	s.do("GET", "/api/session", "", fresh...).want(401, "token_revoked")
	change(`{"disabled":false,"roles":["admin"]}`)
	s.do("GET", "/api/admin/users", "", fresh...).want(200, "")
	change(`{"roles":[]}`)
	s.do("GET", "/api/admin/users", "", fresh...).want(403, "forbidden")
	s.do("DELETE", "/api/admin/users/alice", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("alice still exists")
	}
	for _, outcome := range []string{"started", "done"} {
		if got := strings.Count(s.logs.String(), `"outcome":"`+outcome+`"`); got != 6 {
			t.Errorf("got %d audit lines with the outcome %s, want 6:\n%s", got, outcome, s.logs)
		}
	}
}

func TestAdminsCannotLockThemselvesOutOrGrantUnknownRoles(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	s.do("PATCH", "/api/admin/users/root", `{"roles":[]}`, headers...).want(409, "own_account")
	s.do("DELETE", "/api/admin/users/root", "", headers...).want(409, "own_account")
	s.do("PATCH", "/api/admin/users/alice", `{"roles":["owner"]}`, headers...).
		want(400, "invalid_request")
	s.do("PATCH", "/api/admin/users/missing", `{"disabled":true}`, headers...).
		want(404, "not_found")
	s.do("DELETE", "/api/admin/users/eve@example.com", "", headers...).want(404, "not_found")
	if strings.Contains(s.logs.String(), "eve@") {
		t.Error("R55: an address that was sent in place of a uid is in the log")
	}
	hourOld := map[string]any{"auth_time": time.Now().Add(-time.Hour).Unix()}
	old := s.google.Token(identitytest.Claims{UID: "root", Extra: hourOld})
	s.do("DELETE", "/api/admin/users/alice", "", bearer(old)...).want(403, "reauth_required")
}

// Imported users and custom tokens can have uids that must be escaped in a URL. A deletion that
// misses its target would report success for a user who still exists.
func TestUIDsThatNeedEscapingAddressTheRightUser(t *testing.T) {
	uids := []string{"auth0|5f7c", "https://idp.example/42", "100%", "a b:c@d", "%61lice"}
	for _, uid := range uids {
		s := newSite(t)
		headers := s.asAdmin()
		s.google.SetUser(identitytest.User{UID: uid, Email: "odd@example.com"})
		// Escaped as JavaScript's encodeURIComponent does.
		path := "/api/admin/users/" + strings.ReplaceAll(url.QueryEscape(uid), "+", "%20")
		s.do("PATCH", path, `{"disabled":true}`, headers...).want(200, "")
		s.do("DELETE", path+"/sessions", "", headers...).want(204, "")
		s.do("DELETE", path, "", headers...).want(204, "")
		s.do("PATCH", path, `{"disabled":false}`, headers...).want(404, "not_found")
		// alice was not deleted instead.
		s.do("PATCH", "/api/admin/users/alice", `{"disabled":false}`, headers...).want(200, "")
	}
	s := newSite(t)
	headers := s.asAdmin()
	s.do("PATCH", "/api/admin/users/%72oot", `{"roles":[]}`, headers...).want(409, "own_account")
}

// An action is audited even if the client disconnects before the response, and if Identity
// Platform's response is lost, so that it is unknown whether the action took effect.
func TestActionsAreAuditedEvenIfTheResponseIsLost(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	ctx, disconnect := context.WithCancel(t.Context())
	s.google.Update.Fail(func(http.ResponseWriter, <-chan struct{}) bool {
		disconnect()
		return true
	})
	body := strings.NewReader(`{"roles":["admin"]}`)
	r := httptest.NewRequest("PATCH", "/api/admin/users/alice", body).WithContext(ctx)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(headers[0], headers[1])
	s.send(r)
	s.wantLogged(`"action":"set roles","actor":"root","target":"alice","roles":["admin"],` +
		`"outcome":"done"}`)

	s.google.Update.Fail(identitytest.Reset)
	s.do("PATCH", "/api/admin/users/alice", `{"disabled":true}`, headers...).
		want(503, "unavailable")
	s.do("DELETE", "/api/admin/users/alice/sessions", "", headers...).want(503, "unavailable")
	s.google.Delete.Fail(identitytest.Reset)
	s.do("DELETE", "/api/admin/users/alice", "", headers...).want(503, "unavailable")
	s.google.Update.Fail(nil)
	for action, details := range map[string]string{
		"set disabled": `"disabled":true,`, "sign out everywhere": "", "delete account": "",
	} {
		for _, outcome := range []string{`"started"`, `"failed","reason":"unavailable"`} {
			s.wantLogged(fmt.Sprintf(`"action":%q,"actor":"root","target":"alice",%s"outcome":%s}`,
				action, details, outcome))
		}
	}
	s.do("PATCH", "/api/admin/users/bob@example.com", `{"disabled":true}`, headers...).
		want(404, "not_found")
	if strings.Contains(s.logs.String(), "bob@") {
		t.Errorf("an address is in the log:\n%s", s.logs)
	}
}

func (s *site) wantLogged(text string) {
	s.t.Helper()
	if !strings.Contains(s.logs.String(), text) {
		s.t.Errorf("got no %s in\n%s", text, s.logs)
	}
}
