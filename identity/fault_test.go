package identity_test

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// faults are the ways in which a Google service can fail.
var faults = map[string]identitytest.Fault{
	"429":    identitytest.Status(429),
	"500":    identitytest.Status(500),
	"503":    identitytest.Status(503),
	"403":    identitytest.Status(403),
	"reset":  identitytest.Reset,
	"silent": identitytest.Silent,
	"slow":   identitytest.Slow(time.Minute),
}

// shortTimeout makes tests of services that don't respond fast.
func shortTimeout(o *identity.Options) { o.Timeout = 300 * time.Millisecond }

func TestR10FailingKeyFetchIsUnavailable(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			v, google := newVerifier(t, shortTimeout)
			google.Certs.Fail(fault)
			token := google.Token(identitytest.Claims{UID: "alice"})
			_, err := verifyLive(t.Context(), v, token)
			wantError(t, err, identity.ErrUnavailable)
			google.Certs.Fail(nil)
			if _, err := verifyLive(t.Context(), v, token); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestR10R17FailingLookupIsUnavailable(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			v, google := newVerifier(t, shortTimeout, reuseChecks)
			checked := google.Token(identitytest.Claims{UID: "alice"})
			if _, err := verifyRecent(t.Context(), v, checked); err != nil {
				t.Fatal(err)
			}
			token := google.Token(identitytest.Claims{UID: "alice", Email: "alice@example.com"})
			google.Lookup.Fail(fault)
			_, err := verifyLive(t.Context(), v, token)
			wantError(t, err, identity.ErrUnavailable)
			_, err = verifyRecent(t.Context(), v, token)
			wantError(t, err, identity.ErrUnavailable)
			if _, err := verifyRecent(t.Context(), v, checked); err != nil {
				t.Errorf("token checked before: %v", err)
			}
			google.Lookup.Fail(nil)
			if _, err := verifyLive(t.Context(), v, token); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestR13CachedTokensWorkWithoutKeys(t *testing.T) {
	now := time.Now()
	v, google := newVerifier(t, func(o *identity.Options) {
		o.Now = func() time.Time { return now }
	})
	google.SetCertMaxAge(0)
	var seen []string
	for _, uid := range []string{"alice", "bob", "carol"} {
		google.SetUser(identitytest.User{UID: uid})
		token := google.Token(identitytest.Claims{UID: uid})
		if _, err := verifyLive(t.Context(), v, token); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, token)
	}
	google.Certs.Fail(identitytest.Status(500))
	before := google.Certs.Calls()
	for range 100 {
		now = now.Add(6 * time.Second) // ten minutes in all
		for _, token := range seen {
			if _, err := verifyLive(t.Context(), v, token); err != nil {
				t.Fatalf("after %v: %v", now, err)
			}
		}
	}
	if got := google.Certs.Calls(); got != before {
		t.Errorf("got %d fetches for cached tokens, want none", got-before)
	}
	_, err := verifyLive(t.Context(), v, google.Token(identitytest.Claims{UID: "dave"}))
	wantError(t, err, identity.ErrUnavailable)

	now = now.Add(time.Hour) // the cached tokens have expired
	_, err = verifyLive(t.Context(), v, seen[0])
	wantError(t, err, identity.ErrUnavailable)
}

// countingClient is the real client. It counts the verifications that run at the same time.
type countingClient struct {
	identity.TokenClient
	inside, most atomic.Int32
}

func (c *countingClient) VerifyIDToken(ctx context.Context, token string) (*auth.Token, error) {
	n := c.inside.Add(1)
	defer c.inside.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	return c.TokenClient.VerifyIDToken(ctx, token)
}

func TestR14SilentKeyFetchDoesNotPileUpGoroutines(t *testing.T) {
	google := identitytest.New(t)
	google.Certs.Fail(identitytest.Silent)
	client := &countingClient{TokenClient: google.AuthClient(t)}
	v := identity.NewVerifier(client, identity.Options{Timeout: 300 * time.Millisecond})
	token := google.Token(identitytest.Claims{UID: "alice"})
	baseline := runtime.NumGoroutine()

	var wg sync.WaitGroup
	for range 300 {
		wg.Go(func() {
			_, err := verifyLive(t.Context(), v, token)
			wantError(t, err, identity.ErrUnavailable)
		})
	}
	wg.Wait()
	if got := client.most.Load(); got < 2 || got > 64 {
		t.Errorf("got %d concurrent verifications in the SDK, want 2 to 64", got)
	}
	google.Disconnect() // idle connections have goroutines at either end
	eventually(t, func() bool { return runtime.NumGoroutine() <= baseline })
}

// eventually waits for a condition, longer than it should take on any machine.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting; %d goroutines", runtime.NumGoroutine())
		}
	}
}

