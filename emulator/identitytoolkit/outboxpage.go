package identitytoolkit

import (
	"net/http"
	"strings"
)

// linkTexts are the labels of the links in emails, by kind of email action.
var linkTexts = map[string]string{
	oobVerifyEmail:          "Verify email address",
	oobPasswordReset:        "Reset password",
	oobVerifyAndChangeEmail: "Verify new email address",
	oobRecoverEmail:         "Undo the change",
	oobEmailSignIn:          "Sign in",
}

// LinkText returns the label of the message's link. The outbox page uses it.
func (m Message) LinkText() string { return linkTexts[m.Purpose] }

// Clock returns the message's local time of day, such as 15:04:05. The outbox page uses it.
func (m Message) Clock() string { return m.Time.Local().Format("15:04:05") }

// serveOutbox serves the messages, newest first, as a page. It serves JSON at
// /emulator/outbox.json and to clients that accept JSON but not HTML.
func serveOutbox(s *Service, w http.ResponseWriter, r *http.Request) {
	accept := r.Header.Get("Accept")
	wantsJSON := strings.Contains(accept, "application/json") &&
		!strings.Contains(accept, "text/html")
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
