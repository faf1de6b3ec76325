package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

func TestR1WithoutABearerTokenNobodyIsAsked(t *testing.T) {
	s := newSite(t)
	good := s.aliceToken()
	tests := map[string]*http.Request{
		"none":               httptest.NewRequest("GET", "/api/profile", nil),
		"in the query":       httptest.NewRequest("GET", "/api/profile?access_token="+good, nil),
		"header and query":   withAuth("/api/profile?access_token="+good, "Bearer "+good),
		"Basic":              withAuth("/api/profile", "Basic YTpi"),
		"two headers":        withAuth("/api/profile", "Bearer "+good, "Bearer "+good),
		"two in one":         withAuth("/api/profile", "Bearer "+good+", Bearer "+good),
		"no token after it":  withAuth("/api/profile", "Bearer "),
		"scheme with a typo": withAuth("/api/profile", "Bear "+good),
	}
	for name, r := range tests {
		t.Run(name, func(t *testing.T) {
			a := s.send(r)
			if a.status != 401 || a.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("got %d, WWW-Authenticate %q; want 401, Bearer", a.status, a.header.Get("WWW-Authenticate"))
			}
		})
	}
	if got := s.google.Certs.Calls() + s.google.Lookup.Calls(); got != 0 {
		t.Errorf("asked Google %d times, want never", got)
	}
}

func TestR2EveryForgedTokenGetsTheSameAnswer(t *testing.T) {
	s := newSite(t)
	claims := identitytest.Claims{UID: "alice"}
	header := func(change func(h map[string]any)) map[string]any {
		h := s.google.Header()
		change(h)
		return h
	}
	with := func(name string, value any) string {
		return s.google.Token(identitytest.Claims{UID: "alice", Extra: map[string]any{name: value}})
	}
	good := s.google.Token(claims)
	forged := map[string]string{
		"alg none":        identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"}) + "." + identitytest.Encode(claims.Map()) + ".",
		"alg HS256":       s.google.Mint(header(func(h map[string]any) { h["alg"] = "HS256" }), claims.Map()),
		"no kid":          s.google.Mint(header(func(h map[string]any) { delete(h, "kid") }), claims.Map()),
		"unknown kid":     s.google.Mint(header(func(h map[string]any) { h["kid"] = "other" }), claims.Map()),
		"another project": with("aud", "another-project"),
		"aud array":       with("aud", []string{identitytest.ProjectID}),
		"wrong issuer":    with("iss", "https://securetoken.google.com/another-project"),
		"session cookie":  with("iss", "https://session.firebase.google.com/"+identitytest.ProjectID),
		"empty sub":       with("sub", ""),
		"sub of 129":      with("sub", strings.Repeat("a", 129)),
		"bad signature":   good[:len(good)-8] + "AAAAAAAA",
		"another tenant":  s.google.Token(identitytest.Claims{UID: "alice", Tenant: "tenant-1"}),
		"garbage":         "a.b.c",
		"too long":        good + strings.Repeat("A", 9000),
		"four parts":      good + ".x",
	}
	lookups := s.google.Lookup.Calls()
	bodies := map[string]string{}
	for name, token := range forged {
		a := s.do("GET", "/api/profile", "", "Authorization", "Bearer "+token).want(401, "invalid_token")
		bodies[a.body] = name
		if strings.Contains(s.logs.String(), token) {
			t.Errorf("%s: the token is in the log", name)
		}
	}
	if len(bodies) != 1 {
		t.Errorf("got different answers %v, want byte-identical ones", bodies)
	}
	if got := s.google.Lookup.Calls(); got != lookups {
		t.Errorf("asked about the user %d times, want never", got-lookups)
	}
}

func TestR3AnExpiredTokenIsToldApart(t *testing.T) {
	s := newSite(t)
	expired := s.google.Token(identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-2 * time.Hour)})
	s.do("GET", "/api/profile", "", "Authorization", "Bearer "+expired).want(401, "token_expired")
}

func TestR7ASessionThatWasEndedCannotWrite(t *testing.T) {
	for name, end := range map[string]func(*identitytest.Server){
		"revoked": func(g *identitytest.Server) {
			g.SetUser(identitytest.User{UID: "alice", ValidSince: time.Now().Add(time.Minute)})
		},
		"disabled": func(g *identitytest.Server) { g.SetUser(identitytest.User{UID: "alice", Disabled: true}) },
		"deleted":  func(g *identitytest.Server) { g.RemoveUser("alice") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			headers := s.asAlice("If-Match", `"none"`)
			end(s.google)
			s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(401, "token_revoked")
			if _, err := s.firestore.Collection("profiles").Doc("alice").Get(t.Context()); err == nil {
				t.Error("something was written")
			}
		})
	}
}

func TestR10WhenGoogleCannotBeAskedItIsNotTheCallersFault(t *testing.T) {
	for name, fault := range map[string]identitytest.Fault{
		"429": identitytest.Status(429), "500": identitytest.Status(500), "503": identitytest.Status(503), "silent": identitytest.Silent,
	} {
		t.Run("certificates "+name, func(t *testing.T) {
			s := newSite(t)
			s.google.Certs.Fail(fault)
			a := s.do("GET", "/api/profile", "", s.asAlice()...).want(503, "unavailable")
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		})
		t.Run("look-up "+name, func(t *testing.T) {
			s := newSite(t)
			s.google.Lookup.Fail(fault)
			s.do("PATCH", "/api/profile", `{"bio":"x"}`, s.asAlice("If-Match", `"none"`)...).want(503, "unavailable")
			s.do("GET", "/api/account", "", s.asAlice()...).want(503, "unavailable")
		})
	}
}

func TestR29AnotherUsersUIDAndOneThatDoesNotExistLookTheSame(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "bob", Email: "bob@example.com"})
	for _, path := range []string{"/api/profile/", "/api/account/", "/api/users/"} {
		bob := s.do("GET", path+"bob", "", s.asAlice()...).want(404, "not_found")
		nobody := s.do("GET", path+"nobody", "", s.asAlice()...).want(404, "not_found")
		if bob.body != nobody.body {
			t.Errorf("%s: got %q and %q, want the same", path, bob.body, nobody.body)
		}
	}
}

func withAuth(path string, values ...string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	for _, v := range values {
		r.Header.Add("Authorization", v)
	}
	return r
}
