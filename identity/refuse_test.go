package identity_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// with returns a copy of a token part with one claim changed, or removed if the value is nil.
func with(part map[string]any, claim string, value any) map[string]any {
	changed := maps.Clone(part)
	changed[claim] = value
	if value == nil {
		delete(changed, claim)
	}
	return changed
}

// spliced returns token with the claims of other.
func spliced(token, other string) string {
	parts := strings.Split(token, ".")
	return parts[0] + "." + strings.Split(other, ".")[1] + "." + parts[2]
}

// forgedTokens returns tokens that must be rejected (R2), each with one thing wrong. It has each of
// them twice: with an expiry in the future and in the past.
func forgedTokens(t testing.TB, google *identitytest.Server) map[string]string {
	t.Helper()
	forged := forgeries(t, google, identitytest.Claims{UID: "alice"}.Map())
	old := identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-2 * time.Hour)}
	for name, token := range forgeries(t, google, old.Map()) {
		forged["expired, "+name] = token
	}
	return forged
}

func forgeries(
	t testing.TB, google *identitytest.Server, claims map[string]any,
) map[string]string {
	t.Helper()
	head := google.Header()
	mint := func(claim string, value any) string {
		return google.Mint(head, with(claims, claim, value))
	}
	valid := google.Mint(head, claims)
	signed := valid[:strings.LastIndex(valid, ".")]
	unsigned := func(alg string) string {
		return identitytest.Encode(with(head, "alg", alg)) + "." + identitytest.Encode(claims) + "."
	}
	encode := base64.RawURLEncoding.EncodeToString
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(strings.TrimSuffix(unsigned("HS256"), ".")))
	const sessions = "https://session.firebase.google.com/"
	custom, err := identity.NewAccounts(google.AuthClient(t)).CustomToken(t.Context(), "alice", nil)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"alg none":           unsigned("none"),
		"alg None":           unsigned("None"),
		"HS256":              unsigned("HS256") + encode(mac.Sum(nil)),
		"alg RS512":          google.Mint(with(head, "alg", "RS512"), claims),
		"no kid":             google.Mint(with(head, "kid", nil), claims),
		"unknown kid":        google.Mint(with(head, "kid", "key-0"), claims),
		"kid is a number":    google.Mint(with(head, "kid", 1), claims),
		"other project":      mint("aud", "another-project"),
		"no aud":             mint("aud", nil),
		"aud is an array":    mint("aud", []string{identitytest.ProjectID}),
		"two audiences":      mint("aud", []string{identitytest.ProjectID, "another-project"}),
		"other issuer":       mint("iss", "https://accounts.google.com"),
		"issuer is a prefix": mint("iss", "https://securetoken.google.com/"),
		"no iss":             mint("iss", nil),
		"empty sub":          mint("sub", ""),
		"no sub":             mint("sub", nil),
		"sub of 129 bytes":   mint("sub", strings.Repeat("a", 129)),
		"sub is a number":    mint("sub", 7),
		"exp is a string":    mint("exp", "9999999999"),
		"wrong signature":    signed + "." + encode(make([]byte, 256)),
		"no signature":       signed + ".",
		"short signature":    signed + ".AA",
		"other claims":       spliced(valid, mint("sub", "bob")),
		"custom token":       custom,
		"session cookie":     mint("iss", sessions+identitytest.ProjectID),
		"null claims":        identitytest.Encode(head) + ".bnVsbA.AA",
		"empty parts":        "..",
	}
}

func TestR2ForgedTokensAreRejectedWithoutLookup(t *testing.T) {
	v, google := newVerifier(t)
	for name, token := range forgedTokens(t, google) {
		t.Run(name, func(t *testing.T) {
			u, err := v.Verify(t.Context(), token)
			wantError(t, err, identity.ErrInvalidToken)
			if u != nil {
				t.Errorf("got the user %+v", u)
			}
		})
	}
	if got := google.Lookup.Calls(); got != 0 {
		t.Errorf("got %d lookups, want none", got)
	}
	// Keys are cached, so no forger can make the app fetch them again and again.
	if certs, keys := google.Certs.Calls(), google.Keys.Calls(); certs > 1 || keys > 1 {
		t.Errorf("got %d and %d fetches of keys, want at most one of each", certs, keys)
	}
}

func TestR3ExpiryAndIssueHaveFiveMinutesOfLeeway(t *testing.T) {
	v, google := newVerifier(t)
	now := time.Now()
	for name, c := range map[string]struct {
		issued time.Time
		want   error
	}{
		"expired 299 s ago":  {now.Add(-time.Hour - 299*time.Second), nil},
		"expired 302 s ago":  {now.Add(-time.Hour - 302*time.Second), identity.ErrTokenExpired},
		"issued in 298 s":    {now.Add(298 * time.Second), nil},
		"issued in 302 s":    {now.Add(302 * time.Second), identity.ErrInvalidToken},
		"expired a year ago": {now.AddDate(-1, 0, 0), identity.ErrTokenExpired},
	} {
		t.Run(name, func(t *testing.T) {
			token := google.Token(identitytest.Claims{IssuedAt: c.issued})
			_, err := verifyLive(t.Context(), v, token)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			expired := errors.Is(err, identity.ErrTokenExpired)
			if expired && errors.Is(err, identity.ErrInvalidToken) {
				t.Error("an expired token is also invalid: clients wouldn't know to refresh it")
			}
		})
	}
}

