package handlers_test

// What holds for every route at once.

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/identity/identitytest"
)

// routesOf are the paths of the site that answer to a method, with parameters filled in.
func routesOf(t testing.TB, s *site, method string) (paths []string) {
	t.Helper()
	err := chi.Walk(s.handler.(chi.Routes), func(m, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if m == method && !strings.HasPrefix(route, "/static") {
			paths = append(paths, strings.NewReplacer("{uid}", "alice", "/*", "/x").Replace(route))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestR43NoGETChangesAnything(t *testing.T) {
	var mu sync.Mutex
	var writes []string
	s := newSite(t, func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if !strings.HasSuffix(info.FullMethod, "/BatchGetDocuments") {
			mu.Lock()
			writes = append(writes, info.FullMethod)
			mu.Unlock()
		}
		return next(ctx, req)
	})
	headers := s.asAdmin()
	paths := routesOf(t, s, "GET")
	if len(paths) < 10 {
		t.Fatalf("got the routes %v, want all of them", paths)
	}
	for _, path := range paths {
		s.do("GET", path, "", headers...)
		s.do("HEAD", path, "", headers...)
	}
	if len(writes) > 0 || s.google.Update.Calls()+s.google.Delete.Calls() > 0 {
		t.Errorf("got the calls %v of Firestore, %d updates and %d deletions of users; want none",
			writes, s.google.Update.Calls(), s.google.Delete.Calls())
	}
}

// TestR12NoAnswerSaysWhatTheSDKOrTheTokenSaid makes everything fail, with texts that are easy to find again.
func TestR12NoAnswerSaysWhatTheSDKOrTheTokenSaid(t *testing.T) {
	const backend, claim = "BACKEND-TEXT", "CLAIM-VALUE"
	failing := false
	s := newSite(t, func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if failing {
			return nil, status.Error(codes.PermissionDenied, backend) // one that nobody translates
		}
		return next(ctx, req)
	})
	extra := map[string]any{"secret": claim}
	good := identitytest.Claims{UID: "alice", Extra: extra}
	tokens := map[string]string{
		"good":             s.google.Token(good),
		"expired":          s.google.Token(identitytest.Claims{UID: "alice", Extra: extra, IssuedAt: time.Now().Add(-2 * time.Hour)}),
		"wrong audience":   s.google.Token(identitytest.Claims{UID: "alice", Extra: map[string]any{"aud": claim}}),
		"wrong issuer":     s.google.Token(identitytest.Claims{UID: "alice", Extra: map[string]any{"iss": claim}}),
		"unknown key":      s.google.Mint(map[string]any{"alg": "RS256", "kid": claim}, good.Map()),
		"unknown alg":      s.google.Mint(map[string]any{"alg": claim, "kid": "key-1"}, good.Map()),
		"a tenant":         s.google.Token(identitytest.Claims{UID: "alice", Tenant: claim}),
		"nobody's":         s.google.Token(identitytest.Claims{UID: claim}),
		"old":              s.google.Token(identitytest.Claims{UID: "alice", Extra: map[string]any{"secret": claim, "auth_time": 1}}),
		"no base64 at all": "a.b." + claim,
	}
	s.google.SetCertMaxAge(0)
	for name, token := range tokens {
		s.wantNothingSaid(name+" token", token, backend, claim)
	}
	for name, broken := range map[string]*identitytest.Endpoint{
		"certificates": &s.google.Certs, "look-up": &s.google.Lookup, "update": &s.google.Update, "deletion": &s.google.Delete,
		"list": &s.google.List, "settings": &s.google.Config,
	} {
		broken.Fail(identitytest.Status(429)) // the SDK does not try that again
		s.wantNothingSaid(name+" broken", s.google.Token(good), backend, claim)
		broken.Fail(nil)
	}
	failing = true
	s.wantNothingSaid("Firestore broken", s.google.Token(good), backend, claim)
}

// wantNothingSaid calls every route of the API and looks for texts in what it is refused with. (What it is given is the
// caller's own, claims included.)
func (s *site) wantNothingSaid(when, token string, texts ...string) {
	s.t.Helper()
	texts = append(texts, "rpc error", "firebase", "somebody@example.com", "googleapis")
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		for _, path := range routesOf(s.t, s, method) {
			if !strings.HasPrefix(path, "/api/") {
				continue
			}
			s.google.SetUser(identitytest.User{UID: "alice"}) // one of the calls deletes her
			a := s.do(method, path, `{"bio":"x"}`, "Authorization", "Bearer "+token, "If-Match", `"none"`)
			for _, text := range texts {
				if a.status >= 400 && strings.Contains(strings.ToLower(a.body), strings.ToLower(text)) {
					s.t.Errorf("%s: %s %s says %q: %s", when, method, path, text, a.body)
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
		t.Errorf("got %d fetches before it was ready and %d after the first request, want 1 and 1", fetched, got)
	}
}

func TestR16WithoutKeysOrFirestoreItIsNotReady(t *testing.T) {
	s := newSite(t)
	s.google.Certs.Fail(identitytest.Status(503))
	s.do("GET", "/health/ready", "").want(503, "unavailable")
	s.do("GET", "/health/live", "").want(200, "")
	down := newSite(t, func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
		return nil, status.Error(codes.Internal, "down")
	})
	down.do("GET", "/health/ready", "").want(503, "unavailable")
}

func TestR33AnOldTokenBringsNothingBackAfterTheDeletion(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice("If-Match", `"none"`)
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, headers...).want(200, "")
	s.do("DELETE", "/api/account", "", headers...).want(204, "")
	s.do("PATCH", "/api/profile", `{"bio":"back"}`, headers...).want(401, "token_revoked")
	if _, err := s.firestore.Collection("profiles").Doc("alice").Get(t.Context()); status.Code(err) != codes.NotFound {
		t.Errorf("the document: got %v, want not found", err)
	}
}

func TestR8ASignInBeforeTheRevocationCannotWriteThoughItsTokenIsNewer(t *testing.T) {
	s := newSite(t)
	s.google.SetUser(identitytest.User{UID: "alice", ValidSince: time.Now().Add(-time.Minute)})
	token := s.google.Token(identitytest.Claims{UID: "alice", AuthTime: time.Now().Add(-time.Hour)})
	s.do("PATCH", "/api/profile", `{"bio":"x"}`, "Authorization", "Bearer "+token, "If-Match", `"none"`).want(401, "token_revoked")
}

func TestR38TheHeadersOfA500AreThoseOfAnyOther(t *testing.T) {
	s := newSite(t, func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
		return nil, status.Error(codes.PermissionDenied, "no role")
	})
	a := s.do("GET", "/api/profile", "", s.asAlice("X-Forwarded-Proto", "https")...).want(500, "internal")
	for _, name := range []string{"Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"} {
		if a.header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v", a.header)
	}
}

// TestHeadIsAnsweredLikeGet: whoever watches a site or previews a link asks with HEAD first.
func TestHeadIsAnsweredLikeGet(t *testing.T) {
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

// TestARefusedMethodSaysWhichOnesThereAre is about RFC 9110, section 15.5.6.
func TestARefusedMethodSaysWhichOnesThereAre(t *testing.T) {
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
		a := s.do("PUT", path, "", headers...)
		if got := a.header.Get("Allow"); a.status != 405 || got != want {
			t.Errorf("PUT %s: got %d and Allow %q, want 405 and %q", path, a.status, got, want)
		}
	}
}
