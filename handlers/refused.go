package handlers

import (
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// refusals remembers when a method was last complained about, so that many visitors make one line in the log and not many.
type refusals struct {
	mu   sync.Mutex
	last map[string]time.Time
}

const refusalsEvery = time.Hour

// due tells whether the method is worth a line, and counts it as written.
func (r *refusals) due(method string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := r.last[method]; ok && now.Sub(last) < refusalsEvery {
		return false
	}
	if r.last == nil {
		r.last = map[string]time.Time{}
	}
	r.last[method] = now
	return true
}

// methodRefused answers POST /signin/refused, by which a browser says that the project has switched off a method that this
// app offers (auth/operation-not-allowed). Only the browser hears of that, and only the operator can mend it.
//
// Anybody may call this, so nothing that the caller writes gets into the log: the body only chooses among the configured
// methods, and each is worth one line an hour.
func (s *server) methodRefused(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
	if err != nil {
		s.writeError(w, r, &Error{Status: http.StatusRequestEntityTooLarge, Code: "payload_too_large",
			Message: "Send the name of a sign-in method.", Cause: err})
		return
	}
	known := slices.Index(s.cfg.Web.Methods, string(body))
	if known >= 0 && s.refused.due(s.cfg.Web.Methods[known], time.Now()) {
		s.log.WarnContext(r.Context(), "people are offered a sign-in method that the project refuses: enable it under "+
			"Authentication, Sign-in method, in the Firebase console, or take it out of SIGN_IN_METHODS",
			slog.String("method", s.cfg.Web.Methods[known]))
	}
	w.WriteHeader(http.StatusNoContent)
}
