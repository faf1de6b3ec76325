package handlers

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// Error is an error that the client is told about. Everything but Cause is sent to the
// client. Cause may contain internal details, so it is only logged.
type Error struct {
	Status  int
	Code    string            // stable and in snake_case, for programs
	Message string            // shown to users: what happened, and what to do next
	Fields  map[string]string // a message for each invalid field, by field name
	Cause   error
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Code
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Cause)
}

func (e *Error) Unwrap() error { return e.Cause }

func badRequest(message string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "invalid_request", Message: message}
}

// Messages that are used in more than one place.
const (
	messageInternal      = "Something went wrong on our end. Try again in a minute."
	messageInvalidFields = "Nothing was saved: some fields are invalid. Correct them and try again."
)

// The errors that several handlers share.
var (
	errNotFound = &Error{Status: http.StatusNotFound, Code: "not_found",
		Message: "There's nothing at this address. Check it for typos, or go to the home page."}

	errMethodNotAllowed = &Error{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed",
		Message: "This address doesn't accept that request method. Go back and try again."}

	errForbidden = &Error{Status: http.StatusForbidden, Code: "forbidden",
		Message: "You don't have permission to do this. Ask an administrator for access."}

	errReauthRequired = &Error{Status: http.StatusForbidden, Code: "reauth_required",
		Message: "To do this, sign in again. Your last sign-in was more than five minutes ago."}

	errEmailUnverified = &Error{Status: http.StatusForbidden, Code: "email_unverified",
		Message: "Verify your email address first, then try again."}

	errSelfServiceOff = &Error{Status: http.StatusForbidden, Code: "admin_restricted",
		Message: "You can't delete your account yourself here. Ask an administrator to delete it."}

	errCrossSite = &Error{Status: http.StatusForbidden, Code: "cross_site",
		Message: "This request came from another site and was blocked. Open this app to try again."}

	errRateLimited = &Error{Status: http.StatusTooManyRequests, Code: "rate_limited",
		Message: "You sent too many requests at once. Wait a moment, then try again."}
)

// asError returns the error to respond with. An error that it doesn't know becomes a 500 whose
// message says nothing about the cause.
func asError(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	for _, t := range translations {
		if errors.Is(err, t.err) {
			return &Error{Status: t.status, Code: t.code, Message: t.message, Cause: err}
		}
	}
	return &Error{Status: http.StatusInternalServerError, Code: "internal",
		Message: messageInternal, Cause: err}
}

// translations maps the errors of the identity and profile packages to responses. If an error
// matches several entries, the first one wins.
//
// An unusable token always gets the same response, because details would help only a forger.
// Expired and revoked tokens are the exception: an honest client needs to know whether to
// refresh its token or to sign in again.
var translations = []struct {
	err     error
	status  int
	code    string
	message string
}{
	{identity.ErrNoToken, http.StatusUnauthorized, "unauthenticated",
		"Sign in to continue."},
	{identity.ErrTokenExpired, http.StatusUnauthorized, "token_expired",
		"Your session needs to be refreshed. Reload the page."},
	{identity.ErrTokenRevoked, http.StatusUnauthorized, "token_revoked",
		"Your session has ended. Sign in again."},
	{identity.ErrInvalidToken, http.StatusUnauthorized, "invalid_token",
		"We couldn't verify your sign-in. Sign out, then sign in again."},
	{identity.ErrUnavailable, http.StatusServiceUnavailable, "unavailable",
		"We can't reach the sign-in service right now. Try again in a few seconds."},
	{identity.ErrUserNotFound, http.StatusNotFound, "not_found",
		"This user no longer exists. Reload the page."},
	{identity.ErrInvalidArgument, http.StatusBadRequest, "invalid_request",
		"The sign-in service rejected a value. Check what you entered and try again."},
	{profile.ErrErased, http.StatusConflict, "being_deleted",
		"This account is being deleted. Delete it again to finish, or ask for help."},
	{profile.ErrDemoted, http.StatusConflict, "being_demoted",
		"Another administrator is changing your account, so nothing was changed. Reload the page."},
	{profile.ErrConflict, http.StatusPreconditionFailed, "precondition_failed",
		"Your profile has changed since you loaded it, so nothing was saved. Reload the page."},
	{profile.ErrUnavailable, http.StatusServiceUnavailable, "unavailable",
		"We can't reach our database right now. Try again in a few seconds."},
}
