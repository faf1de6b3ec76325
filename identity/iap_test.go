package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// clock is a clock that tests move forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time           { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) move(ahead time.Duration) { c.ahead.Add(int64(ahead)) }

func newIAP(t *testing.T) (*identity.IAPVerifier, *identitytest.IAP, *clock) {
	t.Helper()
	iap, c := identitytest.NewIAP(t), &clock{}
	v, err := identity.NewIAPVerifier(identity.IAPOptions{
		Audiences: []string{"/projects/1/global/backendServices/2", identitytest.IAPAudience},
		KeysURL:   iap.KeysURL,
		Now:       c.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, iap, c
}

// assertionHeader returns request headers with these assertions.
func assertionHeader(assertions ...string) http.Header {
	h := http.Header{}
	for _, a := range assertions {
		h.Add("X-Goog-IAP-JWT-Assertion", a)
	}
	return h
}

func TestValidAssertionIdentifiesStaffMember(t *testing.T) {
	v, iap, _ := newIAP(t)
	for range 3 {
		staff, err := v.Verify(t.Context(), assertionHeader(iap.Assertion("eve@example.com")))
		if err != nil {
			t.Fatal(err)
		}
		want := identity.Staff{
			Subject: "accounts.google.com:eve@example.com", Email: "eve@example.com",
		}
		if *staff != want {
			t.Errorf("got %+v, want %+v", staff, want)
		}
	}
	if got := iap.Keys.Calls(); got != 1 {
		t.Errorf("got %d fetches of the keys, want 1", got)
	}
}

// forgedAssertions returns assertions that must be rejected, each with one thing wrong.
func forgedAssertions(t *testing.T, iap *identitytest.IAP) map[string]string {
	t.Helper()
	google := identitytest.New(t)
	head, claims := iap.Header(), iap.Claims("eve@example.com", nil)
	valid := iap.Sign(head, claims)
	parts := strings.Split(valid, ".")
	signed, payload, signature := parts[0]+"."+parts[1], parts[1], parts[2]
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	withSignature := func(raw []byte) string {
		return signed + "." + base64.RawURLEncoding.EncodeToString(raw)
	}
	withHeader := func(name string, value any) string {
		return iap.Sign(with(head, name, value), claims)
	}
	withClaim := func(name string, value any) string {
		return iap.Sign(head, iap.Claims("eve@example.com", map[string]any{name: value}))
	}
	digest := sha256.Sum256([]byte("another message"))
	algNone := identitytest.Encode(with(head, "alg", "none"))
	rs256 := with(google.Header(), "kid", head["kid"])
	return map[string]string{
		"Google RS256 token":           google.Mint(google.Header(), claims),
		"RS256 with IAP's key ID":      google.Mint(rs256, claims),
		"RS256 signature, alg ES256":   google.Mint(head, claims),
		"alg none, unsigned":           algNone + "." + payload + ".",
		"alg none, signed":             withHeader("alg", "none"),
		"no alg":                       withHeader("alg", nil),
		"alg ES384":                    withHeader("alg", "ES384"),
		"alg in lower case":            withHeader("alg", "es256"),
		"critical header b64":          withHeader("crit", []string{"b64"}),
		"critical header unknown":      withHeader("crit", []string{"x"}),
		"no key ID":                    withHeader("kid", nil),
		"empty key ID":                 withHeader("kid", ""),
		"unknown key ID":               withHeader("kid", "iap-0"),
		"ID of a malformed key":        withHeader("kid", "retired"),
		"other issuer":                 withClaim("iss", "https://accounts.google.com"),
		"no issuer":                    withClaim("iss", nil),
		"other audience":               withClaim("aud", "/projects/1/global/backendServices/3"),
		"audience is a prefix":         withClaim("aud", identitytest.IAPAudience+"-2"),
		"audience is an array":         withClaim("aud", []string{identitytest.IAPAudience}),
		"no audience":                  withClaim("aud", nil),
		"no subject":                   withClaim("sub", nil),
		"no iat":                       withClaim("iat", nil),
		"iat is a string":              withClaim("iat", "1"),
		"end user":                     withClaim("gcip", map[string]any{"sub": "alice"}),
		"end user, null":               withClaim("gcip", json.RawMessage("null")),
		"no signature":                 signed + ".",
		"signature of 63 bytes":        withSignature(raw[:63]),
		"signature of 65 bytes":        withSignature(append(raw[:64:64], 0)),
		"signature of 1 byte":          withSignature(raw[:1]),
		"signature of zeros":           withSignature(make([]byte, 64)),
		"signature of another message": withSignature(append(digest[:], digest[:]...)),
		"claims of another assertion":  spliced(valid, withClaim("email", "x@example.com")),
		"header is not JSON":           "AAAA." + payload + "." + signature,
		"one megabyte":                 "aa." + strings.Repeat("b", 1<<20) + ".cc",
	}
}

func TestR50ForgedAssertionsAreRejected(t *testing.T) {
	v, iap, _ := newIAP(t)
	for name, assertion := range forgedAssertions(t, iap) {
		t.Run(name, func(t *testing.T) {
			staff, err := v.Verify(t.Context(), assertionHeader(assertion))
			wantError(t, err, identity.ErrInvalidToken)
			if staff != nil {
				t.Errorf("got %+v", staff)
			}
		})
	}
	valid := iap.Assertion("eve@example.com")
	_, err := v.Verify(t.Context(), assertionHeader(strings.ReplaceAll(valid, ".", "")))
	wantError(t, err, identity.ErrInvalidToken)
	_, err = v.Verify(t.Context(), assertionHeader(valid, valid))
	wantError(t, err, identity.ErrInvalidToken)
}

func TestR50VerifierRequiresAudience(t *testing.T) {
	for _, audiences := range [][]string{nil, {}, {""}, {identitytest.IAPAudience, ""}} {
		_, err := identity.NewIAPVerifier(identity.IAPOptions{Audiences: audiences})
		if err == nil {
			t.Errorf("got a verifier for the audiences %q", audiences)
		}
	}
}

func TestR51PlainHeadersAreNotCredentials(t *testing.T) {
	v, _, _ := newIAP(t)
	h := assertionHeader()
	h.Set("X-Goog-Authenticated-User-Email", "accounts.google.com:eve@example.com")
	h.Set("X-Goog-Authenticated-User-Id", "accounts.google.com:1")
	_, err := v.Verify(t.Context(), h)
	wantError(t, err, identity.ErrNoToken)
}

func TestAssertionTimesAllow30SecondsOfClockSkew(t *testing.T) {
	v, iap, _ := newIAP(t)
	now := time.Now().Unix()
	for name, c := range map[string]struct {
		iat, exp int64
		want     error
	}{
		"expired 25 s ago": {now - 600, now - 25, nil},
		"expired 32 s ago": {now - 600, now - 32, identity.ErrTokenExpired},
		"issued in 25 s":   {now + 25, now + 600, nil},
		"issued in 35 s":   {now + 35, now + 600, identity.ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			claims := iap.Claims("eve@example.com", map[string]any{"iat": c.iat, "exp": c.exp})
			_, err := v.Verify(t.Context(), assertionHeader(iap.Sign(iap.Header(), claims)))
			if c.want == nil && err != nil {
				t.Fatalf("got %v", err)
			}
			wantError(t, err, c.want)
		})
	}
	claims := iap.Claims("e", map[string]any{"exp": nil})
	_, err := v.Verify(t.Context(), assertionHeader(iap.Sign(iap.Header(), claims)))
	wantError(t, err, identity.ErrTokenExpired)
}

func TestExpiredAssertionForAnotherServiceIsInvalid(t *testing.T) {
	v, iap, _ := newIAP(t)
	expired := time.Now().Add(-time.Hour).Unix()
	claims := iap.Claims("e", map[string]any{"aud": "another", "exp": expired})
	_, err := v.Verify(t.Context(), assertionHeader(iap.Sign(iap.Header(), claims)))
	wantError(t, err, identity.ErrInvalidToken)
}

func TestRotatedIAPKeyIsFetchedButUnknownIDsCauseNoFlood(t *testing.T) {
	v, iap, c := newIAP(t)
	old := iap.Assertion("eve@example.com")
	if _, err := v.Verify(t.Context(), assertionHeader(old)); err != nil {
		t.Fatal(err)
	}
	c.move(11 * time.Second)
	iap.Rotate("iap-2")
	_, err := v.Verify(t.Context(), assertionHeader(iap.Assertion("eve@example.com")))
	if err != nil {
		t.Errorf("new key: %v", err)
	}
	_, err = v.Verify(t.Context(), assertionHeader(old))
	wantError(t, err, identity.ErrInvalidToken)
	before := iap.Keys.Calls()
	madeUp := iap.Sign(with(iap.Header(), "kid", "made-up"), iap.Claims("e", nil))
	for range 100 {
		_, err := v.Verify(t.Context(), assertionHeader(madeUp))
		wantError(t, err, identity.ErrInvalidToken)
	}
	if got := iap.Keys.Calls(); got != before {
		t.Errorf("got %d fetches for made-up key IDs within ten seconds, want none", got-before)
	}
}

// freshAssertion returns an assertion that is valid at the clock's time.
func freshAssertion(iap *identitytest.IAP, c *clock) http.Header {
	now := c.now().Unix()
	claims := iap.Claims("eve@example.com", map[string]any{"iat": now, "exp": now + 600})
	return assertionHeader(iap.Sign(iap.Header(), claims))
}

func TestIAPKeysAreUsedForADayOfOutage(t *testing.T) {
	v, iap, c := newIAP(t)
	if _, err := v.Verify(t.Context(), freshAssertion(iap, c)); err != nil {
		t.Fatal(err)
	}
	iap.Keys.Fail(identitytest.Status(500))
	c.move(23 * time.Hour)
	if _, err := v.Verify(t.Context(), freshAssertion(iap, c)); err != nil {
		t.Errorf("after 23 hours: %v", err)
	}
	c.move(2 * time.Hour)
	_, err := v.Verify(t.Context(), freshAssertion(iap, c))
	wantError(t, err, identity.ErrUnavailable)
	iap.Keys.Fail(nil)
	c.move(11 * time.Second)
	if _, err := v.Verify(t.Context(), freshAssertion(iap, c)); err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

func TestUnusableKeySetDoesNotReplaceKeys(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := jose.JSONWebKey{Key: other.Public(), KeyID: "iap-2"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	padding := strings.Repeat("a", 64<<10)
	for name, body := range map[string]string{
		"no keys":       `{"keys":[]}`,
		"not JSON":      `<html>`,
		"symmetric key": `{"keys":[{"kty":"oct","kid":"iap-1","k":"c2VjcmV0"}]}`,
		"over 64 KiB":   `{"padding":"` + padding + `","keys":[` + string(key) + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			v, iap, c := newIAP(t)
			if _, err := v.Verify(t.Context(), freshAssertion(iap, c)); err != nil {
				t.Fatal(err)
			}
			iap.Keys.Fail(func(w http.ResponseWriter, _ <-chan struct{}) bool {
				_, _ = io.WriteString(w, body)
				return false
			})
			c.move(2 * time.Hour)
			if _, err := v.Verify(t.Context(), freshAssertion(iap, c)); err != nil {
				t.Errorf("got %v, want the keys from before", err)
			}
			if got := iap.Keys.Calls(); got != 2 {
				t.Errorf("got %d fetches of the keys, want 2", got)
			}
		})
	}
}

func TestR10MissingIAPKeysAreUnavailable(t *testing.T) {
	for _, name := range []string{"500", "reset"} {
		v, iap, _ := newIAP(t)
		iap.Keys.Fail(faults[name])
		_, err := v.Verify(t.Context(), assertionHeader(iap.Assertion("eve@example.com")))
		wantError(t, err, identity.ErrUnavailable)
	}
	v, iap, _ := newIAP(t)
	iap.Keys.Fail(identitytest.Silent)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := v.Verify(ctx, assertionHeader(iap.Assertion("eve@example.com")))
			wantError(t, err, identity.ErrUnavailable)
		})
	}
	wg.Wait()
	if got := iap.Keys.Calls(); got > 1 {
		t.Errorf("got %d fetches for 50 requests, want 1", got)
	}
}

func TestStaffAndUsersAreSeparate(t *testing.T) {
	staff := identity.WithStaff(t.Context(), &identity.Staff{Subject: "accounts.google.com:1"})
	if u, ok := identity.UserFrom(staff); ok {
		t.Errorf("got the user %+v for staff", u)
	}
	if s, ok := identity.StaffFrom(staff); !ok || s.Subject != "accounts.google.com:1" {
		t.Errorf("got %+v, %v", s, ok)
	}
	user := identity.WithUser(t.Context(), &identity.User{UID: "alice"})
	if s, ok := identity.StaffFrom(user); ok {
		t.Errorf("got the staff member %+v for a user", s)
	}
}
