package handlers_test

// These tests check properties that hold for every route.

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/identity/identitytest"
)

func TestR43NoGETRequestChangesAnything(t *testing.T) {
	var mu sync.Mutex
	var writes []string
	s := newSite(t, func(
		ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler,
	) (any, error) {
		if !strings.HasSuffix(info.FullMethod, "/BatchGetDocuments") {
			mu.Lock()
			writes = append(writes, info.FullMethod)
			mu.Unlock()
		}
		return next(ctx, req)
	})
	admin := bearer(s.userFor("/api/admin/users", "root"))
	google := bearer(s.google.GoogleToken("eve", nil))
	paths := routesOf(t, s, "GET")
	if len(paths) < 10 {
		t.Fatalf("got the routes %v, want all of them", paths)
	}
	for _, path := range paths {
		headers := admin
		switch {
		case strings.HasPrefix(path, "/internal/"):
			headers = s.asStaff()
		case strings.HasPrefix(path, "/api/google/"):
			headers = google
		}
		for _, method := range []string{"GET", "HEAD"} {
			if res := s.do(method, path, "", headers...); res.status >= 400 {
				t.Errorf("%s %s: got %d, want success", method, path, res.status)
			}
		}
	}
	if len(writes) > 0 || s.google.Update.Calls()+s.google.Delete.Calls() > 0 {
		t.Errorf("got the Firestore calls %v, %d user updates and %d user deletions; want none",
			writes, s.google.Update.Calls(), s.google.Delete.Calls())
	}
}

// The test makes every dependency fail in turn, and looks for their texts in the responses.
func TestR12NoResponseRepeatsBackendErrorsOrClaims(t *testing.T) {
	const backend, claim = "BACKEND-TEXT", "CLAIM-VALUE"
	failing := false
	s := newSite(t, func(
		ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler,
	) (any, error) {
		if failing {
			return nil, status.Error(codes.PermissionDenied, backend) // a code with no translation
		}
		return next(ctx, req)
	})
	with := func(name string, value any) string {
		extra := map[string]any{"secret": claim, name: value}
		return s.google.Token(identitytest.Claims{UID: "alice", Extra: extra})
	}
	extra := map[string]any{"secret": claim}
	good := identitytest.Claims{UID: "alice", Extra: extra}
	expired := good
	expired.IssuedAt = time.Now().Add(-2 * time.Hour)
	unknownKey := map[string]any{"alg": "RS256", "kid": claim}
	unknownAlg := map[string]any{"alg": claim, "kid": "key-1"}
	s.google.SetCertMaxAge(0)
	for name, token := range map[string]string{
		"good":           s.google.Token(good),
		"expired":        s.google.Token(expired),
		"wrong audience": with("aud", claim),
		"wrong issuer":   with("iss", claim),
		"unknown key":    s.google.Mint(unknownKey, good.Map()),
		"unknown alg":    s.google.Mint(unknownAlg, good.Map()),
		"tenant":         s.google.Token(identitytest.Claims{UID: "alice", Tenant: claim}),
		"unknown user":   s.google.Token(identitytest.Claims{UID: claim}),
		"old sign-in":    with("auth_time", 1),
		"not base64":     "a.b." + claim,
	} {
		s.wantNoErrorToContain(name+" token", token, backend, claim)
	}
	for name, endpoint := range map[string]*identitytest.Endpoint{
		"certificates": &s.google.Certs, "lookup": &s.google.Lookup, "update": &s.google.Update,
		"deletion": &s.google.Delete, "list": &s.google.List, "settings": &s.google.Config,
	} {
		endpoint.Fail(identitytest.Status(429)) // the SDK doesn't retry after a 429
		s.wantNoErrorToContain(name+" broken", s.google.Token(good), backend, claim)
		endpoint.Fail(nil)
	}
	failing = true
	s.wantNoErrorToContain("Firestore broken", s.google.Token(good), backend, claim)
}

// wantNoErrorToContain calls every route of the API and looks for texts in the errors.
// (Successful responses may contain the caller's own claims.)
func (s *site) wantNoErrorToContain(when, token string, texts ...string) {
	s.t.Helper()
	const email = "private@example.com"
	texts = append(texts, "rpc error", "firebase", email, "googleapis")
	headers := append(bearer(token), "If-Match", `"none"`)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		for _, path := range routesOf(s.t, s, method) {
			if !strings.HasPrefix(path, "/api/") {
				continue
			}
			// Some of the calls delete the user.
			s.google.SetUser(identitytest.User{UID: "alice", Email: email})
			res := s.do(method, path, `{"bio":"x"}`, headers...)
			for _, text := range texts {
				body := strings.ToLower(res.body)
				if res.status >= 400 && strings.Contains(body, strings.ToLower(text)) {
					s.t.Errorf("%s: %s %s says %q: %s", when, method, path, text, res.body)
				}
			}
		}
	}
}

