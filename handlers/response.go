package handlers

import (
	"encoding/json"
	"net/http"
	"strings"

	"example.com/latchkey/views"
)

// retryAfter is the Retry-After header of every 503, in seconds.
const retryAfter = "5"

// api adapts a handler that returns an error to net/http. The error becomes a JSON response.
func (s *server) api(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.writeAPIError(w, r, asError(err))
		}
	}
}

// fail returns a handler that responds to every request with the same error.
func (s *server) fail(e *Error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.writeError(w, r, e) }
}

// writeError responds with JSON to an API call, and with a page to any other request.
func (s *server) writeError(w http.ResponseWriter, r *http.Request, e *Error) {
	if isAPI(r) || strings.HasPrefix(r.URL.Path, "/internal/api/") {
		s.writeAPIError(w, r, e)
		return
	}
	noteOutcome(r.Context(), e)
	setErrorHeaders(w, e)
	heading := "Something went wrong"
	if e.Status == http.StatusNotFound {
		heading = "Page not found"
	}
	s.writePage(w, r, e.Status, views.Error(s.viewModel(r, heading), e.Status, heading, e.Message))
}

func (s *server) writeAPIError(w http.ResponseWriter, r *http.Request, e *Error) {
	noteOutcome(r.Context(), e)
	setErrorHeaders(w, e)
	type body struct {
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Fields  map[string]string `json:"fields,omitempty"`
	}
	writeJSON(w, e.Status, map[string]body{
		"error": {Code: e.Code, Message: e.Message, Fields: e.Fields},
	})
}

func setErrorHeaders(w http.ResponseWriter, e *Error) {
	switch e.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	}
}

// writeJSON writes v, which encoding/json must be able to encode.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // a bug; recoverPanics responds with a 500
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
