package handlers_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func TestR1RequestsWithoutOneBearerTokenAreRejectedWithoutCallingGoogle(t *testing.T) {
	s := newSite(t)
	good := s.aliceToken()
	tests := map[string]*http.Request{
		"none":              httptest.NewRequest("GET", "/api/profile", nil),
		"in the query":      httptest.NewRequest("GET", "/api/profile?access_token="+good, nil),
		"header and query":  withAuth("/api/profile?access_token="+good, "Bearer "+good),
		"Basic":             withAuth("/api/profile", "Basic YTpi"),
		"two headers":       withAuth("/api/profile", "Bearer "+good, "Bearer "+good),
		"two in one header": withAuth("/api/profile", "Bearer "+good+", Bearer "+good),
		"empty token":       withAuth("/api/profile", "Bearer "),
		"misspelled scheme": withAuth("/api/profile", "Bear "+good),
	}
	for name, r := range tests {
		t.Run(name, func(t *testing.T) {
			res := s.send(r)
			challenge := res.header.Get("WWW-Authenticate")
			if res.status != 401 || challenge != "Bearer" {
				t.Errorf("got %d, WWW-Authenticate %q; want 401, Bearer", res.status, challenge)
			}
		})
	}
	if got := s.google.Certs.Calls() + s.google.Lookup.Calls(); got != 0 {
		t.Errorf("got %d calls to Google, want none", got)
	}
}

func TestR2EveryForgedTokenGetsTheSameResponse(t *testing.T) {
	s := newSite(t)
	lookups := s.google.Lookup.Calls()
	bodies := map[string]string{}
	for name, token := range forgedTokens(s.google) {
		res := s.do("GET", "/api/profile", "", bearer(token)...).want(401, "invalid_token")
		bodies[res.body] = name
		if strings.Contains(s.logs.String(), token) {
			t.Errorf("%s: the token is in the log", name)
		}
	}
	if len(bodies) != 1 {
		t.Errorf("got different responses %v, want identical ones", bodies)
	}
	if got := s.google.Lookup.Calls(); got != lookups {
		t.Errorf("got %d user lookups, want none", got-lookups)
	}
}

// expiredClaims are those of a token that expired an hour ago.
var expiredClaims = identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-2 * time.Hour)}

func forgedTokens(google *identitytest.Server) map[string]string {
	claims := identitytest.Claims{UID: "alice"}
	header := func(change func(h map[string]any)) map[string]any {
		h := google.Header()
		change(h)
		return h
	}
	with := func(name string, value any) string {
		extra := map[string]any{name: value}
		return google.Token(identitytest.Claims{UID: "alice", Extra: extra})
	}
	hs256 := header(func(h map[string]any) { h["alg"] = "HS256" })
	noKid := header(func(h map[string]any) { delete(h, "kid") })
	otherKid := header(func(h map[string]any) { h["kid"] = "other" })
	cookieIssuer := "https://session.firebase.google.com/" + identitytest.ProjectID
	algNone := identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"})
	good := google.Token(claims)
	expired := google.Token(expiredClaims)
	return map[string]string{
		"alg none":        algNone + "." + identitytest.Encode(claims.Map()) + ".",
		"alg HS256":       google.Mint(hs256, claims.Map()),
		"no kid":          google.Mint(noKid, claims.Map()),
		"unknown kid":     google.Mint(otherKid, claims.Map()),
		"another project": with("aud", "another-project"),
		"aud array":       with("aud", []string{identitytest.ProjectID}),
		"wrong issuer":    with("iss", "https://securetoken.google.com/another-project"),
		"session cookie":  with("iss", cookieIssuer),
		"empty sub":       with("sub", ""),
		"sub of 129":      with("sub", strings.Repeat("a", 129)),
		"bad signature":   good[:len(good)-8] + "AAAAAAAA",
		"expired, forged": expired[:len(expired)-8] + "AAAAAAAA",
		"another tenant":  google.Token(identitytest.Claims{UID: "alice", Tenant: "tenant-1"}),
		"garbage":         "a.b.c",
		"too long":        good + strings.Repeat("A", 9000),
		"four parts":      good + ".x",
	}
}

func TestR3ExpiredTokensHaveTheirOwnCode(t *testing.T) {
	s := newSite(t)
	expired := s.google.Token(expiredClaims)
	s.do("GET", "/api/profile", "", bearer(expired)...).want(401, "token_expired")
}

func TestR10GoogleOutagesAre503(t *testing.T) {
	for name, fault := range map[string]identitytest.Fault{
		"429": identitytest.Status(429), "500": identitytest.Status(500),
		"503": identitytest.Status(503), "no response": identitytest.Silent,
	} {
		t.Run("certificates "+name, func(t *testing.T) {
			s := newSite(t)
			s.google.Certs.Fail(fault)
			res := s.do("GET", "/api/profile", "", s.asAlice()...).want(503, "unavailable")
			if res.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		})
		t.Run("lookup "+name, func(t *testing.T) {
			s := newSite(t)
			s.google.Lookup.Fail(fault)
			headers := s.asAlice("If-Match", `"none"`)
			s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(503, "unavailable")
			s.do("GET", "/api/account", "", s.asAlice()...).want(503, "unavailable")
		})
	}
}

