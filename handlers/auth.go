package handlers

import (
	"context"
	"net/http"

	"example.com/latchkey/identity"
)

// Verifier tells who a token belongs to. *identity.Verifier is one.
type Verifier interface {
	// Verify checks the token itself, from keys and a cache in memory.
	Verify(ctx context.Context, token string) (*identity.User, error)
	// VerifyLive also asks Identity Platform whether the session has been ended since, which costs one call to it.
	VerifyLive(ctx context.Context, token string) (*identity.User, error)
	// Warm fetches the keys, so that the first request need not wait for them.
	Warm(ctx context.Context) error
}

// signedIn lets a request through that carries a valid ID token and puts the user into its context. A session that was
// ended elsewhere stays valid here until its token expires, one hour at most; where that is too long, use signedInLive.
func (s *server) signedIn(next http.Handler) http.Handler {
	return s.authenticate(s.verifier.Verify, next)
}

// signedInLive is signedIn for routes that change something or show what is sensitive: a token of a session that was
// ended, or of a user who is disabled or gone, is refused at once. The price is one accounts:lookup for each request.
func (s *server) signedInLive(next http.Handler) http.Handler {
	return s.authenticate(s.verifier.VerifyLive, next)
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
