package handlers_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// sensitive are the calls that need a recent sign-in, with the headers besides the token.
var sensitive = map[string]string{"/api/account": "DELETE", "/api/sessions": "DELETE"}

func TestR9SensitiveCallsNeedARecentSignIn(t *testing.T) {
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
				s.do(method, path, "", "Authorization", "Bearer "+token).want(403, "reauth_required")
			})
		}
	}
	if user, ok := s.google.User("alice"); !ok || !user.ValidSince.IsZero() {
		t.Errorf("something was done: %+v", user)
	}
}

func TestSigningOutEverywhereEndsTheOtherSessions(t *testing.T) {
	s := newSite(t)
	other := s.google.Token(identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-time.Minute)})
	s.do("GET", "/api/session", "", "Authorization", "Bearer "+other).want(204, "")
	s.do("DELETE", "/api/sessions", "", s.asAlice()...).want(204, "")
	s.do("GET", "/api/session", "", "Authorization", "Bearer "+other).want(401, "token_revoked")
}

func TestDeletingTheAccountErasesItsData(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice()
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, append(headers, "If-Match", `"none"`)...).want(200, "")
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("the user is still there")
	}
	s.do("DELETE", "/api/account", "", headers...).want(401, "token_revoked") // R34: she is gone
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, append(headers, "If-Match", `"none"`)...).want(401, "token_revoked")
	if _, err := s.firestore.Collection("profiles").Doc("alice").Get(t.Context()); err == nil {
		t.Error("R33: the document is there")
	}
}

func TestR34ADeletionThatWasCutShortIsFinishedByAskingAgain(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice()
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, append(headers, "If-Match", `"none"`)...).want(200, "")
	s.google.Delete.Fail(identitytest.Status(429)) // the quota
	s.do("DELETE", "/api/account", "", headers...).want(503, "unavailable")
	s.do("PATCH", "/api/profile", `{"bio":"back"}`, append(headers, "If-Match", `"none"`)...).want(409, "being_deleted")
	s.google.Delete.Fail(nil)
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	if _, ok := s.google.User("alice"); ok {
		t.Error("the user is still there")
	}
}

func TestWhereSelfServiceIsOffTheServerDeletesNothingEither(t *testing.T) {
	s := newSite(t)
	s.google.DisableUserDeletion(true)
	s.do("DELETE", "/api/account", "", s.asAlice()...).want(403, "admin_restricted")
	if _, ok := s.google.User("alice"); !ok {
		t.Error("the user is gone")
	}
}

func TestTheExportHoldsEverything(t *testing.T) {
	s := newSite(t)
	s.do("PATCH", "/api/profile", `{"bio":"mine"}`, s.asAlice("If-Match", `"none"`)...).want(200, "")
	a := s.do("GET", "/api/account/export", "", s.asAlice()...).want(200, "")
	if !strings.Contains(a.body, "alice@example.com") || !strings.Contains(a.body, `"bio":"mine"`) ||
		!strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("got %s %s", a.header.Get("Content-Disposition"), a.body)
	}
}

func TestOnlyAVerifiedAddressOpensWhatNeedsOne(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "bob", Email: "alice@example.com"})
	hello := func(c identitytest.Claims) *answer {
		return s.do("GET", "/api/members/hello", "", "Authorization", "Bearer "+s.google.Token(c))
	}
	hello(identitytest.Claims{UID: "alice", Email: "alice@example.com"}).want(403, "email_unverified")
	hello(identitytest.Claims{UID: "alice", EmailVerified: true}).want(403, "email_unverified")
	hello(identitytest.Claims{UID: "alice", Email: "alice@example.com", Extra: map[string]any{"email_verified": "true"}}).want(403, "email_unverified")
}

func TestR40APhotoComesFromAListedHostOrNotAtAll(t *testing.T) {
	s := newSite(t)
	s.do("PATCH", "/api/account", `{"photoURL":"https://lh3.googleusercontent.com/a/x"}`, s.asAlice()...).want(200, "")
	for _, url := range []string{
		"javascript:alert(1)", "data:image/svg+xml,x", "http://lh3.googleusercontent.com/a", "//lh3.googleusercontent.com/a",
		"https://evil.example/a", "https://lh3.googleusercontent.com.evil.example/a", "https://lh3.googleusercontent.com@evil.example/a",
	} {
		s.do("PATCH", "/api/account", `{"photoURL":"`+url+`"}`, s.asAlice()...).want(400, "invalid_account")
	}
	s.do("PATCH", "/api/account", `{"displayName":"`+strings.Repeat("a", 101)+`"}`, s.asAlice()...).want(400, "invalid_account")
	if user, _ := s.google.User("alice"); user.PhotoURL != "https://lh3.googleusercontent.com/a/x" || user.DisplayName != "Alice" {
		t.Errorf("got %+v, want only the good photo saved", user)
	}
}
