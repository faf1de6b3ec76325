package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
	"example.com/latchkey/local"
)

// startServer serves the handler with the program's timeouts and limits. Its result arrives on
// served after stop is called.
func startServer(
	t *testing.T, handler http.HandlerFunc,
) (addr string, stop func(), served <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	result := make(chan error, 1)
	go func() { result <- serve(ctx, slog.New(slog.DiscardHandler), listener, handler) }()
	return listener.Addr().String(), stop, result
}

func TestR19InFlightRequestsFinishBeforeTheServerStops(t *testing.T) {
	t.Parallel()
	var arrived sync.WaitGroup
	arrived.Add(50)
	addr, stop, served := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		arrived.Done()
		time.Sleep(2 * time.Second)
	})
	var ok atomic.Int32
	var clients sync.WaitGroup
	for range 50 {
		clients.Go(func() {
			response, err := http.Get("http://" + addr)
			if err == nil && response.StatusCode == 200 {
				ok.Add(1)
			}
			if err == nil {
				response.Body.Close()
			}
		})
	}
	arrived.Wait()
	stop()
	clients.Wait()
	if ok.Load() != 50 {
		t.Errorf("got %d × 200, want 50", ok.Load())
	}
	if err := <-served; err != nil {
		t.Errorf("serve: got %v, want nil", err)
	}
}

func TestR7ReadsNoticeAnEndedSessionWithin30Seconds(t *testing.T) {
	now := time.Now()
	google := identitytest.New(t)
	google.SetUser(identitytest.User{UID: "alice"})
	options := verifierOptions(config.Config{ProjectID: identitytest.ProjectID})
	options.Now = func() time.Time { return now }
	verifier := identity.NewVerifier(google.AuthClient(t), options)
	site := handlers.New(
		handlers.Config{}, slog.New(slog.DiscardHandler), verifier, nil, nil, nil)
	read := httptest.NewRequest("GET", "/api/session", nil)
	read.Header.Set("Authorization", "Bearer "+google.Token(identitytest.Claims{UID: "alice"}))
	want := func(status int) {
		t.Helper()
		w := httptest.NewRecorder()
		if site.ServeHTTP(w, read); w.Code != status {
			t.Errorf("got %d, want %d", w.Code, status)
		}
	}
	want(204)
	google.SetUser(identitytest.User{UID: "alice", Disabled: true})
	now = now.Add(30*time.Second - 1)
	want(204) // the check before is reused
	now = now.Add(1)
	want(401)
}

func TestR5HeadersOver16KiBAreRejected(t *testing.T) {
	t.Parallel()
	addr, _, _ := startServer(t, func(http.ResponseWriter, *http.Request) {})
	for size, want := range map[int]string{15 << 10: "200", 17 << 10: "431"} {
		conn := dial(t, addr)
		long := strings.Repeat("a", size)
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: "+long+"\r\n\r\n")
		status, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(status, want) {
			t.Errorf("header of %d bytes: got %q (%v), want %s", size, status, err, want)
		}
	}
}

// rejectedByNetHTTP are requests that net/http rejects before it calls a handler, by status. Its
// responses have no security headers, and the program can't add them. The comment on
// securityHeaders in handlers/headers.go and SECURITY.md list these statuses.
var rejectedByNetHTTP = map[string][]string{
	"400": {
		"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"nonsense\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
	},
	"417": {"GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n"},
	"431": {"GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 17<<10) + "\r\n\r\n"},
	"501": {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
	"505": {"GET / HTTP/3.0\r\nHost: a\r\n\r\n"},
}

// handled are unusual requests that reach a handler.
var handled = []string{
	"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n",
	"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET // HTTP/1.1\r\nHost: a\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
}

// idleClients returns clients that connect to nothing. They need no credentials.
func idleClients(t *testing.T, cfg config.Config) *clients {
	t.Helper()
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:1")
	t.Setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
	c, err := newClients(t.Context(), cfg, local.Firebase{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestR38OnlyResponsesOfNetHTTPLackTheSecurityHeaders(t *testing.T) {
	cfg := config.Config{ProjectID: "p"}
	c := idleClients(t, cfg)
	site := newSite(cfg, slog.New(slog.DiscardHandler), c)
	addr, _, _ := startServer(t, site.ServeHTTP)
	for _, request := range handled {
		status, header := send(t, addr, request)
		if header.Get("X-Content-Type-Options") != "nosniff" ||
			header.Get("Content-Security-Policy") == "" || header.Get("Referrer-Policy") == "" {
			t.Errorf("%.60q: got %s with %v, want security headers", request, status, header)
		}
	}
	for want, requests := range rejectedByNetHTTP {
		for _, request := range requests {
			status, header := send(t, addr, request)
			if !strings.HasPrefix(status, want) {
				t.Errorf("%.60q: got %s, want %s", request, status, want)
			}
			if header.Get("X-Content-Type-Options") != "" {
				t.Errorf("%.60q: has security headers now; update the list", request)
			}
		}
	}
}

// send writes the request to a new connection and returns the status and headers of the response.
func send(t *testing.T, addr, request string) (string, http.Header) {
	t.Helper()
	conn := dial(t, addr)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%.60q: %v", request, err)
	}
	return response.Status, response.Header
}

func TestR20SlowHeadersAndBodiesAreCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures time")
	}
	t.Parallel()
	addr, _, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("the slow body was read to its end")
		}
	})
	for name, tt := range map[string]struct {
		start string
		limit time.Duration
	}{
		"headers": {"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", 5 * time.Second},
		"body":    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n", 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var took time.Duration
			for range 3 { // a busy machine may be late once
				took = untilClosed(t, addr, tt.start)
				if took >= tt.limit && took < tt.limit+slack {
					return
				}
			}
			t.Errorf("closed after %v, want %v", took, tt.limit)
		})
	}
}

