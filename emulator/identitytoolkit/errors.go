package identitytoolkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error response in the format of Google's APIs. Message starts with the code
// that the SDKs look for. A " : " and a sentence may follow it.
type apiError struct {
	Code    int
	Status  string // canonical status name; production omits it from Identity Toolkit's own errors
	Message string
	Reason  string
}

func (e *apiError) Error() string { return e.Message }

// badRequest returns the 400 error that Identity Toolkit uses for nearly every failure. For
// example: badRequest("EMAIL_EXISTS").
func badRequest(message string) error {
	return &apiError{Code: http.StatusBadRequest, Message: message, Reason: "invalid"}
}

func badRequestf(format string, args ...any) error {
	return badRequest(fmt.Sprintf(format, args...))
}

// invalidArgument returns the error that Google's front end sends if the body doesn't match the
// method's request message.
func invalidArgument(detail string) error {
	return &apiError{
		Code: http.StatusBadRequest, Status: "INVALID_ARGUMENT", Reason: "badRequest",
		Message: "Invalid JSON payload received. " + detail,
	}
}

var (
	errUnknownPath = &apiError{
		Code: http.StatusNotFound, Status: "NOT_FOUND", Reason: "notFound",
		Message: "Not Found",
	}
	errTooLarge = &apiError{
		Code: http.StatusBadRequest, Status: "INVALID_ARGUMENT", Reason: "badRequest",
		Message: "Request payload size exceeds the limit.",
	}
	errNoAPIKey = &apiError{
		Code: http.StatusForbidden, Status: "PERMISSION_DENIED", Reason: "forbidden",
		Message: "The request is missing a valid API key.",
	}
	errNoCredential = &apiError{
		Code: http.StatusUnauthorized, Status: "UNAUTHENTICATED", Reason: "required",
		Message: "Request is missing required authentication credential. " +
			"Expected OAuth 2 access token.",
	}
	errBadCredential = &apiError{
		Code: http.StatusUnauthorized, Status: "UNAUTHENTICATED", Reason: "authError",
		Message: "Request had invalid authentication credentials. " +
			"Expected OAuth 2 access token.",
	}
	errInternal = &apiError{
		Code: http.StatusInternalServerError, Status: "INTERNAL", Reason: "backendError",
		Message: "INTERNAL_ERROR",
	}
	errForeignOrigin = &apiError{
		Code: http.StatusForbidden, Status: "PERMISSION_DENIED", Reason: "forbidden",
		Message: "Web pages on other origins cannot make administrator requests.",
	}
)

// writeError writes err as the response. An error other than an apiError is a fault in this
// service. It is logged, and the response doesn't include its text.
func (s *Service) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		s.log.Error("identity toolkit request failed", "path", r.URL.Path, "error", err)
		e = errInternal
	}
	type detail struct {
		Message string `json:"message"`
		Reason  string `json:"reason"`
		Domain  string `json:"domain"`
	}
	type body struct {
		Code    int      `json:"code"`
		Message string   `json:"message"`
		Errors  []detail `json:"errors"`
		Status  string   `json:"status,omitempty"`
	}
	writeJSON(w, e.Code, map[string]body{
		"error": {e.Code, e.Message, []detail{{e.Message, e.Reason, "global"}}, e.Status},
	})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// Encoding fails only if the client has disconnected.
	_ = json.NewEncoder(w).Encode(body)
}
