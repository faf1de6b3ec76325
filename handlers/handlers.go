// Package handlers is the HTTP side of the app: the route table, the middleware, and one file
// per concern.
//
// To follow a request, start with routes, which is the sitemap. auth.go explains the three
// levels of authentication that an API route can ask for. API handlers return an error;
// response.go writes it as JSON, and errors.go decides its status, code and message.
package handlers

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/latchkey/static"
	"example.com/latchkey/views"
)

// Config holds the settings of the site.
type Config struct {
	// Web is what the browser needs to know. Nothing in it is secret.
	Web views.WebConfig
	// ProjectID is the Google Cloud project whose traces the log lines refer to.
	ProjectID string
	// SessionPanel adds a panel to the account page that shows token claims and SDK events.
	SessionPanel bool
	// AuthHelper is where Firebase hosts the project's sign-in helper. If it is set, this site
	// serves the helper too, on the host Web.AuthDomain (authproxy.go). It is nil with an emulator,
	// which has its own.
	AuthHelper *url.URL

	// BehindProxy means that every request comes through a proxy that appends its client's
	// address to X-Forwarded-For, as Google's front end does on Cloud Run.
	BehindProxy bool
	// LoadBalancers are the addresses of load balancers in front of that proxy.
	LoadBalancers []netip.Prefix
	// ByAddress limits the requests of each client address. The zero value means no limit.
	ByAddress Limit
	// ByAccount limits the API requests of each signed-in user. The zero value means no limit.
	ByAccount Limit

	// Origins lists the other origins whose pages may call the API. Each must have the form
	// that config.Load checks.
	Origins []string
	// Staff identifies members of staff. If it is nil, there is no internal area.
	Staff StaffVerifier
	// Google verifies ID tokens from Google Sign-In. If it is nil, the API doesn't accept them.
	Google GoogleTokens
}

type server struct {
	cfg       Config
	log       *slog.Logger
	verifier  Verifier
	accounts  Accounts
	profiles  Profiles
	project   Project
	readiness *readiness
	reports   methodReports
	byAddress *limiter[netip.Prefix]
	byAccount *limiter[string]
	policy    string          // the Content-Security-Policy, without its script-src
	mounted   map[string]bool // every route, as routeKey writes it
}

// New returns the complete site.
func New(
	cfg Config, log *slog.Logger,
	verifier Verifier, accounts Accounts, project Project, profiles Profiles,
) http.Handler {
	s := &server{
		cfg: cfg, log: log,
		verifier: verifier, accounts: accounts, project: project, profiles: profiles,
		byAddress: newAddressLimiter(cfg.ByAddress),
		byAccount: newAccountLimiter(cfg.ByAccount),
		policy:    contentSecurityPolicy(cfg.Web),
	}
	s.readiness = &readiness{check: s.checkDependencies, maxAge: 5 * time.Second}
	return s.routes()
}

// routes is the sitemap. Middleware runs from top to bottom.
func (s *server) routes() http.Handler {
	r := chi.NewRouter()

	// Log one line per request, including why it was rejected.
	r.Use(s.logRequests)
	// Set security headers on every response, whatever its status.
	r.Use(s.securityHeaders)
	// Turn a panic into a 500 for this request only.
	r.Use(s.recoverPanics)
	// Let pages on the configured origins call the API (CORS).
	r.Use(s.allowOrigins)
	// Limit the requests of each client address.
	r.Use(s.limitAddresses)
	// Block changes that a browser sends on behalf of any other site.
	r.Use(s.blockCrossSite)
	// Compress pages. Static files are precompressed, and API responses are small.
	r.Use(compressPages)
	// Route HEAD requests like GET requests.
	r.Use(headAsGet)

	r.NotFound(s.fail(errNotFound))
	r.MethodNotAllowed(s.methodNotAllowed)

	s.pageRoutes(r)
	r.Route("/api", s.apiRoutes)
	if s.cfg.Staff != nil {
		r.With(s.requireStaff).Route("/internal", s.internalRoutes)
	}
	if s.cfg.AuthHelper != nil {
		s.authHelperRoutes(r)
	}
	s.healthRoutes(r)

	s.mounted = mountedIn(r)
	return r
}

// pageRoutes are the pages, which are public. JavaScript fills them through the API.
func (s *server) pageRoutes(r chi.Router) {
	// Landing page.
	r.Get("/", s.page("", views.Home))
	// Sign in or create an account.
	r.Get("/signin", s.page("Sign in", views.SignIn))
	// The user's own account and profile.
	r.Get("/account", s.page("Account", views.Account))
	// User administration. The API calls behind it require the admin role.
	r.Get("/admin", s.page("Users", views.Admin))
	// Where links in emails lead, such as "reset password".
	r.With(noReferrer).Get("/auth/action", s.page("Email link", views.Action))

	// A browser reports a sign-in method that is disabled in the Firebase project.
	r.Post("/signin/refused", s.reportDisabledMethod)
	// The icon, for browsers that don't read its address from the page.
	r.Get("/favicon.ico", favicon)
	// Scripts, styles and images, under a hash of their content.
	r.Mount("/static", static.Handler())
}