func TestR15CallersWaitOnlyUntilTheirOwnDeadline(t *testing.T) {
	google := identitytest.New(t)
	google.Certs.Fail(identitytest.Silent)
	v := identity.NewVerifier(google.AuthClient(t), identity.Options{
		ProjectID: identitytest.ProjectID, Timeout: time.Hour,
	})
	patient, cancelPatient := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := verifyLive(patient, v, google.Token(identitytest.Claims{UID: "alice"}))
		done <- err
	}()
	eventually(t, func() bool { return google.Certs.Calls() == 1 }) // it holds the SDK's lock

	hurried, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := verifyLive(hurried, v, google.Token(identitytest.Claims{UID: "bob"}))
	wantError(t, err, identity.ErrUnavailable)
	select {
	case err := <-done:
		t.Errorf("the patient caller got its result first: %v", err)
	default:
	}
	cancelPatient()
	wantError(t, <-done, identity.ErrUnavailable)
}

func TestR15ClientThatHangsUpDoesNotFailOthers(t *testing.T) {
	google := identitytest.New(t)
	release := make(chan struct{})
	google.Certs.Fail(func(_ http.ResponseWriter, done <-chan struct{}) bool {
		select {
		case <-release:
			return true
		case <-done:
			return false
		}
	})
	google.SetUser(identitytest.User{UID: "alice"})
	google.SetUser(identitytest.User{UID: "bob"})
	v := identity.NewVerifier(google.AuthClient(t), identity.Options{Timeout: time.Hour})
	leaving, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = verifyLive(leaving, v, google.Token(identitytest.Claims{UID: "alice"}))
	}()
	eventually(t, func() bool { return google.Certs.Calls() == 1 })
	stayed := make(chan error, 1)
	go func() {
		_, err := verifyLive(t.Context(), v, google.Token(identitytest.Claims{UID: "bob"}))
		stayed <- err
	}()
	leave()
	<-left
	close(release)
	if err := <-stayed; err != nil {
		t.Errorf("got %v", err)
	}
	if got := google.Certs.Calls(); got != 1 {
		t.Errorf("got %d fetches, want only the one that the first client started", got)
	}
}

func TestR16WarmFetchesTheKeysOnce(t *testing.T) {
	v, google := newVerifier(t)
	for range 3 {
		if err := v.Warm(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := google.Lookup.Calls(); got != 0 {
		t.Errorf("got %d lookups, want none", got)
	}
	token := google.Token(identitytest.Claims{UID: "alice"})
	if _, err := verifyLive(t.Context(), v, token); err != nil {
		t.Fatal(err)
	}
	if got := google.Certs.Calls(); got != 1 {
		t.Errorf("got %d fetches of the keys, want 1", got)
	}
}

func TestR16WarmFailsWithoutKeys(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			v, google := newVerifier(t, shortTimeout)
			google.Certs.Fail(fault)
			wantError(t, v.Warm(t.Context()), identity.ErrUnavailable)
		})
	}
	google := identitytest.New(t)
	v := identity.NewVerifier(google.AuthClient(t), identity.Options{})
	if err := v.Warm(t.Context()); err == nil {
		t.Error("got no error without a project ID")
	}
}

func TestRotatedKeyIsFetched(t *testing.T) {
	v, google := newVerifier(t)
	old := google.Token(identitytest.Claims{UID: "alice"})
	google.SetCertMaxAge(0)
	google.RotateKey("key-2")
	token := google.Token(identitytest.Claims{UID: "alice"})
	if _, err := verifyLive(t.Context(), v, token); err != nil {
		t.Errorf("new key: %v", err)
	}
	_, err := verifyLive(t.Context(), v, old)
	wantError(t, err, identity.ErrInvalidToken)
}