func TestR16OnceReadyTheFirstRequestFetchesNoKeys(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/health/ready", "").want(200, "")
	fetched := s.google.Certs.Calls()
	s.do("GET", "/api/profile", "", s.asAlice()...).want(200, "")
	if got := s.google.Certs.Calls(); fetched != 1 || got != fetched {
		t.Errorf("got %d fetches before it was ready and %d after the first request, want 1 and 1",
			fetched, got)
	}
}

func TestR16WithoutKeysOrFirestoreItIsNotReady(t *testing.T) {
	s := newSite(t)
	s.google.Certs.Fail(identitytest.Status(503))
	s.do("GET", "/health/ready", "").want(503, "unavailable")
	s.do("GET", "/health/live", "").want(200, "")
	down := newSite(t, failAll(codes.Internal))
	down.do("GET", "/health/ready", "").want(503, "unavailable")
}

// failAll makes every call to Firestore fail.
func failAll(code codes.Code) grpc.UnaryServerInterceptor {
	return func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
		return nil, status.Error(code, "failed on purpose")
	}
}

func TestR33AnOldTokenRestoresNothingAfterDeletion(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice("If-Match", `"none"`)
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(200, "")
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	s.do("PATCH", "/api/profile", `{"bio":"back"}`, headers...).want(401, "token_revoked")
	_, err := s.firestore.Collection("profiles").Doc("alice").Get(t.Context())
	if status.Code(err) != codes.NotFound {
		t.Errorf("the document: got %v, want not found", err)
	}
}

func TestR8ATokenIssuedAfterARevocationForAnOlderSignInCannotWrite(t *testing.T) {
	s := newSite(t)
	now := time.Now()
	s.google.SetUser(identitytest.User{UID: "alice", ValidSince: now.Add(-time.Minute)})
	claims := identitytest.Claims{UID: "alice", AuthTime: now.Add(-time.Hour)}
	headers := append(bearer(s.google.Token(claims)), "If-Match", `"none"`)
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(401, "token_revoked")
}

func TestR38A500HasTheSecurityHeaders(t *testing.T) {
	s := newSite(t, failAll(codes.PermissionDenied))
	res := s.do("GET", "/api/profile", "", s.asAlice("X-Forwarded-Proto", "https")...)
	res.want(500, "internal")
	for _, name := range []string{
		"Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy",
		"Permissions-Policy",
	} {
		if res.header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	policy := res.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'none'") ||
		res.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v", res.header)
	}
}

// Uptime checks and link previews send HEAD requests.
func TestHEADHasTheStatusOfGET(t *testing.T) {
	s := newSite(t)
	headers := s.asAdmin()
	for _, path := range append(routesOf(t, s, "GET"), "/nowhere", "/api/nowhere") {
		get, head := s.do("GET", path, "", headers...), s.do("HEAD", path, "", headers...)
		if head.status != get.status {
			t.Errorf("HEAD %s: got %d, GET %d", path, head.status, get.status)
		}
	}
	s.do("HEAD", "/api/account", "").want(401, "unauthenticated")
}

// RFC 9110, section 15.5.6 requires the Allow header.
func TestA405ListsTheAllowedMethods(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{
		"/":                           "GET, HEAD",
		"/signin/refused":             "POST",
		"/api/profile":                "GET, HEAD, PATCH",
		"/api/sessions":               "DELETE",
		"/api/admin/users":            "GET, HEAD",
		"/api/admin/users/a%3Ab":      "PATCH, DELETE",
		"/api/admin/users/a/sessions": "DELETE",
		"/internal/api/users/a":       "PATCH, DELETE",
	} {
		headers := s.asAdmin()
		if strings.HasPrefix(path, "/internal/") {
			headers = s.asStaff()
		}
		res := s.do("PUT", path, "", headers...)
		if got := res.header.Get("Allow"); res.status != 405 || got != want {
			t.Errorf("PUT %s: got %d and Allow %q, want 405 and %q", path, res.status, got, want)
		}
	}
}
