package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"example.com/latchkey/identity"
	"example.com/latchkey/views"
)

// StaffVerifier tells which member of staff a request comes from. *identity.IAPVerifier is one.
type StaffVerifier interface {
	Verify(ctx context.Context, header http.Header) (*identity.Staff, error)
}

// staffOnly lets requests into the internal area that carry an assertion of Identity-Aware Proxy. Who may have one is
// decided there (roles/iap.httpsResourceAccessor), and being let in is all the right there is: the role admin is for end
// users. A bearer token is not looked at, so nobody is staff and an end user in the same request.
func (s *server) staffOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		staff, err := s.cfg.Staff.Verify(r.Context(), r.Header)
		if err != nil {
			s.writeError(w, r, asError(err))
			return
		}
		next.ServeHTTP(w, r.WithContext(identity.WithStaff(r.Context(), staff)))
	})
}

// staffConsole is the page of /admin on top of the calls for staff.
func staffConsole(p views.Page) templ.Component {
	return views.AdminConsole(p, "/internal/api")
}

// getStaff answers GET /internal/api/staff with who is signed in at Identity-Aware Proxy, for the console to show.
func (s *server) getStaff(w http.ResponseWriter, r *http.Request) error {
	staff, ok := identity.StaffFrom(r.Context())
	if !ok {
		panic("handler for staff mounted without staffOnly")
	}
	writeJSON(w, http.StatusOK, map[string]string{"subject": staff.Subject, "email": staff.Email})
	return nil
}
