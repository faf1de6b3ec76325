package identitytoolkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// apiError is an answer in the shape of Google's APIs. Message starts with the code that the SDKs look for and may go
// on with " : " and a sentence.
type apiError struct {
	Code    int
	Status  string // canonical name; production sends none with the errors of Identity Toolkit itself
	Message string
	Reason  string
}

func (e *apiError) Error() string { return e.Message }

// refuse is the 400 by which Identity Toolkit says nearly everything, for example refuse("EMAIL_EXISTS").
func badRequest(message string) error {
	return &apiError{Code: http.StatusBadRequest, Message: message, Reason: "invalid"}
}

func badRequestf(format string, args ...any) error { return badRequest(fmt.Sprintf(format, args...)) }

// invalidArgument is what Google's front end says to a body that is not what the method takes.
func invalidArgument(detail string) error {
	return &apiError{
		Code: http.StatusBadRequest, Status: "INVALID_ARGUMENT", Reason: "badRequest",
		Message: "Invalid JSON payload received. " + detail,
	}
}

var (
	errUnknownPath = &apiError{Code: http.StatusNotFound, Status: "NOT_FOUND", Message: "Not Found", Reason: "notFound"}
	errTooLarge    = &apiError{
		Code: http.StatusBadRequest, Status: "INVALID_ARGUMENT", Message: "Request payload size exceeds the limit.",
		Reason: "badRequest",
	}
	errNoAPIKey = &apiError{
		Code: http.StatusForbidden, Status: "PERMISSION_DENIED", Message: "The request is missing a valid API key.",
		Reason: "forbidden",
	}
	errNoCredential = &apiError{
		Code: http.StatusUnauthorized, Status: "UNAUTHENTICATED", Reason: "required",
		Message: "Request is missing required authentication credential. Expected OAuth 2 access token.",
	}
	errBadCredential = &apiError{
		Code: http.StatusUnauthorized, Status: "UNAUTHENTICATED", Reason: "authError",
		Message: "Request had invalid authentication credentials. Expected OAuth 2 access token.",
	}
	errInternal = &apiError{
		Code: http.StatusInternalServerError, Status: "INTERNAL", Message: "INTERNAL_ERROR", Reason: "backendError",
	}
	errForeignOrigin = &apiError{
		Code: http.StatusForbidden, Status: "PERMISSION_DENIED", Reason: "forbidden",
		Message: "Administration is refused to web pages of another origin.",
	}
)

// writeError answers with err. Anything but an apiError is a fault of this service: it is logged, and its text stays
// here.
func (s *Service) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		s.log.Error("identity toolkit", "path", r.URL.Path, "error", err)
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
	// The client is gone if this fails; nobody is left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
