package handlers

import (
	"context"
	"net/http"
	"time"

	"example.com/latchkey/identity"
)

// The middleware in this file authenticates the user of an API call. There are three levels,
// and every route for users picks one. Each level includes the checks of the ones above it.
//
//	level             use it for                 it requires                      user lookups
//	signedIn          reading                    a valid ID token, whose session  one per token
//	                                             was valid within the last 30 s   every 30 s
//	stillSignedIn     changes, the user list     a session that is valid now      one per request
//	recentlySignedIn  deletions, exports, admin  a sign-in in the last 5 minutes  one per request
//
// A lookup is a request to Identity Platform. The 30 seconds are the RevocationMaxAge of
// identity.Options.
//
// Levels can be nested: a route in a group of stillSignedIn may ask for recentlySignedIn, which
// then checks only the time of the sign-in. Nested levels count a request against the rate limit
// once.

// Verifier identifies the user that an ID token belongs to. *identity.Verifier implements it.
type Verifier interface {
	// Verify checks the token's signature and claims, without a user lookup.
	Verify(ctx context.Context, token string) (*identity.User, error)
	// CheckSession checks that the session of a verified user hasn't ended, and returns the
	// user's current email address and roles. Unless live is true, it may have looked the user
	// up some seconds ago.
	CheckSession(ctx context.Context, u *identity.User, live bool) (*identity.User, error)
	// Forget drops cached checks of a user whose sessions may have ended.
	Forget(uid string)
	// Warm fetches Google's public keys before the first request needs them.
	Warm(ctx context.Context) error
}

// recentSignIn is how long a sign-in counts as recent. The Firebase SDK uses the same five
// minutes for its own sensitive operations.
const recentSignIn = 5 * time.Minute

// authTimeout bounds all steps of authentication together, so that a request fails with 503
// within two seconds if Google doesn't respond.
const authTimeout = 1800 * time.Millisecond

// signedIn admits requests with a valid ID token and puts the user into their context. A
// session that another instance has ended may still pass for up to 30 seconds.
func (s *server) signedIn(next http.Handler) http.Handler {
	return s.authenticate(false, next)
}

// stillSignedIn is signedIn plus a live check of the session. If the session has ended, or the
// user was disabled or deleted, it rejects the request at once. The user's email address and
// roles in the context are current, too, not those of the token.
func (s *server) stillSignedIn(next http.Handler) http.Handler {
	return s.authenticate(true, next)
}

// recentlySignedIn is stillSignedIn plus a check that the user signed in within the last five
// minutes. It protects against a token that leaked, and against an unlocked screen. Use it for
// what can't be undone, for the data export, and for everything that changes another user.
func (s *server) recentlySignedIn(next http.Handler) http.Handler {
	return s.stillSignedIn(s.api(func(w http.ResponseWriter, r *http.Request) error {
		if !caller(r).SignedInWithin(recentSignIn, time.Now()) {
			return errReauthRequired
		}
		next.ServeHTTP(w, r)
		return nil
	}))
}

// authenticated is the context key of a request that authenticate has admitted. The value is true
// if it checked the session live.
type authenticated struct{}

// authenticate admits requests of signed-in users. If an outer level has admitted the request, it
// does only what is missing: a live check of the session, if that level made none.
func (s *server) authenticate(live bool, next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		wasLive, done := r.Context().Value(authenticated{}).(bool)
		if done && (wasLive || !live) {
			next.ServeHTTP(w, r)
			return nil
		}
		user, err := s.identify(w, r, live)
		if err != nil {
			return err
		}
		ctx := context.WithValue(r.Context(), authenticated{}, live)
		next.ServeHTTP(w, r.WithContext(identity.WithUser(ctx, user)))
		return nil
	})
}

// identify returns the user of the request, in steps from cheap to expensive. A forged token is
// rejected before it counts against anyone's rate limit, and a request over the limit costs no
// user lookup.
func (s *server) identify(
	w http.ResponseWriter, r *http.Request, live bool,
) (*identity.User, error) {
	ctx, cancel := context.WithTimeout(r.Context(), authTimeout)
	defer cancel()

	user, admitted := identity.UserFrom(ctx) // by an outer level
	if !admitted {
		token, err := identity.BearerToken(r.Header, r.URL.Query())
		if err != nil {
			return nil, err
		}
		if user, err = s.verifier.Verify(ctx, token); err != nil {
			return nil, err
		}
		if err := s.limitAccount(w, user); err != nil {
			return nil, err
		}
	}
	return s.verifier.CheckSession(ctx, user, live)
}

// caller returns the authenticated user. It panics if the route isn't protected by one of the
// levels above, because a handler must never run with an empty uid.
func caller(r *http.Request) *identity.User {
	user, ok := identity.UserFrom(r.Context())
	if !ok {
		panic("this route needs signedIn, stillSignedIn or recentlySignedIn in the route table")
	}
	return user
}
