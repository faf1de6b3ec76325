package handlers

import "net/http"

// getMembersHello answers GET /api/members/hello. It is the example of a call for people with a verified email address:
// put calls of that kind into the same group of the route table.
func (s *server) getMembersHello(w http.ResponseWriter, r *http.Request) error {
	writeJSON(w, http.StatusOK, map[string]string{"message": "Your address is verified, so this call is open to you."})
	return nil
}

// verifiedEmail lets callers through whose email address is verified, as the token says it. Somebody can sign up with an
// address that is not theirs; until it is verified, it must open nothing.
func (s *server) verifiedEmail(next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		if user := caller(r); user.Email == "" || !user.EmailVerified {
			return errEmailUnverified
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
