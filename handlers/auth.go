package handlers

import (
	"context"
	"net/http"
	"time"

	"example.com/latchkey/identity"
)

// Verifier tells who a token belongs to. *identity.Verifier is one.
type Verifier interface {
	// VerifyRecent checks the token, and whether its session still stands by an answer that is at most seconds old.
	VerifyRecent(ctx context.Context, token string) (*identity.User, error)
	// VerifyLive asks Identity Platform each time.
	VerifyLive(ctx context.Context, token string) (*identity.User, error)
	// Forget drops what is remembered of a user whose sessions were just ended.
	Forget(uid string)
	// Warm fetches the keys, so that the first request need not wait for them.
	Warm(ctx context.Context) error
}

// recentSignIn is how long ago the sign-in may be for what signedInRecently guards. The Firebase SDK uses the same five
// minutes for its own sensitive calls.
const recentSignIn = 5 * time.Minute

// signedIn lets a request through that carries a valid ID token and puts the user into its context. A session that was
// ended through another instance is refused within identity.Options.RevocationMaxAge. The price is one accounts:lookup
// for each token in that time.
func (s *server) signedIn(next http.Handler) http.Handler {
	return s.authenticate(s.verifier.VerifyRecent, next)
}

// signedInLive is signedIn for what changes something: a session that was ended, or whose user is disabled or gone, is
// refused at once. The price is one accounts:lookup for each request.
func (s *server) signedInLive(next http.Handler) http.Handler {
	return s.authenticate(s.verifier.VerifyLive, next)
}

// signedInRecently is signedInLive for what cannot be undone: the person also has to have signed in within the last
// minutes. A token alone, from a screen left unlocked or out of a leaked log, does not suffice.
func (s *server) signedInRecently(next http.Handler) http.Handler {
	return s.signedInLive(s.api(func(w http.ResponseWriter, r *http.Request) error {
		if !caller(r).SignedInWithin(recentSignIn, time.Now()) {
			return errReauthRequired
		}
		next.ServeHTTP(w, r)
		return nil
	}))
}

func (s *server) authenticate(verify func(context.Context, string) (*identity.User, error), next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		token, err := identity.BearerToken(r.Header, r.URL.Query())
		if err != nil {
			return err
		}
		user, err := verify(r.Context(), token)
		if err != nil {
			return err
		}
		if err := s.limitAccount(w, user); err != nil {
			return err
		}
		next.ServeHTTP(w, r.WithContext(identity.WithUser(r.Context(), user)))
		return nil
	})
}

// caller is the verified user. Its absence means that a route was mounted without signedIn: a programming error, which
// must not pass as somebody with an empty uid.
func caller(r *http.Request) *identity.User {
	user, ok := identity.UserFrom(r.Context())
	if !ok {
		panic("handler for signed-in users mounted without authentication")
	}
	return user
}