// The SDK's keys and those for expired tokens come from two endpoints.
func TestR10ExpiredTokenIsUnavailableWithoutKeys(t *testing.T) {
	v, google := newVerifier(t, shortTimeout)
	old := identitytest.Claims{IssuedAt: time.Now().Add(-2 * time.Hour)}
	google.Keys.Fail(identitytest.Silent)
	_, err := verifyLive(t.Context(), v, google.Token(old))
	wantError(t, err, identity.ErrUnavailable)
	if got := google.Certs.Calls(); got != 0 {
		t.Errorf("got %d fetches of certificates, which an expired token doesn't need", got)
	}
}

func TestR6ExpiredTokenOfAnotherTenantIsInvalid(t *testing.T) {
	v, google := newVerifier(t)
	_, err := verifyLive(t.Context(), v, google.Token(identitytest.Claims{
		Tenant: "staff", IssuedAt: time.Now().Add(-2 * time.Hour),
	}))
	wantError(t, err, identity.ErrInvalidToken)
}

func TestR6TenantTokensNeedTheirTenant(t *testing.T) {
	google := identitytest.New(t)
	google.SetUser(identitytest.User{UID: "alice"})
	client := google.AuthClient(t)
	for _, c := range []struct {
		configured, tenant string
		want               error
	}{
		{"", "", nil},
		{"", "staff", identity.ErrInvalidToken},
		{"staff", "staff", nil},
		{"staff", "", identity.ErrInvalidToken},
		{"staff", "customers", identity.ErrInvalidToken},
	} {
		v := identity.NewVerifier(client, identity.Options{
			ProjectID: identitytest.ProjectID, TenantID: c.configured,
		})
		for range 2 { // the first result must not affect the second through the cache
			token := google.Token(identitytest.Claims{Tenant: c.tenant})
			_, err := verifyLive(t.Context(), v, token)
			if !errors.Is(err, c.want) {
				t.Errorf("%q, configured %q: got %v, want %v", c.tenant, c.configured, err, c.want)
			}
		}
	}
}

func TestR6TenantClientOfTheSDKRejectsOtherTenants(t *testing.T) {
	google := identitytest.New(t)
	google.SetUser(identitytest.User{UID: "alice"})
	tenant, err := google.AuthClient(t).TenantManager.AuthForTenant("staff")
	if err != nil {
		t.Fatal(err)
	}
	v := identity.NewVerifier(tenant, identity.Options{
		ProjectID: identitytest.ProjectID, TenantID: "staff",
	})
	token := google.Token(identitytest.Claims{Tenant: "staff"})
	if _, err := verifyLive(t.Context(), v, token); err != nil {
		t.Errorf("got %v", err)
	}
	_, err = verifyLive(t.Context(), v, google.Token(identitytest.Claims{Tenant: "customers"}))
	wantError(t, err, identity.ErrInvalidToken)
}

func TestR12ErrorsContainNoClaimTokenOrResponse(t *testing.T) {
	v, google := newVerifier(t)
	secret := "SECRET-CLAIM@example.com"
	withClaim := func(name, value string) string {
		return google.Token(identitytest.Claims{Extra: map[string]any{name: value}})
	}
	bad := []string{
		withClaim("aud", secret),
		withClaim("iss", secret+"\n"+secret),
		google.Mint(with(google.Header(), "alg", secret), identitytest.Claims{}.Map()),
		google.Token(identitytest.Claims{UID: "SECRET-CLAIM-deleted"}),
	}
	for _, token := range bad {
		_, err := verifyLive(t.Context(), v, token)
		wantNoSecret(t, err, token)
	}
	google.Lookup.Fail(identitytest.Status(500))
	token := google.Token(identitytest.Claims{UID: "alice", Email: secret})
	_, err := verifyLive(t.Context(), v, token)
	wantNoSecret(t, err, token)
	_, err = identity.NewAccounts(google.AuthClient(t)).FindByEmail(t.Context(), secret)
	wantNoSecret(t, err, token)
	google.Lookup.Fail(nil)
	_, err = identity.NewAccounts(google.AuthClient(t)).FindByEmail(t.Context(), secret)
	wantError(t, err, identity.ErrUserNotFound)
	wantNoSecret(t, err, token)
	google.Certs.Fail(identitytest.Status(500))
	fresh := identity.NewVerifier(google.AuthClient(t), identity.Options{
		ProjectID: identitytest.ProjectID,
	})
	_, err = verifyLive(t.Context(), fresh, token)
	wantNoSecret(t, err, token)
}

// wantNoSecret fails the test if the error, or any error it wraps, contains what logs must not.
func wantNoSecret(t *testing.T, err error, token string) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error")
	}
	for ; err != nil; err = errors.Unwrap(err) {
		for _, secret := range []string{"SECRET-CLAIM", "BACKEND-TEXT", "@", token} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("got %q, which contains %q", err, secret)
			}
		}
	}
}
