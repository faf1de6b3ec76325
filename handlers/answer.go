package handlers

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"example.com/latchkey/static"
	"example.com/latchkey/views"
)

// retryAfter is what a 503 asks for, in seconds.
const retryAfter = "5"

// api adapts a handler that returns an error to net/http: the error becomes the one JSON error shape.
func (s *server) api(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.writeAPIError(w, r, asError(err))
		}
	}
}

// page adapts a view to net/http.
func (s *server) page(title string, view func(views.Page) templ.Component) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.writePage(w, r, http.StatusOK, view(s.viewOf(r, title)))
	}
}

// viewOf is the view model that every page shares.
func (s *server) viewOf(r *http.Request, title string) views.Page {
	return views.Page{
		Title: title, Path: r.URL.Path, Config: s.cfg.Web, Next: r.URL.Query().Get("next"), SessionPanel: s.cfg.SessionPanel,
	}
}

// writeError answers an API call with JSON and everything else with a page.
func (s *server) writeError(w http.ResponseWriter, r *http.Request, e *Error) {
	if isAPI(r) || strings.HasPrefix(r.URL.Path, "/internal/api/") {
		s.writeAPIError(w, r, e)
		return
	}
	noteVerdict(r.Context(), e)
	setErrorHeaders(w, e)
	s.writePage(w, r, e.Status, views.Error(s.viewOf(r, http.StatusText(e.Status)), e.Status, http.StatusText(e.Status), e.Message))
}

func (s *server) writeAPIError(w http.ResponseWriter, r *http.Request, e *Error) {
	noteVerdict(r.Context(), e)
	setErrorHeaders(w, e)
	type body struct {
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Fields  map[string]string `json:"fields,omitempty"`
	}
	writeJSON(w, e.Status, map[string]body{"error": {Code: e.Code, Message: e.Message, Fields: e.Fields}})
}

func setErrorHeaders(w http.ResponseWriter, e *Error) {
	switch e.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	}
}

// writePage renders completely before it writes the status, so that a template that fails is a 500 and not half a page.
func (s *server) writePage(w http.ResponseWriter, r *http.Request, status int, view templ.Component) {
	var page bytes.Buffer
	if err := view.Render(r.Context(), &page); err != nil {
		s.log.ErrorContext(r.Context(), "render page", slog.Any("error", err))
		http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// writeJSON writes v, which must be something that encoding/json can encode.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // a programming error; recoverPanics answers 500
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// favicon leads to the icon that the pages name; not for good, since its address changes with every release.
func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, static.Path("icon.svg"), http.StatusFound)
}
