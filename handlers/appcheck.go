package handlers

import (
	"log/slog"
	"net/http"
)

// AppCheckMode says what happens to API calls that carry no valid App Check token.
type AppCheckMode string

const (
	AppCheckOff     AppCheckMode = "off"     // nobody looks
	AppCheckLog     AppCheckMode = "log"     // they pass, with a line in the log: to see who would be shut out
	AppCheckEnforce AppCheckMode = "enforce" // they are refused
)

// Attester verifies App Check tokens. *identity.AppCheck is one.
type Attester interface {
	Verify(token string) (appID string, err error)
}

// attested looks at the App Check token of an API call. Turn it on with APP_CHECK=log, and to enforce once the log has
// gone quiet.
func (s *server) attested(next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		_, err := s.cfg.Attester.Verify(r.Header.Get("X-Firebase-AppCheck"))
		switch {
		case err != nil && s.cfg.AppCheck == AppCheckEnforce:
			return &Error{Status: http.StatusForbidden, Code: "app_check_failed",
				Message: "This call did not come from an app that we know.", Cause: err}
		case err != nil:
			s.log.WarnContext(r.Context(), "App Check", slog.String("route", routeOf(r)), slog.Any("error", err))
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
