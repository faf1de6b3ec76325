package identity_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// clock is a clock that tests move.
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

// asserting returns headers with these assertions.
func asserting(assertions ...string) http.Header {
	h := http.Header{}
	for _, a := range assertions {
		h.Add("X-Goog-IAP-JWT-Assertion", a)
	}
	return h
}

func TestGoodAssertionIsItsStaffMember(t *testing.T) {
	v, iap, _ := newIAP(t)
	for range 3 {
		staff, err := v.Verify(t.Context(), asserting(iap.Assertion("eve@example.com")))
		if err != nil {
			t.Fatal(err)
		}
		if staff.Subject != "accounts.google.com:eve@example.com" || staff.Email != "eve@example.com" {
			t.Errorf("got %+v", staff)
		}
	}
	if got := iap.Keys.Calls(); got != 1 {
		t.Errorf("got %d fetches of the keys, want 1", got)
	}
}

func TestR50ForgedAssertionsAreRefused(t *testing.T) {
	v, iap, _ := newIAP(t)
	google := identitytest.New(t)
	head, claims := iap.Header(), iap.Claims("eve@example.com", nil)
	good := iap.Sign(head, claims)
	signed, signature := good[:strings.LastIndex(good, ".")], good[strings.LastIndex(good, ".")+1:]
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	resigned := func(raw []byte) string { return signed + "." + base64.RawURLEncoding.EncodeToString(raw) }
	claim := func(name string, value any) string {
		return iap.Sign(head, iap.Claims("eve@example.com", map[string]any{name: value}))
	}
	digest := sha256.Sum256([]byte("another message"))
	for name, assertion := range map[string]string{
		"RS256 of Google's":        google.Mint(google.Header(), claims),
		"RS256 with IAP's key id":  google.Mint(with(google.Header(), "kid", head["kid"]), claims),
		"ES256 in name only":       google.Mint(head, claims),
		"alg none":                 identitytest.Encode(with(head, "alg", "none")) + signed[strings.Index(signed, "."):] + ".",
		"alg none, signed":         iap.Sign(with(head, "alg", "none"), claims),
		"no alg":                   iap.Sign(with(head, "alg", nil), claims),
		"alg ES384":                iap.Sign(with(head, "alg", "ES384"), claims),
		"critical extension":       iap.Sign(with(head, "crit", []string{"b64"}), claims),
		"no key id":                iap.Sign(with(head, "kid", nil), claims),
		"unknown key id":           iap.Sign(with(head, "kid", "iap-0"), claims),
		"key that is no point":     iap.Sign(with(head, "kid", "retired"), claims),
		"another issuer":           claim("iss", "https://accounts.google.com"),
		"no issuer":                claim("iss", nil),
		"another audience":         claim("aud", "/projects/1/global/backendServices/3"),
		"audience's prefix":        claim("aud", identitytest.IAPAudience+"-2"),
		"audience array":           claim("aud", []string{identitytest.IAPAudience}),
		"no audience":              claim("aud", nil),
		"no subject":               claim("sub", nil),
		"no iat":                   claim("iat", nil),
		"iat a string":             claim("iat", "1"),
		"an end user's":            claim("gcip", map[string]any{"sub": "alice"}),
		"no signature":             signed + ".",
		"signature of 63 bytes":    resigned(raw[:63]),
		"signature of 65 bytes":    resigned(append(raw[:64:64], 0)),
		"signature of 1 byte":      resigned(raw[:1]),
		"zero signature":           resigned(make([]byte, 64)),
		"signature of another":     resigned(append(digest[:], digest[:]...)),
		"claims of another":        spliced(good, claim("email", "x@example.com")),
		"header that is no header": "AAAA." + strings.Split(good, ".")[1] + "." + signature,
		"no dots":                  strings.ReplaceAll(good, ".", ""),
		"a megabyte":               "aa." + strings.Repeat("b", 1<<20) + ".cc",
	} {
		t.Run(name, func(t *testing.T) {
			staff, err := v.Verify(t.Context(), asserting(assertion))
			wantError(t, err, identity.ErrInvalidToken)
			if staff != nil {
				t.Errorf("got %+v", staff)
			}
		})
	}
	_, err = v.Verify(t.Context(), asserting(good, good))
	wantError(t, err, identity.ErrInvalidToken)
}

func TestR50NoAudienceNoInternalArea(t *testing.T) {
	for _, audiences := range [][]string{nil, {}, {""}, {identitytest.IAPAudience, ""}} {
		if _, err := identity.NewIAPVerifier(identity.IAPOptions{Audiences: audiences}); err == nil {
			t.Errorf("got a verifier for the audiences %q", audiences)
		}
	}
}