// apiRoutes are the JSON API. Callers send "Authorization: Bearer ID_TOKEN". Each route chooses
// how sure it must be of the session: signedIn, stillSignedIn or recentlySignedIn (auth.go).
func (s *server) apiRoutes(r chi.Router) {
	// The user record, the profile and the token's claims, in one response.
	r.With(s.signedIn).Get("/account", s.api(s.getAccount))
	// Change the display name or photo.
	r.With(s.stillSignedIn).Patch("/account", s.api(s.patchAccount))
	// Delete the account and everything that belongs to it.
	r.With(s.recentlySignedIn).Delete("/account", s.api(s.deleteAccount))
	// Download everything stored about the user.
	r.With(s.recentlySignedIn).Get("/account/export", s.api(s.exportAccount))

	// The profile, with an ETag.
	r.With(s.signedIn).Get("/profile", s.api(s.getProfile))
	// Save some fields of the profile. If-Match is required.
	r.With(s.stillSignedIn).Patch("/profile", s.api(s.patchProfile))

	// Check that the session is still valid.
	r.With(s.signedIn).Get("/session", s.api(s.getSession))
	// Sign out on every device.
	r.With(s.recentlySignedIn).Delete("/sessions", s.api(s.endSessions))

	// Calls for users with a verified email address.
	r.With(s.signedIn, s.requireVerifiedEmail).Route("/members", s.memberRoutes)
	// User administration, for users with the admin role.
	r.With(s.stillSignedIn, s.requireRole(adminRole)).Route("/admin/users", s.adminRoutes)

	if s.cfg.Google != nil {
		// The claims of a Google Sign-In ID token, which replaces the Firebase ID token here.
		r.Get("/google/tokeninfo", s.api(s.getTokenInfo))
	}
}

// memberRoutes are the routes below /api/members.
func (s *server) memberRoutes(r chi.Router) {
	// An example to copy: it returns a greeting.
	r.Get("/hello", s.api(s.getMembersHello))
}

// adminRoutes are the routes below /api/admin/users. Every change requires a recent sign-in, so
// that a token stolen from an older session can't grant roles or disable other administrators.
func (s *server) adminRoutes(r chi.Router) {
	// List users page by page, or search.
	r.Get("/", s.api(s.listUsers))
	// Disable or enable a user, or set roles.
	r.With(s.recentlySignedIn).Patch("/{uid}", s.api(s.changeUser))
	// Sign a user out on every device.
	r.With(s.recentlySignedIn).Delete("/{uid}/sessions", s.api(s.signOutUser))
	// Delete a user and everything that belongs to them.
	r.With(s.recentlySignedIn).Delete("/{uid}", s.api(s.deleteUser))
}

// internalRoutes are the same administration for staff, whom Identity-Aware Proxy
// authenticates. They take no ID token, so how recent the sign-in must be is a setting of IAP.
func (s *server) internalRoutes(r chi.Router) {
	// User administration page.
	r.Get("/", s.page("Users", staffConsole))
	// The signed-in member of staff.
	r.Get("/api/staff", s.api(s.getStaff))
	// List users page by page, or search.
	r.Get("/api/users", s.api(s.listUsers))
	// Disable or enable a user, or set roles.
	r.Patch("/api/users/{uid}", s.api(s.changeUser))
	// Sign a user out on every device.
	r.Delete("/api/users/{uid}/sessions", s.api(s.signOutUser))
	// Delete a user and everything that belongs to them.
	r.Delete("/api/users/{uid}", s.api(s.deleteUser))
}

// authHelperRoutes serve Firebase's sign-in helper from this origin.
func (s *server) authHelperRoutes(r chi.Router) {
	helper := s.guardHelper(s.newAuthProxy(s.cfg.AuthHelper))
	// The pages and scripts of the helper.
	r.Handle("/__/auth/*", helper)
	// The project's web settings, which the helper reads.
	r.Handle("/__/firebase/init.json", helper)
}

// healthRoutes are for probes and load balancers.
func (s *server) healthRoutes(r chi.Router) {
	// The process is running.
	r.Get("/health/live", s.live)
	// The server can handle authenticated requests: it has Google's keys and reaches Firestore.
	r.Get("/health/ready", s.ready)
}

// isAPI reports whether the request is for the API, as opposed to a page or the internal area.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
