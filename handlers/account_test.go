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

// sensitive are the calls that need a recent sign-in: what would do the most harm with a stolen
// token. The calls below /api/admin are made by an administrator.
var sensitive = []string{
	"GET /api/account/export",
	"DELETE /api/account",
	"DELETE /api/sessions",
	"PATCH /api/admin/users/alice",
	"DELETE /api/admin/users/alice/sessions",
	"DELETE /api/admin/users/alice",
}

func TestR9SensitiveCallsRequireARecentSignIn(t *testing.T) {
	s := newSite(t)
	s.asAdmin()
	now := time.Now()
	for name, extra := range map[string]map[string]any{
		"six minutes ago": {"auth_time": now.Add(-6 * time.Minute).Unix()},
		"absent":          {"auth_time": nil},
		"in the future":   {"auth_time": now.Add(time.Minute).Unix()},
	} {
		token := s.google.Token(identitytest.Claims{UID: "root", Extra: extra})
		for _, call := range sensitive {
			t.Run(name+" "+call, func(t *testing.T) {
				method, path, _ := strings.Cut(call, " ")
				body := map[string]string{"PATCH": `{"disabled":true,"roles":["admin"]}`}[method]
				s.do(method, path, body, bearer(token)...).want(403, "reauth_required")
			})
		}
	}
	for _, uid := range []string{"alice", "root"} {
		user, ok := s.google.User(uid)
		if !ok || !user.ValidSince.IsZero() || user.Disabled {
			t.Errorf("%s was changed: %+v", uid, user)
		}
	}
	if user, _ := s.google.User("alice"); user.CustomClaims != "" {
		t.Errorf("alice was given %s", user.CustomClaims)
	}
}

// A new change below /api/admin fails this test until it requires a recent sign-in.
func TestR9EveryChangeByAnAdminRequiresARecentSignIn(t *testing.T) {
	s := newSite(t)
	s.asAdmin()
	hourOld := map[string]any{"auth_time": time.Now().Add(-time.Hour).Unix()}
	old := bearer(s.google.Token(identitytest.Claims{UID: "root", Extra: hourOld}))
	changes := 0
	walk(t, s, func(method, pattern string) {
		if !strings.HasPrefix(pattern, "/api/admin/") || method == "GET" {
			return
		}
		changes++
		path := strings.ReplaceAll(pattern, "{uid}", "alice")
		s.do(method, path, `{}`, old...).want(403, "reauth_required")
	})
	if changes < 3 {
		t.Errorf("found only %d changes", changes)
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

// Hidden characters could make a name look like another user's, or reorder the text around it.
func TestDisplayNamesContainNoHiddenCharacters(t *testing.T) {
	s := newSite(t)
	patch := func(name string) *response {
		return s.do("PATCH", "/api/account", `{"displayName":"`+name+`"}`, s.asAlice()...)
	}
	for _, name := range []string{
		"moc.elpmaxe@toor\u202e", "\u202dada", "a\u2066b\u2069", "ada\u200e", "\u061cada",
		"a\u200bda", "\ufeffada", "a\u00adda", "a\u2060da", "ada\U000E0041",
		"two\u2028lines", "two\u2029paragraphs", "two\\nlines",
		"\u200dada", "ada \u200dking", "ada@\u200cexample.com", "a\u200d\u200dda",
	} {
		res := patch(name).want(400, "invalid_account")
		if !strings.Contains(res.body, `"displayName":"Use a single line`) {
			t.Errorf("%q: got %s", name, res.body)
		}
	}
	if user, _ := s.google.User("alice"); user.DisplayName != "Alice" {
		t.Errorf("got the name %q", user.DisplayName)
	}
	for _, name := range []string{
		"Ada O’Brien-Lovelace, Jr.", "Søren Ærø", "山田 太郎", "שרה לוי", "محمد",
		"علی\u200cرضا", "क्\u200dष", "മോഹന്\u200d", "👩🏽\u200d💻 Ada", "🏳️\u200d🌈",
	} {
		patch(name).want(200, "")
		if user, _ := s.google.User("alice"); user.DisplayName != name {
			t.Errorf("got %q, want %q", user.DisplayName, name)
		}
	}
}

func TestR40PhotosMustBeOnAListedHost(t *testing.T) {
	s := newSite(t)
	const good = "https://lh3.googleusercontent.com/a/x"
	patch := func(field, value string) *response {
		return s.do("PATCH", "/api/account", `{"`+field+`":"`+value+`"}`, s.asAlice()...)
	}
	// Where the pictures of Google, GitHub, Facebook, X and Yahoo are. The last one stays.
	for _, host := range []string{
		"lh4.googleusercontent.com", "lh5.googleusercontent.com", "lh6.googleusercontent.com",
		"avatars.githubusercontent.com", "graph.facebook.com", "pbs.twimg.com", "s.yimg.com",
		"lh3.googleusercontent.com",
	} {
		patch("photoURL", "https://"+host+"/a/x").want(200, "")
		policy := s.do("GET", "/", "").header.Get("Content-Security-Policy")
		if !strings.Contains(policy, " https://"+host) {
			t.Errorf("the policy doesn't allow pictures from %s", host)
		}
	}
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
