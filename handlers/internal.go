package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"example.com/latchkey/identity"
	"example.com/latchkey/views"
)

// StaffVerifier identifies the member of staff that a request comes from. *identity.IAPVerifier
// implements it.
type StaffVerifier interface {
	Verify(ctx context.Context, header http.Header) (*identity.Staff, error)
}

// requireStaff admits requests with a valid assertion from Identity-Aware Proxy (IAP) to the
// internal area. IAP decides who may get one (the role roles/iap.httpsResourceAccessor), and no
// other permission is needed: the admin role is for end users.
//
// It ignores bearer tokens, so no request acts as a member of staff and an end user at once.
func (s *server) requireStaff(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		staff, err := s.cfg.Staff.Verify(r.Context(), r.Header)
		if err != nil {
			s.writeError(w, r, asError(err))
			return
		}
		next.ServeHTTP(w, r.WithContext(identity.WithStaff(r.Context(), staff)))
	})
}

// staffConsole is the page of /admin, using the internal API.
func staffConsole(p views.Page) templ.Component {
	return views.AdminConsole(p, "/internal/api")
}

// getStaff handles GET /internal/api/staff: it returns the signed-in member of staff.
func (s *server) getStaff(w http.ResponseWriter, r *http.Request) error {
	staff, ok := identity.StaffFrom(r.Context())
	if !ok {
		panic("this route needs requireStaff in the route table")
	}
	writeJSON(w, http.StatusOK, map[string]string{"subject": staff.Subject, "email": staff.Email})
	return nil
}
