//go:build linux

package e2e

// The fake Google lets a test run the program as it runs in the container, without a variable
// that points to an emulator. The program finds the fake at Google's host names, because
// /etc/hosts in the image points there, and trusts its certificate, because the image's root
// certificates contain it. As in production, tokens are signed with RS256, and every call of the
// program needs the access token from the metadata server.

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	cryptorand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
	"example.com/latchkey/identity/identitytest"
)

// googleNames are the hosts that the program and the browser's SDK talk to.
var googleNames = []string{
	helperHost, "apis.google.com", "firestore.googleapis.com", "iamcredentials.googleapis.com",
	"identitytoolkit.googleapis.com", "oauth2.googleapis.com", "securetoken.googleapis.com",
	"www.google.com", "www.googleapis.com", "www.gstatic.com",
}

// accessToken is the access token that the metadata server issues to the service account.
const accessToken = "ya29.of-the-service-account"

// fakeGoogle is Google on two loopback addresses, and a sign-in provider.
type fakeGoogle struct {
	address          string // of everything except Firestore
	firestoreAddress string
	siteAddress      string // for the app itself; see serveSite
	certificate      tls.Certificate
	roots            []byte // the certificate, as PEM

	toolkit *identitytoolkit.Service
	keys    *identitytest.Server   // signs ID tokens
	signing *httputil.ReverseProxy // the public keys of ID tokens, and signBlob
	iap     *identitytest.IAP

	signIn    *fakeSignIn // what a browser loads to sign in with a provider
	recaptcha *fakeRecaptcha
}

// fakeGoogleSubnet is random, so that two runs of these tests on one machine don't collide. All
// tests of a run use the same one, because they share a browser that resolves Google's host names
// to it.
var fakeGoogleSubnet = fmt.Sprintf("127.%d.%d.", 64+rand.IntN(128), rand.IntN(256))

// newFakeGoogle starts a fake Google without any data, on the ports 443 and 80.
func newFakeGoogle(t *testing.T) *fakeGoogle {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("run this test as root: it listens on port 443 and runs a program in a chroot")
	}
	g := &fakeGoogle{
		address:          fakeGoogleSubnet + "1",
		firestoreAddress: fakeGoogleSubnet + "2",
		siteAddress:      fakeGoogleSubnet + "3",
		keys:             identitytest.New(t),
		iap:              identitytest.NewIAP(t),
		signIn:           &fakeSignIn{sessions: map[string]*providerSession{}},
		recaptcha:        &fakeRecaptcha{tokens: map[string]string{}},
	}
	g.certificate = g.makeCertificate(t)
	store, err := state.Open("")
	if err != nil {
		t.Fatal(err)
	}
	options := identitytoolkit.Options{ProjectID: identitytest.ProjectID}
	if g.toolkit, err = identitytoolkit.New(store, options); err != nil {
		t.Fatal(err)
	}
	g.signing = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "https", Host: "www.googleapis.com"})
		},
		Transport: g.keys.Client().Transport,
	}
	g.serveFirestore(t, store)
	serveOn(t, g.address+":443", http.HandlerFunc(g.serve), &g.certificate)
	serveOn(t, g.address+":80", http.HandlerFunc(serveMetadata), nil)
	return g
}

// hosts returns the contents of an /etc/hosts that resolves Google's host names to the fake.
func (g *fakeGoogle) hosts() string {
	lines := "127.0.0.1 localhost\n"
	for _, name := range googleNames {
		address := g.address
		if strings.HasPrefix(name, "firestore.") {
			address = g.firestoreAddress
		}
		lines += address + " " + name + "\n"
	}
	return lines
}

// client returns an HTTP client that sends every request to the fake.
func (g *fakeGoogle) client() *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(g.roots)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, g.address+":443")
		},
	}}
}

// serveSite serves the app at https://app.example.com.
func (g *fakeGoogle) serveSite(t *testing.T, app http.Handler) {
	t.Helper()
	serveOn(t, g.siteAddress+":443", app, &g.certificate)
}

// makeCertificate creates a certificate for Google's host names and stores it in g.roots.
func (g *fakeGoogle) makeCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		DNSNames:              googleNames,
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(cryptorand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	g.roots = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveOn serves on an address until the test ends, with TLS if there is a certificate.
func serveOn(t *testing.T, address string, handler http.Handler, certificate *tls.Certificate) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers abort connections
	if certificate != nil {
		server.TLS = &tls.Config{Certificates: []tls.Certificate{*certificate}}
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

// serveMetadata is the metadata server of Cloud Run.
func serveMetadata(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Metadata-Flavor", "Google")
	switch path := strings.TrimPrefix(r.URL.Path, "/computeMetadata/v1/"); path {
	case "project/project-id":
		io.WriteString(w, identitytest.ProjectID)
	case "universe/universe-domain", "universe/universe_domain":
		io.WriteString(w, "googleapis.com")
	case "instance/service-accounts/default/email":
		io.WriteString(w, "latchkey@"+identitytest.ProjectID+".iam.gserviceaccount.com")
	case "instance/service-accounts/default/token":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"expires_in":3599,"token_type":"Bearer"}`, accessToken)
	default:
		http.NotFound(w, r)
	}
}

func (g *fakeGoogle) serveFirestore(t *testing.T, store *state.Store) {
	t.Helper()
	service, err := firestore.New(store, firestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", g.firestoreAddress+":443")
	if err != nil {
		t.Fatal(err)
	}
	// firestore.ServerOptions would require the credentials of an emulator.
	server := grpc.NewServer(
		grpc.Creds(credentials.NewServerTLSFromCert(&g.certificate)),
		grpc.UnaryInterceptor(authenticateCall),
		grpc.StreamInterceptor(authenticateStream))
	service.Register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
}

func authenticateCall(
	ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler,
) (any, error) {
	if err := authenticate(ctx); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func authenticateStream(
	srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler,
) error {
	if err := authenticate(stream.Context()); err != nil {
		return err
	}
	return next(srv, stream)
}

// authenticate rejects calls without the access token from the metadata server.
func authenticate(ctx context.Context) error {
	got := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(got) != 1 || got[0] != "Bearer "+accessToken {
		return status.Error(codes.Unauthenticated, "the call has no valid access token")
	}
	return nil
}

// serve serves everything except Firestore. It tells the hosts apart by their names.
func (g *fakeGoogle) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/favicon.ico" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	switch r.Host {
	case "www.googleapis.com", "iamcredentials.googleapis.com":
		if isHelperAPI(r) {
			g.serveHelperAPI(w, r)
			return
		}
		g.signing.ServeHTTP(w, r)
	case "identitytoolkit.googleapis.com", "securetoken.googleapis.com":
		g.serveToolkit(w, r)
	case "www.gstatic.com", "www.google.com":
		if isRecaptcha(r) {
			g.recaptcha.serve(w, r)
			return
		}
		http.Redirect(w, r, g.iap.KeysURL, http.StatusFound) // the keys of Identity-Aware Proxy
	case helperHost:
		g.signIn.serveHelper(w, r)
	case "apis.google.com":
		g.signIn.serveGAPI(w, r)
	case providerHost:
		g.signIn.serveProvider(w, r)
	default:
		http.NotFound(w, r)
	}
}
