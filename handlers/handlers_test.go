package handlers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
	"example.com/latchkey/profile"
	"example.com/latchkey/views"
)

// site is the real router on the real SDKs: ID tokens are RS256 and verified as in production, against certificates
// from a server of the test's own; profiles are in a local Firestore.
type site struct {
	t         testing.TB
	google    *identitytest.Server
	iap       *identitytest.IAP
	firestore *firestore.Client
	handler   http.Handler
	logs      *lockedBuffer
}

func newSite(t testing.TB, faults ...grpc.UnaryServerInterceptor) *site {
	t.Helper()
	return newSiteWith(t, func(*handlers.Config) {}, faults...)
}

// newSiteWith is newSite with other settings. By default everything optional is on.
func newSiteWith(t testing.TB, change func(*handlers.Config), faults ...grpc.UnaryServerInterceptor) *site {
	t.Helper()
	s := &site{t: t, google: identitytest.New(t), iap: identitytest.NewIAP(t), firestore: firestoretest.New(t, faults...), logs: &lockedBuffer{}}
	client := s.google.AuthClient(t)
	s.google.SetUser(identitytest.User{UID: "alice", Email: "alice@example.com", DisplayName: "Alice"})
	cfg := handlers.Config{
		Web:       views.WebConfig{APIKey: "k", AuthDomain: "demo-latchkey.firebaseapp.com", ProjectID: identitytest.ProjectID, Methods: []string{"password"}},
		ProjectID: identitytest.ProjectID,
		Origins:   []string{friend},
	}
	var err error
	iapOptions := identity.IAPOptions{Audiences: []string{identitytest.IAPAudience}, KeysURL: s.iap.KeysURL}
	if cfg.Staff, err = identity.NewIAPVerifier(iapOptions); err != nil {
		t.Fatal(err)
	}
	googleOptions := identity.GoogleOptions{ClientIDs: []string{identitytest.ClientID}, Client: s.google.Client()}
	if cfg.Google, err = identity.NewGoogleVerifier(googleOptions); err != nil {
		t.Fatal(err)
	}
	change(&cfg)
	s.handler = handlers.New(
		cfg,
		slog.New(slog.NewJSONHandler(s.logs, nil)),
		identity.NewVerifier(client, identity.Options{ProjectID: identitytest.ProjectID}),
		identity.NewAccounts(client),
		s.google.Project(t),
		profile.NewStore(s.firestore),
	)
	return s
}

// aliceToken is a good ID token.
func (s *site) aliceToken() string {
	return s.google.Token(identitytest.Claims{UID: "alice", Email: "alice@example.com"})
}

// do sends a request as a program would, holds the answer to openapi.yaml, and returns it.
func (s *site) do(method, path, body string, headers ...string) *answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return s.send(r)
}

func (s *site) send(r *http.Request) *answer {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	result := w.Result()
	content, err := io.ReadAll(result.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := &answer{t: s.t, status: result.StatusCode, header: result.Header, body: string(content)}
	a.keepsToOpenAPI(r)
	return a
}

// asAlice adds her token to the headers.
func (s *site) asAlice(headers ...string) []string {
	return append([]string{"Authorization", "Bearer " + s.aliceToken()}, headers...)
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// want checks the status and, for an error, the code.
func (a *answer) want(status int, code string) *answer {
	a.t.Helper()
	if a.status != status || a.code() != code {
		a.t.Errorf("got %d %q, want %d %q (%.300s)", a.status, a.code(), status, code, a.body)
	}
	return a
}

func (a *answer) code() string {
	var body struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	_ = json.Unmarshal([]byte(a.body), &body) // a page has no code
	return body.Error.Code
}

func (a *answer) decode(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%v in %.300s", err, a.body)
	}
}

// lockedBuffer can be written to by handlers while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