// TestR29OtherUsersAndNonexistentUsersAreIndistinguishable covers every route with an ID in its
// path, as a user who isn't an administrator.
func TestR29OtherUsersAndNonexistentUsersAreIndistinguishable(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "bob", Email: "bob@example.com"})
	parameter := regexp.MustCompile(`\{\w+\}`)
	tested := 0
	walk(t, s, func(method, pattern string) {
		if !strings.HasPrefix(pattern, "/api/") || !parameter.MatchString(pattern) {
			return
		}
		tested++
		call := func(id string) string {
			path := parameter.ReplaceAllString(pattern, id)
			res := s.do(method, path, `{"disabled":true}`, s.asAlice()...).want(403, "forbidden")
			return res.body
		}
		if bob, missing := call("bob"), call("missing"); bob != missing {
			t.Errorf("%s %s: got %q and %q, want the same", method, pattern, bob, missing)
		}
	})
	if tested < 3 {
		t.Errorf("found only %d routes with an ID", tested)
	}
}

// TestEveryRouteVerifiesTheTokenOnce covers routes that ask for a higher level of
// authentication than the group that they are in.
func TestEveryRouteVerifiesTheTokenOnce(t *testing.T) {
	s := newSite(t)
	var verified int64
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		for _, path := range routesOf(t, s, method) {
			headers := append(s.asAdmin(), "If-Match", `"none"`) // some calls end the session
			beforeV, beforeC := s.verifier.verified.Load(), s.verifier.checked.Load()
			s.do(method, path, `{}`, headers...)
			got, checked := s.verifier.verified.Load()-beforeV, s.verifier.checked.Load()-beforeC
			if got > 1 || checked > 1 {
				t.Errorf("%s %s verified the token %d times and checked the session %d times",
					method, path, got, checked)
			}
			verified += got
		}
	}
	if verified < 10 {
		t.Errorf("only %d routes verified the token: are some missing?", verified)
	}
}

func TestDeletionByAnAdminLooksUpTheAdminOnce(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	before := s.google.Lookup.Calls()
	s.do("DELETE", "/api/admin/users/alice", "", headers...).want(204, "")
	if got := s.google.Lookup.Calls() - before; got != 2 {
		t.Errorf("got %d lookups, want 2: the admin's session, and whether alice exists", got)
	}
}

func TestNestedLevelsOfAuthenticationCountOnceAgainstTheRateLimit(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount = slowLimit })
	headers := s.asAdmin()
	for range slowLimit.Burst {
		s.do("DELETE", "/api/admin/users/missing", "", headers...).want(404, "not_found")
	}
	s.do("DELETE", "/api/admin/users/missing", "", headers...).want(429, "rate_limited")
}

func TestRequestsOverTheAccountLimitCostNoLookup(t *testing.T) {
	for path, status := range map[string]int{"/api/account/export": 200, "/api/session": 204} {
		t.Run(path, func(t *testing.T) {
			s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount = slowLimit })
			for range slowLimit.Burst {
				s.do("GET", path, "", s.asAlice()...).want(status, "")
			}
			before := s.google.Lookup.Calls()
			for range 10 {
				s.do("GET", path, "", s.asAlice()...).want(429, "rate_limited")
			}
			if got := s.google.Lookup.Calls() - before; got != 0 {
				t.Errorf("ten rejected requests cost %d lookups, want none", got)
			}
		})
	}
}

func TestForgedTokensDoNotCountAgainstTheAccountThatTheyName(t *testing.T) {
	s := newSiteWith(t, func(c *handlers.Config) { c.ByAccount = slowLimit })
	for range 2 * slowLimit.Burst {
		for _, token := range forgedTokens(s.google) {
			s.do("GET", "/api/session", "", bearer(token)...).want(401, "invalid_token")
		}
	}
	for range slowLimit.Burst {
		s.do("GET", "/api/session", "", s.asAlice()...).want(204, "")
	}
	s.do("GET", "/api/session", "", s.asAlice()...).want(429, "rate_limited")
}

func TestR15OneDeadlineBoundsAllStepsOfAuthentication(t *testing.T) {
	steps := &deadlines{}
	site := handlers.New(handlers.Config{}, slog.New(slog.DiscardHandler), steps, nil, nil, nil)
	if w := getWithToken(site, "/api/profile"); w.Code != 503 {
		t.Errorf("got %d, want 503", w.Code)
	}
	if len(steps.seen) != 2 || steps.seen[0].IsZero() || !steps.seen[0].Equal(steps.seen[1]) {
		t.Errorf("got the deadlines %v, want the same one twice", steps.seen)
	}
}

// deadlines is a verifier that records the deadline of each step. The last one fails.
type deadlines struct {
	alice
	seen []time.Time
}

func (d *deadlines) Verify(ctx context.Context, token string) (*identity.User, error) {
	deadline, _ := ctx.Deadline()
	d.seen = append(d.seen, deadline)
	return d.alice.Verify(ctx, token)
}

func (d *deadlines) CheckSession(
	ctx context.Context, _ *identity.User, _ bool,
) (*identity.User, error) {
	deadline, _ := ctx.Deadline()
	d.seen = append(d.seen, deadline)
	return nil, identity.ErrUnavailable
}

// withAuth returns a GET request with these Authorization headers.
func withAuth(path string, values ...string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	for _, v := range values {
		r.Header.Add("Authorization", v)
	}
	return r
}
