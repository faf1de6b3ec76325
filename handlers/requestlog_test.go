package handlers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

func TestR55NothingThatUsersTypeIsLogged(t *testing.T) {
	s := newSite(t)
	secret := "SECRET-oobCode-123"
	s.do("GET", "/signin?next=/account&oobCode="+secret+"&email=alice@example.com", "")
	s.do("GET", "/alice@example.com/"+secret, "")
	s.do("GET", "/x%0aERROR%20forged%1b[31m", "")
	s.do("GET", "/api/account", "",
		s.asAlice("User-Agent", secret, "Referer", "https://a.example/?"+secret)...)
	s.do("PATCH", "/api/profile", `{"bio":"`+secret+`","website":"nonsense"}`,
		s.asAlice("If-Match", `"none"`)...)

	logs := s.logs.String()
	for _, forbidden := range []string{
		secret, "alice@example.com", s.aliceToken()[:20], "forged", "\x1b",
	} {
		if strings.Contains(logs, forbidden) {
			t.Errorf("%q is in the log:\n%s", forbidden, logs)
		}
	}
	for line := range strings.Lines(logs) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not one JSON line: %q", line)
		}
	}
	if got := strings.Count(logs, `"msg":"request"`); got != 5 {
		t.Errorf("got %d request lines, want one for each of 5 requests", got)
	}
}

func TestTheRequestLogSaysWhyARequestWasRejected(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/api/profile", "", bearer("a.b.c")...)
	var line struct {
		Reason, Level string
		HTTPRequest   struct {
			RequestURL string
			Status     int
		}
	}
	if err := json.Unmarshal([]byte(s.logs.String()), &line); err != nil {
		t.Fatal(err)
	}
	if line.Reason != "invalid_token" || line.Level != "WARN" ||
		line.HTTPRequest.Status != 401 || line.HTTPRequest.RequestURL != "/api/profile" {
		t.Errorf("got %+v", line)
	}
}

func TestR21APanicIsA500ForThatRequestOnly(t *testing.T) {
	logs := &lockedBuffer{}
	log := slog.New(slog.NewJSONHandler(logs, nil))
	handler := handlers.New(handlers.Config{}, log, panicking{}, nil, nil, nil)
	w := getWithToken(handler, "/api/profile")
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"code":"internal"`) {
		t.Errorf("got %d %s, want a 500 in JSON", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "on purpose") {
		t.Errorf("the cause is in the response: %s", w.Body)
	}
	if !strings.Contains(logs.String(), "on purpose") {
		t.Errorf("the cause is not in the log: %s", logs)
	}
	if w := getWithToken(handler, "/"); w.Code != 200 {
		t.Errorf("the next request: got %d, want 200", w.Code)
	}
}

func TestR21APanicInAHandlersGoroutineDoesNotCrashTheServer(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	site := handlers.New(handlers.Config{}, log, alice{}, oneAccount{}, nil, brokenProfiles{})
	w := getWithToken(site, "/api/account")
	if w.Code != 500 || !strings.Contains(w.Body.String(), "internal") {
		t.Errorf("got %d %s, want 500", w.Code, w.Body)
	}
}

func getWithToken(handler http.Handler, path string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest("GET", path, nil), httptest.NewRecorder()
	r.Header.Set("Authorization", "Bearer a.b.c")
	handler.ServeHTTP(w, r)
	return w
}

// panicking is a verifier with a bug.
type panicking struct{}

func (panicking) Verify(context.Context, string) (*identity.User, error) {
	panic("on purpose")
}

func (panicking) CheckSession(context.Context, *identity.User, bool) (*identity.User, error) {
	panic("on purpose")
}

func (panicking) Forget(string)              {}
func (panicking) Warm(context.Context) error { return nil }

// alice is a verifier that takes every token for hers.
type alice struct{ panicking }

func (alice) Verify(context.Context, string) (*identity.User, error) {
	return &identity.User{UID: "alice"}, nil
}

func (alice) CheckSession(_ context.Context, u *identity.User, _ bool) (*identity.User, error) {
	return u, nil
}

type oneAccount struct{ handlers.Accounts }

func (oneAccount) Get(context.Context, string) (*identity.Account, error) {
	return &identity.Account{UID: "alice"}, nil
}

// brokenProfiles panics in a goroutine that the handler of GET /api/account has started, where
// middleware can't recover.
type brokenProfiles struct{ handlers.Profiles }

func (brokenProfiles) Get(context.Context, string) (profile.Profile, profile.Version, error) {
	panic("on purpose")
}
