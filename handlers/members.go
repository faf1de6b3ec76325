package handlers

import "net/http"

// getMembersHello handles GET /api/members/hello, the example of a call for users with a
// verified email address. Add calls of that kind to memberRoutes.
func (s *server) getMembersHello(w http.ResponseWriter, r *http.Request) error {
	writeJSON(w, http.StatusOK, map[string]string{
		"message": "Your email address is verified, so you can use this.",
	})
	return nil
}

// requireVerifiedEmail admits only users whose email address was verified when their session
// was last checked. Anyone can sign up with someone else's address, so an unverified one must
// not give access to anything.
func (s *server) requireVerifiedEmail(next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		if user := caller(r); user.Email == "" || !user.EmailVerified {
			return errEmailUnverified
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
