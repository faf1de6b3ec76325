package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
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

// site is the real router on the real SDKs. ID tokens are RS256 and verified as in production,
// with certificates from a test server. Profiles are in a local Firestore.
type site struct {
	t         testing.TB
	google    *identitytest.Server
	iap       *identitytest.IAP
	verifier  *countingVerifier
	firestore *firestore.Client
	handler   http.Handler
	logs      *lockedBuffer
}

func newSite(t testing.TB, faults ...grpc.UnaryServerInterceptor) *site {
	t.Helper()
	return newSiteWith(t, func(*handlers.Config) {}, faults...)
}

// newSiteWith is newSite with changed settings. By default, every optional feature is on.
func newSiteWith(
	t testing.TB, change func(*handlers.Config), faults ...grpc.UnaryServerInterceptor,
) *site {
	t.Helper()
	s := &site{
		t: t, google: identitytest.New(t), iap: identitytest.NewIAP(t),
		firestore: firestoretest.New(t, faults...), logs: &lockedBuffer{},
	}
	client := s.google.AuthClient(t)
	s.google.SetUser(identitytest.User{
		UID: "alice", Email: "alice@example.com", DisplayName: "Alice",
	})
	cfg := handlers.Config{
		Web: views.WebConfig{
			APIKey: "k", AuthDomain: "demo-latchkey.firebaseapp.com",
			ProjectID: identitytest.ProjectID, Methods: []string{"password"},
		},
		ProjectID: identitytest.ProjectID,
		Origins:   []string{allowedOrigin},
	}
	var err error
	cfg.Staff, err = identity.NewIAPVerifier(identity.IAPOptions{
		Audiences: []string{identitytest.IAPAudience}, KeysURL: s.iap.KeysURL,
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Google, err = identity.NewGoogleVerifier(identity.GoogleOptions{
		ClientIDs: []string{identitytest.ClientID}, Client: s.google.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	change(&cfg)
	verifier := identity.NewVerifier(client, identity.Options{
		ProjectID: identitytest.ProjectID, Client: s.google.Client(),
	})
	s.verifier = &countingVerifier{Verifier: verifier}
	s.handler = handlers.New(
		cfg, slog.New(slog.NewJSONHandler(s.logs, nil)),
		s.verifier, identity.NewAccounts(client), s.google.Project(t),
		profile.NewStore(s.firestore),
	)
	return s
}

// countingVerifier counts how often it verifies a token and checks a session.
type countingVerifier struct {
	handlers.Verifier
	verified, checked atomic.Int64
}

func (v *countingVerifier) Verify(ctx context.Context, token string) (*identity.User, error) {
	v.verified.Add(1)
	return v.Verifier.Verify(ctx, token)
}

func (v *countingVerifier) CheckSession(
	ctx context.Context, u *identity.User, live bool,
) (*identity.User, error) {
	v.checked.Add(1)
	return v.Verifier.CheckSession(ctx, u, live)
}

// aliceToken returns a valid ID token.
func (s *site) aliceToken() string {
	return s.google.Token(identitytest.Claims{UID: "alice", Email: "alice@example.com"})
}

// asAlice adds Alice's token to the headers.
func (s *site) asAlice(headers ...string) []string {
	return append(bearer(s.aliceToken()), headers...)
}

// bearer returns an Authorization header for the methods that take headers as names and values.
func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

// do sends a request. Headers are names and values in turn. It checks that the response
// conforms to openapi.yaml.
func (s *site) do(method, path, body string, headers ...string) *response {
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

// send is do for a request that the test has built itself.
func (s *site) send(r *http.Request) *response {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	result := w.Result()
	content, err := io.ReadAll(result.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	res := &response{
		t: s.t, status: result.StatusCode, header: result.Header, body: string(content),
	}
	res.matchesOpenAPI(r)
	return res
}

type response struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// want checks the status and the error code, which is "" unless the response is an API error.
func (res *response) want(status int, code string) *response {
	res.t.Helper()
	if res.status != status || res.code() != code {
		res.t.Errorf("got %d %q, want %d %q (%.300s)",
			res.status, res.code(), status, code, res.body)
	}
	return res
}

func (res *response) code() string {
	var body struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	_ = json.Unmarshal([]byte(res.body), &body) // a page isn't JSON and has no code
	return body.Error.Code
}

func (res *response) decode(v any) {
	res.t.Helper()
	if err := json.Unmarshal([]byte(res.body), v); err != nil {
		res.t.Fatalf("%v in %.300s", err, res.body)
	}
}

// lockedBuffer is a buffer that handlers may write to while a test reads it.
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
