package handlers

import (
	"net/http"
	"time"
)

// exportAccount handles GET /api/account/export: it returns everything stored about the caller
// as a file download. If you store personal data in another place, add it here and to erase.
func (s *server) exportAccount(w http.ResponseWriter, r *http.Request) error {
	uid := caller(r).UID
	user, err := s.accounts.GetRecord(r.Context(), uid)
	if err != nil {
		return err
	}
	stored, err := s.profiles.Export(r.Context(), uid)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="latchkey-account.json"`)
	writeJSON(w, http.StatusOK, map[string]any{
		"exportedAt":       time.Now().UTC().Truncate(time.Second),
		"user":             user,
		"profile":          stored.Fields,
		"profileCreatedAt": stored.CreatedAt,
		"profileUpdatedAt": stored.UpdatedAt,
	})
	return nil
}
