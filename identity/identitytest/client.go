package identitytest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"
	"google.golang.org/api/option"
)

// swapping keeps two tests from exchanging http.DefaultTransport at once.
var swapping sync.Mutex

// AuthClient returns a real client of the Admin SDK that reaches this server instead of Google.
//
// The SDK (4.21) fetches certificates with a client of its own that ignores option.WithHTTPClient: it copies
// http.DefaultTransport when it is made. So that is exchanged for as long as the client is made; do not do that while
// goroutines of the same process use http.DefaultTransport.
func (s *Server) AuthClient(tb testing.TB) *auth.Client {
	tb.Helper()
	if os.Getenv("FIREBASE_AUTH_EMULATOR_HOST") != "" {
		tb.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "") // or the SDK would check no signature
	}
	swapping.Lock()
	defer swapping.Unlock()
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = s.transport()
	return newClient(tb)
}

// EmulatorClient returns a client in emulator mode that takes this server for the emulator. The SDK then accepts
// unsigned tokens and looks the user up on every verification. It sets an environment variable, so the test cannot be
// parallel.
func (s *Server) EmulatorClient(tb testing.TB) *auth.Client {
	tb.Helper()
	server := httptest.NewServer(http.StripPrefix("/identitytoolkit.googleapis.com", s.routes()))
	tb.Cleanup(server.Close)
	tb.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(server.URL, "http://"))
	return newClient(tb)
}

// newClient makes a client as the app does.
func newClient(tb testing.TB) *auth.Client {
	tb.Helper()
	app, err := firebase.NewApp(context.Background(), &firebase.Config{
		ProjectID:        ProjectID,
		ServiceAccountID: "latchkey@" + ProjectID + ".iam.gserviceaccount.com",
	}, option.WithoutAuthentication())
	if err != nil {
		tb.Fatalf("make the Firebase app: %v", err)
	}
	client, err := app.Auth(context.Background())
	if err != nil {
		tb.Fatalf("make the auth client: %v", err)
	}
	return client
}
