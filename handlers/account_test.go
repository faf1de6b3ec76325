package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// sensitive maps the paths of calls that need a recent sign-in to their methods.
var sensitive = map[string]string{"/api/account": "DELETE", "/api/sessions": "DELETE"}

func TestR9SensitiveCallsRequireARecentSignIn(t *testing.T) {
	s := newSite(t)
	now := time.Now()
	for name, extra := range map[string]map[string]any{
		"six minutes ago": {"auth_time": now.Add(-6 * time.Minute).Unix()},
		"absent":          {"auth_time": nil},
		"in the future":   {"auth_time": now.Add(time.Minute).Unix()},
	} {
		token := s.google.Token(identitytest.Claims{UID: "alice", Extra: extra})
		for path, method := range sensitive {
			t.Run(name+" "+path, func(t *testing.T) {
				s.do(method, path, "", bearer(token)...).want(403, "reauth_required")
			})
		}
	}
	if user, ok := s.google.User("alice"); !ok || !user.ValidSince.IsZero() {
		t.Errorf("the user was changed: %+v", user)
	}
}

func TestSigningOutEverywhereEndsOtherSessions(t *testing.T) {
	s := newSite(t)
	other := bearer(s.google.Token(identitytest.Claims{
		UID: "alice", IssuedAt: time.Now().Add(-time.Minute),
	}))
	s.do("GET", "/api/session", "", other...).want(204, "")
	s.do("DELETE", "/api/sessions", "", s.asAlice()...).want(204, "")
	s.do("GET", "/api/session", "", other...).want(401, "token_revoked")
}

func TestDeletingTheAccountErasesItsData(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice()
	patch := append(headers, "If-Match", `"none"`)
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, patch...).want(200, "")
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("alice still exists")
	}
	s.do("DELETE", "/api/account", "", headers...).want(401, "token_revoked") // R34
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, patch...).want(401, "token_revoked")
	if s.hasProfile("alice") {
		t.Error("R33: the profile still exists")
	}
}

func TestR34AnInterruptedDeletionCanBeRepeated(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice()
	patch := append(headers, "If-Match", `"none"`)
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, patch...).want(200, "")
	s.google.Delete.Fail(identitytest.Status(429)) // over quota
	s.do("DELETE", "/api/account", "", headers...).want(503, "unavailable")
	s.do("PATCH", "/api/profile", `{"bio":"back"}`, patch...).want(409, "being_deleted")
	s.google.Delete.Fail(nil)
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("alice still exists")
	}
}

func TestUsersCannotDeleteTheirAccountIfSelfServiceIsOff(t *testing.T) {
	s := newSite(t)
	s.google.DisableUserDeletion(true)
	s.do("DELETE", "/api/account", "", s.asAlice()...).want(403, "admin_restricted")
	if _, ok := s.google.User("alice"); !ok {
		t.Error("alice was deleted")
	}
}

// TestConcurrentChangesOfNameAndPhotoAreBothKept changes both at the same time, in whatever order.
func TestConcurrentChangesOfNameAndPhotoAreBothKept(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice()
	for i := range 50 {
		name, photo := fmt.Sprint("Alice ", i), fmt.Sprint("https://lh3.googleusercontent.com/", i)
		if i%5 == 4 { // remove them
			name, photo = "", ""
		}
		var both sync.WaitGroup
		for _, body := range []string{
			fmt.Sprintf(`{"displayName":%q}`, name), fmt.Sprintf(`{"photoURL":%q}`, photo),
		} {
			both.Go(func() { s.do("PATCH", "/api/account", body, headers...).want(200, "") })
		}
		both.Wait()
		user, _ := s.google.User("alice")
		if user.DisplayName != name || user.PhotoURL != photo {
			t.Fatalf("round %d: got %q and %q, want %q and %q",
				i, user.DisplayName, user.PhotoURL, name, photo)
		}
	}
}

func TestAnAccountChangeWithoutFieldsChangesNothing(t *testing.T) {
	s := newSite(t)
	before, _ := s.google.User("alice")
	res := s.do("PATCH", "/api/account", `{}`, s.asAlice()...).want(200, "")
	var account identity.Account
	if res.decode(&account); account.DisplayName != "Alice" {
		t.Errorf("got %s, want the account", res.body)
	}
	if after, _ := s.google.User("alice"); after != before || s.google.Update.Calls() != 0 {
		t.Errorf("got %+v, want %+v without an update", after, before)
	}
}

func TestCallsForMembersRequireAVerifiedEmailAddress(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "bob", Email: "alice@example.com"})
	for _, c := range []identitytest.Claims{
		{UID: "alice", Email: "alice@example.com"},
		{UID: "alice", EmailVerified: true},
		{UID: "alice", Email: "alice@example.com", Extra: map[string]any{"email_verified": "true"}},
	} {
		headers := bearer(s.google.Token(c))
		s.do("GET", "/api/members/hello", "", headers...).want(403, "email_unverified")
	}
}

func TestR40PhotosMustBeOnAListedHost(t *testing.T) {
	s := newSite(t)
	const good = "https://lh3.googleusercontent.com/a/x"
	patch := func(field, value string) *response {
		return s.do("PATCH", "/api/account", `{"`+field+`":"`+value+`"}`, s.asAlice()...)
	}
	patch("photoURL", good).want(200, "")
	for _, url := range []string{
		"javascript:alert(1)", "data:image/svg+xml,x", "http://lh3.googleusercontent.com/a",
		"//lh3.googleusercontent.com/a", "https://evil.example/a",
		"https://lh3.googleusercontent.com.evil.example/a",
		"https://lh3.googleusercontent.com@evil.example/a",
	} {
		patch("photoURL", url).want(400, "invalid_account")
	}
	patch("displayName", strings.Repeat("a", 101)).want(400, "invalid_account")
	if user, _ := s.google.User("alice"); user.PhotoURL != good || user.DisplayName != "Alice" {
		t.Errorf("got %+v, want only the good photo saved", user)
	}
}
