package handlers

import (
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// methodReports remembers when each sign-in method was last reported as disabled, so that many
// visitors don't fill the log with the same line.
type methodReports struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// reportInterval is the minimum time between two log lines about the same sign-in method.
const reportInterval = time.Hour

// due reports whether to log the method now. If so, it counts the method as logged.
func (m *methodReports) due(method string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last, ok := m.last[method]; ok && now.Sub(last) < reportInterval {
		return false
	}
	if m.last == nil {
		m.last = map[string]time.Time{}
	}
	m.last[method] = now
	return true
}

// reportDisabledMethod handles POST /signin/refused. The body is the name of a sign-in method
// that the app offers but Firebase rejects with auth/operation-not-allowed, because it is
// disabled in the project. Only browsers see that error, and only the operator can fix it, so
// it is logged here.
//
// The call is public. It never logs text that a client sent: the body only selects one of the
// configured methods, and each of those is logged at most once per hour.
func (s *server) reportDisabledMethod(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
	if err != nil {
		s.writeError(w, r, &Error{Status: http.StatusRequestEntityTooLarge, Cause: err,
			Code: "payload_too_large", Message: "Send only the name of a sign-in method."})
		return
	}
	i := slices.Index(s.cfg.Web.Methods, string(body))
	if i >= 0 && s.reports.due(s.cfg.Web.Methods[i], time.Now()) {
		s.log.WarnContext(r.Context(), "the sign-in page offers a method that the project has "+
			"disabled: enable it in the Firebase console under Authentication > Sign-in method, "+
			"or remove it from SIGN_IN_METHODS", slog.String("method", s.cfg.Web.Methods[i]))
	}
	w.WriteHeader(http.StatusNoContent)
}
