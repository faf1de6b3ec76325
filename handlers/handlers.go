// Package handlers is the HTTP side: the route table, the middleware, and one file per concern.
//
// Handlers return an error; api and page (answer.go) turn it into an answer, and errors.go says which.
package handlers

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"example.com/latchkey/static"
	"example.com/latchkey/views"
)

// Config is what the handlers need to know about where they run.
type Config struct {
	Web       views.WebConfig // handed to the browser; nothing in it is secret
	ProjectID string          // names the traces that log lines belong to

	SessionPanel bool // whether the account page shows the tokens and what happens to them

	// AuthHelper is the home of Firebase's sign-in helper, which is then served from this origin too. Nil where there is
	// none: the local Firebase brings its own.
	AuthHelper *url.URL

	// What keeps abuse in bounds. The zero values switch each of them off.
	TrustedProxies int // how many proxies of one's own requests pass through: 1 on Cloud Run
	ByAddress      Limit
	ByAccount      Limit

	Origins []string      // of pages elsewhere that may call the API; each must be a ValidOrigin
	Staff   StaffVerifier // tells staff; nil where there is no internal area
	Google  GoogleTokens  // verifies ID tokens of Google Sign-In; nil where they are not taken
}

type server struct {
	cfg       Config
	log       *slog.Logger
	verifier  Verifier
	accounts  Accounts
	profiles  Profiles
	project   Project
	ready     *readiness
	refused   refusals
	byAddress *limiter[netip.Addr]
	byAccount *limiter[string]
	policy    string          // Content-Security-Policy, but for script-src
	mounted   map[string]bool // METHOD PATTERN of every route
}

// New returns the whole site.
func New(cfg Config, log *slog.Logger, verifier Verifier, accounts Accounts, project Project, profiles Profiles) http.Handler {
	s := &server{cfg: cfg, log: log, verifier: verifier, accounts: accounts, project: project, profiles: profiles}
	s.policy = contentSecurityPolicy(cfg.Web)
	s.byAddress, s.byAccount = newLimiter[netip.Addr](cfg.ByAddress), newLimiter[string](cfg.ByAccount)
	s.ready = &readiness{check: s.checkDependencies, maxAge: 5 * time.Second}
	return s.routes()
}

// routes is the sitemap. Middleware runs from the top down.
func (s *server) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(s.logRequests)                       // one line for each request, with the verdict
	r.Use(s.securityHeaders)                   // on every answer, whatever its status
	r.Use(s.recoverPanics)                     // a panic is a 500, for this request only
	r.Use(s.allowOrigins)                      // a page elsewhere may call the API if its origin is on the list
	r.Use(clientAddress(s.cfg.TrustedProxies)) // from where, if one's own proxies say so
	r.Use(s.limitAddresses)                    // nobody gets more than their share of what is not static
	r.Use(s.refuseCrossSite)                   // any other page elsewhere cannot make a visitor's browser change something here
	r.Use(compressPages)                       // HTML only: static files are compressed already, and API answers are small and private
	r.Use(headAsGet)                           // whoever may GET something may ask for its headers alone
	r.NotFound(s.fail(errNotFound))
	r.MethodNotAllowed(s.methodNotAllowed)

	r.Get("/", s.page("", views.Home))                                         // what this is
	r.Get("/signin", s.page("Sign in", views.SignIn))                          // sign in or create an account
	r.Get("/account", s.page("Account", views.Account))                        // the shell of the account page; static/js fills it
	r.Get("/admin", s.page("Users", views.Admin))                              // for the role admin; the calls behind it refuse everybody else
	r.With(noReferrer).Get("/auth/action", s.page("Email link", views.Action)) // where the links in emails lead
	r.Post("/signin/refused", s.methodRefused)                                 // a browser reports a method that the project has switched off
	r.Get("/favicon.ico", favicon)                                             // browsers ask for it beside what is no page
	r.Mount("/static", static.Handler())                                       // immutable, under a hash of all static files

	if s.cfg.AuthHelper != nil { // Firebase's sign-in helper, as if it were at home here
		helper := s.onlyHelperPaths(s.newAuthProxy(s.cfg.AuthHelper))
		r.Handle("/__/auth/*", helper)
		r.Handle("/__/firebase/init.json", helper)
	}

	// JSON, Authorization: Bearer ID_TOKEN. How sure a call is that the session still stands, and what that costs, is
	// decided here: signedIn, signedInLive or signedInRecently (auth.go).
	r.Route("/api", func(r chi.Router) {
		r.With(s.signedIn).Get("/account", s.api(s.getAccount))               // user record, profile and token in one
		r.With(s.signedInLive).Patch("/account", s.api(s.patchAccount))       // display name and photo
		r.With(s.signedInLive).Get("/account/export", s.api(s.exportAccount)) // everything held on the caller, to keep
		r.With(s.signedInRecently).Delete("/account", s.api(s.deleteAccount)) // erase all of it, the user last
		r.With(s.signedIn).Get("/profile", s.api(s.getProfile))               // the extra fields, with an ETag
		r.With(s.signedInLive).Patch("/profile", s.api(s.patchProfile))       // save some of them; If-Match required
		r.With(s.signedIn).Get("/session", s.api(s.getSession))               // does this session still stand?
		r.With(s.signedInRecently).Delete("/sessions", s.api(s.endSessions))  // sign out on every device

		r.With(s.signedIn, s.verifiedEmail).Route("/members", func(r chi.Router) { // for verified addresses only
			r.Get("/hello", s.api(s.getMembersHello))
		})

		r.With(s.signedInLive, s.admin).Route("/admin/users", func(r chi.Router) { // for the role admin
			r.Get("/", s.api(s.listUsers))                                   // page by page, or a search
			r.Patch("/{uid}", s.api(s.changeUser))                           // disable, enable, set roles
			r.Delete("/{uid}/sessions", s.api(s.signOutUser))                // sign out on every device
			r.With(s.signedInRecently).Delete("/{uid}", s.api(s.deleteUser)) // erase everything
		})

		if s.cfg.Google != nil {
			r.Get("/google/tokeninfo", s.api(s.getTokenInfo)) // the claims of a Google ID token, instead of a Firebase one
		}
	})

	if s.cfg.Staff != nil { // the same for staff, whom Identity-Aware Proxy let in; no ID token
		r.With(s.staffOnly).Route("/internal", func(r chi.Router) {
			r.Get("/", s.page("Users", staffConsole))                   // the console of /admin
			r.Get("/api/staff", s.api(s.getStaff))                      // who is asking
			r.Get("/api/users", s.api(s.listUsers))                     // page by page, or a search
			r.Patch("/api/users/{uid}", s.api(s.changeUser))            // disable, enable, set roles
			r.Delete("/api/users/{uid}/sessions", s.api(s.signOutUser)) // sign out on every device
			r.Delete("/api/users/{uid}", s.api(s.deleteUser))           // erase everything
		})
	}

	r.Get("/health/live", s.live)     // the process answers
	r.Get("/health/ready", s.isReady) // keys are fetched and Firestore is reachable
	s.mounted = mountedIn(r)
	return r
}

var compressPages = middleware.Compress(5, "text/html")

// fail answers every request with the same error.
func (s *server) fail(e *Error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.writeError(w, r, e) }
}
