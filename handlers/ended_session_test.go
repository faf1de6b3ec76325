package handlers_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
	"example.com/latchkey/profile"
)

// readsWithin30s are the routes that may rely on a check of the session in the last 30 seconds.
// Every other route for users must check the session on each request.
var readsWithin30s = []string{
	"GET /api/account", "GET /api/profile", "GET /api/session", "GET /api/members/hello",
}

// validBodies are the bodies of requests that succeed.
var validBodies = map[string]string{
	"PATCH /api/account":           `{"displayName":"Ada"}`,
	"PATCH /api/profile":           `{"bio":"hello"}`,
	"PATCH /api/admin/users/alice": `{"disabled":true}`,
}

// endings are the ways in which a session ends.
var endings = map[string]func(google *identitytest.Server, uid string){
	"revoked": func(google *identitytest.Server, uid string) {
		google.SetUser(identitytest.User{UID: uid, ValidSince: time.Now().Add(time.Minute)})
	},
	"disabled": func(google *identitytest.Server, uid string) {
		google.SetUser(identitytest.User{UID: uid, Disabled: true})
	},
	"deleted": (*identitytest.Server).RemoveUser,
}

// newSiteWithClock is newSite with the revocation checks of production: reads rely on them for 30
// seconds, as measured by the clock.
func newSiteWithClock(t *testing.T, clock func() time.Time) *site {
	s := newSite(t)
	client := s.google.AuthClient(t)
	verifier := identity.NewVerifier(client, identity.Options{
		ProjectID: identitytest.ProjectID, RevocationMaxAge: 30 * time.Second, Now: clock,
	})
	s.handler = handlers.New(
		handlers.Config{ProjectID: identitytest.ProjectID},
		slog.New(slog.NewJSONHandler(s.logs, nil)),
		verifier, identity.NewAccounts(client), s.google.Project(t), profile.NewStore(s.firestore),
	)
	return s
}

// request calls a route such as "GET /api/account".
func (s *site) request(route, token string) *response {
	method, path, _ := strings.Cut(route, " ")
	return s.do(method, path, validBodies[route], append(bearer(token), "If-Match", `"none"`)...)
}

// userFor creates a user who may call the route, and returns the token of their sign-in just now.
func (s *site) userFor(route, uid string) string {
	u := identitytest.User{UID: uid, Email: uid + "@example.com", EmailVerified: true}
	if strings.Contains(route, "/admin/") {
		u.CustomClaims = `{"roles":["admin"]}`
	}
	s.google.SetUser(u)
	return s.google.Token(identitytest.Claims{UID: uid})
}

func TestR7EndedSessionsAreRejectedOnEveryRoute(t *testing.T) {
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			now := time.Now()
			s := newSiteWithClock(t, func() time.Time { return now })
			var routes []string
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
				for _, path := range routesOf(t, s, method) {
					if strings.HasPrefix(path, "/api/") {
						routes = append(routes, method+" "+path)
					}
				}
			}
			for i, route := range routes {
				s.google.SetUser(identitytest.User{UID: "alice"}) // the target of admin routes
				if res := s.request(route, s.userFor(route, "control")); res.status >= 300 {
					t.Errorf("%s with a valid session: got %d %s", route, res.status, res.body)
				}
				uid := fmt.Sprint("user", i)
				token := s.userFor(route, uid)
				s.request("GET /api/session", token).want(204, "") // checks the session
				end(s.google, uid)
				changes := s.google.Update.Calls() + s.google.Delete.Calls()
				if slices.Contains(readsWithin30s, route) {
					now = now.Add(30*time.Second - 1)
					if res := s.request(route, token); res.status >= 500 {
						t.Errorf("%s within 30 s: got %d %s", route, res.status, res.body)
					}
					now = now.Add(1)
				}
				res := s.request(route, token)
				if res.status != 401 || res.code() != "token_revoked" {
					t.Errorf("%s: got %d %q, want 401", route, res.status, res.body)
				}
				if s.google.Update.Calls()+s.google.Delete.Calls() > changes || s.hasProfile(uid) {
					t.Errorf("%s: something was changed", route)
				}
			}
			if len(routes) < 12 {
				t.Errorf("got only the routes %q", routes)
			}
		})
	}
}
