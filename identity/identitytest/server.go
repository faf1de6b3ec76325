// Package identitytest is a fake Google for tests of the real Admin SDK. The SDK runs as in
// production: it verifies RS256 tokens, and fetches certificates and user records over HTTPS.
//
//	google := identitytest.New(t)
//	google.SetUser(identitytest.User{UID: "alice"})
//	token := google.Token(identitytest.Claims{UID: "alice"})
//	client := google.AuthClient(t)
//	google.Lookup.Fail(identitytest.Status(503))
package identitytest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// ProjectID is the project of this package's tokens and clients.
const ProjectID = "demo-latchkey"

// Server is a fake Google. It serves the certificates for ID tokens and the user records of
// Identity Toolkit, and signs custom tokens. Tests can make each endpoint fail.
type Server struct {
	// Certs serves the certificates for ID tokens, and Keys the same keys as a JSON Web Key Set.
	Certs, Keys Endpoint
	// Lookup, Update, Delete and List are Identity Toolkit's operations on accounts.
	Lookup, Update, Delete, List Endpoint
	// SignBlob signs custom tokens with the key of the service account.
	SignBlob Endpoint
	// Config serves the project's settings.
	Config Endpoint
	// OAuthCerts serves the keys of Google Sign-In.
	OAuthCerts Endpoint

	tls *httptest.Server

	mu     sync.Mutex
	users  map[string]User
	maxAge time.Duration
	kid    string

	deletionOff bool
}

// New starts a Server. It stops when the test ends.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{users: map[string]User{}, maxAge: 6 * time.Hour, kid: "key-1"}
	closed := make(chan struct{})
	for _, e := range []*Endpoint{
		&s.Certs, &s.Keys, &s.Lookup, &s.Update, &s.Delete, &s.List, &s.SignBlob, &s.Config,
		&s.OAuthCerts,
	} {
		e.closed = closed
	}
	s.tls = httptest.NewUnstartedServer(s.routes())
	s.tls.Config.ErrorLog = discardLog
	s.tls.StartTLS()
	tb.Cleanup(func() {
		close(closed)
		s.tls.CloseClientConnections()
		s.tls.Close()
	})
	return s
}

// Disconnect closes all connections to the server.
func (s *Server) Disconnect() { s.tls.CloseClientConnections() }

// SetCertMaxAge sets how long the SDK caches the certificates that it fetches from now on. Zero
// makes it fetch them for every verification.
func (s *Server) SetCertMaxAge(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maxAge = d
}

// RotateKey changes the ID of the signing key. Tokens minted before have a key ID that is no
// longer published, and tokens minted from now on need certificates that are fetched from now
// on.
func (s *Server) RotateKey(kid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kid = kid
}

// routes returns the paths of the real services that the Admin SDK calls.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /robot/v1/metadata/x509/securetoken@system.gserviceaccount.com",
		s.Certs.wrap(s.certificates))
	mux.Handle("GET /service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
		s.Keys.wrap(s.jwks))
	mux.Handle("POST /v1/projects/{project}/accounts:lookup", s.Lookup.wrap(s.lookup))
	mux.Handle("POST /v1/projects/{project}/tenants/{tenant}/accounts:lookup",
		s.Lookup.wrap(s.lookup))
	mux.Handle("POST /v1/projects/{project}/accounts:update", s.Update.wrap(s.update))
	mux.Handle("POST /v1/projects/{project}/accounts:delete", s.Delete.wrap(s.delete))
	mux.Handle("GET /v1/projects/{project}/accounts:batchGet", s.List.wrap(s.list))
	mux.Handle("GET /oauth2/v3/certs", s.OAuthCerts.wrap(s.jwks))
	mux.Handle("GET /admin/v2/projects/{project}/config", s.Config.wrap(s.config))
	mux.Handle("POST /v1/projects/-/serviceAccounts/{account}", s.SignBlob.wrap(s.signBlob))
	return mux
}

// transport returns a transport that connects to this server, whatever the host.
func (s *Server) transport() *http.Transport {
	t := s.tls.Client().Transport.(*http.Transport).Clone()
	t.TLSClientConfig.ServerName = "example.com" // the name in httptest's certificate
	t.Proxy = nil
	addr := s.tls.Listener.Addr()
	var dialer net.Dialer
	t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, addr.Network(), addr.String())
	}
	return t
}