// slack is how late a client may notice that the server has closed the connection.
const slack = 500 * time.Millisecond

// untilClosed sends start, then drips bytes until the server closes the connection. It returns how
// long that takes, at most 20 seconds.
func untilClosed(t *testing.T, addr, start string) time.Duration {
	t.Helper()
	began := time.Now()
	conn := dial(t, addr)
	defer conn.Close()
	io.WriteString(conn, start)
	go sendSlowly(conn)
	conn.SetReadDeadline(began.Add(20 * time.Second))
	io.Copy(io.Discard, conn)
	return time.Since(began)
}

// sendSlowly sends one byte every 200 ms until the connection is closed.
func sendSlowly(conn net.Conn) {
	for {
		if _, err := io.WriteString(conn, "a"); err != nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestAuthDomainDefaultsToTheProjectsOwn(t *testing.T) {
	cfg := config.Config{ProjectID: "p"}
	if got := webConfig(cfg).AuthDomain; got != "p.firebaseapp.com" {
		t.Errorf("by default: got %q", got)
	}
	cfg.AuthDomain = "app.example.com"
	if got := webConfig(cfg).AuthDomain; got != "app.example.com" {
		t.Errorf("as set: got %q", got)
	}
}

// TestInternalAreaAndGoogleTokensAreOffByDefault includes R50.
func TestInternalAreaAndGoogleTokensAreOffByDefault(t *testing.T) {
	cfg := config.Config{ProjectID: "p"}
	c := idleClients(t, cfg)
	if site := siteConfig(cfg, c); site.Staff != nil || site.Google != nil {
		t.Errorf("by default: got %v and %v, want neither", site.Staff, site.Google)
	}
	cfg.IAPAudiences = []string{"/projects/12/global/backendServices/34"}
	cfg.GoogleClientIDs = []string{"1-a.apps.googleusercontent.com"}
	c = idleClients(t, cfg)
	if site := siteConfig(cfg, c); site.Staff == nil || site.Google == nil {
		t.Errorf("as set: got %v and %v, want both", site.Staff, site.Google)
	}
}

func TestTheLogSaysThatMicrosoftNeedsTheSitesOwnHost(t *testing.T) {
	// Without credentials, the program ends after the warning.
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	for domain, want := range map[string]int{"p.firebaseapp.com": 1, "app.example.com": 0} {
		var log bytes.Buffer
		err := run(t.Context(), nil, []string{
			"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "HOST=127.0.0.1", "PORT=0",
			"SIGN_IN_METHODS=password,microsoft.com", "FIREBASE_AUTH_DOMAIN=" + domain,
		}, io.Discard, &log)
		if !errors.Is(err, errCredentials) {
			t.Fatalf("got %v, want %v", err, errCredentials)
		}
		got := strings.Count(log.String(), "set FIREBASE_AUTH_DOMAIN to the host that users open")
		if got != want || want == 1 && !strings.Contains(log.String(), "methods=microsoft.com") {
			t.Errorf("%s: got %d warnings, want %d:\n%s", domain, got, want, &log)
		}
	}
}
