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

// transportMutex keeps two tests from replacing http.DefaultTransport at the same time.
var transportMutex sync.Mutex

// AuthClient returns a real client of the Admin SDK that calls this server instead of Google.
//
// The SDK (4.21) ignores option.WithHTTPClient when it fetches certificates, and copies
// http.DefaultTransport instead. AuthClient replaces that variable while it creates the client,
// so don't call it while other goroutines use http.DefaultTransport.
func (s *Server) AuthClient(tb testing.TB) *auth.Client {
	tb.Helper()
	if os.Getenv("FIREBASE_AUTH_EMULATOR_HOST") != "" {
		tb.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "") // with it, the SDK wouldn't check signatures
	}
	transportMutex.Lock()
	defer transportMutex.Unlock()
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = s.transport()
	return newClient(tb)
}

// EmulatorClient returns a client in emulator mode that uses this server as the emulator. The
// SDK then accepts unsigned tokens and makes a user lookup for every verification.
// EmulatorClient sets an environment variable, so the test cannot be parallel.
func (s *Server) EmulatorClient(tb testing.TB) *auth.Client {
	tb.Helper()
	server := httptest.NewServer(http.StripPrefix("/identitytoolkit.googleapis.com", s.routes()))
	tb.Cleanup(server.Close)
	tb.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(server.URL, "http://"))
	return newClient(tb)
}

// newClient creates a client in the same way as the app.
func newClient(tb testing.TB) *auth.Client {
	tb.Helper()
	app, err := firebase.NewApp(context.Background(), &firebase.Config{
		ProjectID:        ProjectID,
		ServiceAccountID: "latchkey@" + ProjectID + ".iam.gserviceaccount.com",
	}, option.WithoutAuthentication())
	if err != nil {
		tb.Fatalf("create the Firebase app: %v", err)
	}
	client, err := app.Auth(context.Background())
	if err != nil {
		tb.Fatalf("create the auth client: %v", err)
	}
	return client
}
