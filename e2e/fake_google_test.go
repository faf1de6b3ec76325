//go:build linux

package e2e

// A stand-in for Google for whole processes: the program is run as the container has it, without
// a variable that says "emulator", and finds Google at the usual names, because the image's
// /etc/hosts leads them here and its roots vouch for the certificate. Tokens are signed with
// RS256, and every call of the program has to bring the access token that the metadata server
// gave it.

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
	"regexp"
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
	"firestore.googleapis.com", "iamcredentials.googleapis.com", "identitytoolkit.googleapis.com",
	"oauth2.googleapis.com", "securetoken.googleapis.com", "www.googleapis.com", "www.gstatic.com",
}

const accessToken = "ya29.of-the-service-account" // what the metadata server hands out

// fakeGoogle is Google on an address of this machine.
type fakeGoogle struct {
	address string // of everything but Firestore, which is on firestoreAddress
	roots   []byte // PEM of the certificate that vouches for it

	firestoreAddress string
	toolkit          *identitytoolkit.Service
	certificates     *httputil.ReverseProxy // and signBlob
	keys             *identitytest.Server
	iap              *identitytest.IAP
}

// fakeGoogleSubnet is random so that two runs of these tests on one machine don't collide. It is
// the same for all tests of a run, because the browser of the rehearsal is told the address only
// once.
var fakeGoogleSubnet = fmt.Sprintf("127.%d.%d.", 64+rand.IntN(128), rand.IntN(256))

// newFakeGoogle starts the stand-in on addresses in 127.0.0.0/8 that nobody else uses, at the
// usual ports.
func newFakeGoogle(t *testing.T) *fakeGoogle {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may serve on port 443 and give a process another root folder; run this test as root")
	}
	g := &fakeGoogle{
		address: fakeGoogleSubnet + "1", firestoreAddress: fakeGoogleSubnet + "2", keys: identitytest.New(t), iap: identitytest.NewIAP(t),
	}
	certificate := g.makeCertificate(t)
	store, err := state.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if g.toolkit, err = identitytoolkit.New(store, identitytoolkit.Options{ProjectID: identitytest.ProjectID}); err != nil {
		t.Fatal(err)
	}
	g.certificates = &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "https", Host: "www.googleapis.com"}) },
		Transport: g.keys.Client().Transport,
	}
	g.serveFirestore(t, store, certificate)
	serveOn(t, g.address+":443", http.HandlerFunc(g.serveAPIs), &tls.Config{Certificates: []tls.Certificate{certificate}})
	serveOn(t, g.address+":80", http.HandlerFunc(serveMetadata), nil)
	return g
}

// hosts is the /etc/hosts that leads here.
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

// client is an HTTP client as a browser on this machine would be: it finds Google here.
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

func (g *fakeGoogle) makeCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: googleNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(cryptorand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	g.roots = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveOn serves on an address of this machine until the test ends.
func serveOn(t *testing.T, address string, handler http.Handler, config *tls.Config) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a browser breaks connections off
	if server.TLS = config; config != nil {
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

// serveMetadata answers as the metadata server of Cloud Run does.
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

func (g *fakeGoogle) serveFirestore(t *testing.T, store *state.Store, certificate tls.Certificate) {
	t.Helper()
	service, err := firestore.New(store, firestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", g.firestoreAddress+":443")
	if err != nil {
		t.Fatal(err)
	}
	// Not firestore.ServerOptions, whose interceptors want an emulator's credentials.
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&certificate)),
		grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := fromServiceAccount(ctx); err != nil {
				return nil, err
			}
			return next(ctx, req)
		}),
		grpc.StreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := fromServiceAccount(stream.Context()); err != nil {
				return err
			}
			return next(srv, stream)
		}))
	service.Register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
}

// fromServiceAccount wants the access token that the metadata server gave.
func fromServiceAccount(ctx context.Context) error {
	if got := metadata.ValueFromIncomingContext(ctx, "authorization"); len(got) != 1 || got[0] != "Bearer "+accessToken {
		return status.Error(codes.Unauthenticated, "no access token of the service account")
	}
	return nil
}

// serveAPIs tells the services apart by the host.
func (g *fakeGoogle) serveAPIs(w http.ResponseWriter, r *http.Request) {
	switch r.Host {
	case "www.googleapis.com", "iamcredentials.googleapis.com":
		g.certificates.ServeHTTP(w, r)
	case "identitytoolkit.googleapis.com", "securetoken.googleapis.com":
		g.serveToolkit(w, r)
	case "www.gstatic.com": // the keys of Identity-Aware Proxy
		http.Redirect(w, r, g.iap.KeysURL, http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

var (
	idTokenIn  = regexp.MustCompile(`"(idToken)"\s*:\s*"([^"]+)"`)
	idTokenOut = regexp.MustCompile(`"(idToken|id_token|access_token)"\s*:\s*"(eyJ[^"]+)"`)
)