func TestR51PlainHeadersProveNothing(t *testing.T) {
	v, _, _ := newIAP(t)
	h := asserting()
	h.Set("X-Goog-Authenticated-User-Email", "accounts.google.com:eve@example.com")
	h.Set("X-Goog-Authenticated-User-Id", "accounts.google.com:1")
	_, err := v.Verify(t.Context(), h)
	wantError(t, err, identity.ErrNoToken)
}

func TestAssertionTimesHaveHalfAMinuteOfLeeway(t *testing.T) {
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
			_, err := v.Verify(t.Context(), asserting(iap.Sign(iap.Header(), claims)))
			if c.want == nil && err != nil {
				t.Fatalf("got %v", err)
			}
			wantError(t, err, c.want)
		})
	}
	_, err := v.Verify(t.Context(), asserting(iap.Sign(iap.Header(), iap.Claims("e", map[string]any{"exp": nil}))))
	wantError(t, err, identity.ErrTokenExpired)
}

func TestRotatedIAPKeyIsFetchedButNotForEveryUnknownId(t *testing.T) {
	v, iap, c := newIAP(t)
	old := iap.Assertion("eve@example.com")
	if _, err := v.Verify(t.Context(), asserting(old)); err != nil {
		t.Fatal(err)
	}
	c.move(11 * time.Second)
	iap.Rotate("iap-2")
	if _, err := v.Verify(t.Context(), asserting(iap.Assertion("eve@example.com"))); err != nil {
		t.Errorf("the new key: %v", err)
	}
	_, err := v.Verify(t.Context(), asserting(old))
	wantError(t, err, identity.ErrInvalidToken)
	before := iap.Keys.Calls()
	for range 100 {
		_, err := v.Verify(t.Context(), asserting(iap.Sign(with(iap.Header(), "kid", "made-up"), iap.Claims("e", nil))))
		wantError(t, err, identity.ErrInvalidToken)
	}
	if got := iap.Keys.Calls(); got != before {
		t.Errorf("got %d fetches for made-up ids, want none within ten seconds", got-before)
	}
}

func TestIAPKeysOutliveAnOutageForADay(t *testing.T) {
	v, iap, c := newIAP(t)
	if _, err := v.Verify(t.Context(), asserting(iap.Assertion("eve@example.com"))); err != nil {
		t.Fatal(err)
	}
	iap.Keys.Fail(identitytest.Status(500))
	verifyNow := func() error {
		claims := iap.Claims("eve@example.com", map[string]any{"iat": c.now().Unix(), "exp": c.now().Unix() + 600})
		_, err := v.Verify(t.Context(), asserting(iap.Sign(iap.Header(), claims)))
		return err
	}
	c.move(23 * time.Hour)
	if err := verifyNow(); err != nil {
		t.Errorf("after 23 hours: %v", err)
	}
	c.move(2 * time.Hour)
	wantError(t, verifyNow(), identity.ErrUnavailable)
	iap.Keys.Fail(nil)
	c.move(11 * time.Second)
	if err := verifyNow(); err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

func TestR10MissingIAPKeysAreNotTheAssertionsFault(t *testing.T) {
	for _, name := range []string{"500", "reset"} {
		v, iap, _ := newIAP(t)
		iap.Keys.Fail(faults[name])
		_, err := v.Verify(t.Context(), asserting(iap.Assertion("eve@example.com")))
		wantError(t, err, identity.ErrUnavailable)
	}
	v, iap, _ := newIAP(t)
	iap.Keys.Fail(identitytest.Silent)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := v.Verify(ctx, asserting(iap.Assertion("eve@example.com")))
			wantError(t, err, identity.ErrUnavailable)
		})
	}
	wg.Wait()
	if got := iap.Keys.Calls(); got > 1 {
		t.Errorf("got %d fetches for 50 requests, want 1", got)
	}
}

func TestStaffAndUsersDoNotMix(t *testing.T) {
	staff := identity.WithStaff(t.Context(), &identity.Staff{Subject: "accounts.google.com:1"})
	if u, ok := identity.UserFrom(staff); ok {
		t.Errorf("got the user %+v for staff", u)
	}
	if s, ok := identity.StaffFrom(staff); !ok || s.Subject != "accounts.google.com:1" {
		t.Errorf("got %+v, %v", s, ok)
	}
	if s, ok := identity.StaffFrom(identity.WithUser(t.Context(), &identity.User{UID: "alice"})); ok {
		t.Errorf("got the staff member %+v for a user", s)
	}
}
