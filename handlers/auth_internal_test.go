package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"example.com/latchkey/identity"
)

// recordingVerifier accepts every token and records its calls.
type recordingVerifier struct {
	Verifier
	calls []string
}

func (v *recordingVerifier) Verify(context.Context, string) (*identity.User, error) {
	v.calls = append(v.calls, "verify")
	return &identity.User{UID: "alice"}, nil
}

func (v *recordingVerifier) CheckSession(
	_ context.Context, u *identity.User, live bool,
) (*identity.User, error) {
	v.calls = append(v.calls, map[bool]string{false: "check", true: "check live"}[live])
	return u, nil
}

// No route of the app nests stillSignedIn in signedIn, but a fork's may.
func TestAHigherLevelInsideALowerOneOnlyChecksTheSessionAgain(t *testing.T) {
	verifier := &recordingVerifier{}
	s := &server{
		verifier: verifier, log: slog.New(slog.DiscardHandler),
		byAccount: newAccountLimiter(Limit{PerSecond: 0.001, Burst: 1}),
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer a.b.c")
	w := httptest.NewRecorder()
	done := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	s.signedIn(s.stillSignedIn(s.stillSignedIn(s.signedIn(done)))).ServeHTTP(w, r)
	if w.Code != 204 {
		t.Errorf("got %d: did the request count more than once against the limit?", w.Code)
	}
	if want := []string{"verify", "check", "check live"}; !slices.Equal(verifier.calls, want) {
		t.Errorf("got the calls %q, want %q", verifier.calls, want)
	}
}
