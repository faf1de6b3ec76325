package identitytoolkit

import (
	"net/http"
	"strings"
)

// purposes names the kinds of email for people.
var linkTexts = map[string]string{
	oobVerifyEmail:          "Verify this email",
	oobPasswordReset:        "Reset the password",
	oobVerifyAndChangeEmail: "Verify this new email",
	oobRecoverEmail:         "Undo the change of email",
	oobEmailSignIn:          "Sign in",
}

// LinkText is what the message's link does.
func (m Message) LinkText() string { return linkTexts[m.Purpose] }

// Clock is the time of day in this computer's time zone.
func (m Message) Clock() string { return m.Time.Local().Format("15:04:05") }

// serveOutbox shows what was sent, the newest first: as JSON to /emulator/outbox.json and to whoever accepts only that.
func serveOutbox(s *Service, w http.ResponseWriter, r *http.Request) {
	accept := r.Header.Get("Accept")
	wantsJSON := strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
	if !wantsJSON && !strings.HasSuffix(r.URL.Path, ".json") {
		s.writePage(w, r, http.StatusOK, "outbox", "'none'", s.Outbox())
		return
	}
	if fromForeignOrigin(r) {
		s.writeError(w, r, errForeignOrigin)
		return
	}
	pageHeaders(w, "")
	messages := s.Outbox()
	if messages == nil {
		messages = []Message{}
	}
	writeJSON(w, http.StatusOK, map[string][]Message{"messages": messages})
}
