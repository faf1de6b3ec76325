package handlers

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// Error is what a handler returns when the caller must be told something. Code and Message go out; the cause, which may
// name internals, goes to the log only.
type Error struct {
	Status  int
	Code    string            // stable, snake_case, for programs
	Message string            // one sentence, for people
	Fields  map[string]string // one sentence per wrong field, by its name
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

var (
	errNotFound = &Error{Status: http.StatusNotFound, Code: "not_found", Message: "There is nothing here."}

	errMethodNotAllowed = &Error{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed",
		Message: "This address does not take that method."}

	errForbidden = &Error{Status: http.StatusForbidden, Code: "forbidden", Message: "Your account may not do this."}

	errReauthRequired = &Error{Status: http.StatusForbidden, Code: "reauth_required",
		Message: "Confirm that it is you: this needs a sign-in within the last five minutes."}

	errEmailUnverified = &Error{Status: http.StatusForbidden, Code: "email_unverified",
		Message: "Verify your email address first."}

	errSelfServiceOff = &Error{Status: http.StatusForbidden, Code: "admin_restricted",
		Message: "Accounts are deleted by an administrator here."}

	errCrossSite = &Error{Status: http.StatusForbidden, Code: "cross_site",
		Message: "Changes from another site are not allowed."}
)

// asError finds the answer for any error. What it does not know is a 500 that says nothing about its cause.
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
		Message: "Something went wrong on our side.", Cause: err}
}

// translations lists the errors of the packages below with their answers. The order matters where an error is several
// of them.
//
// An unusable token gets the same answer whatever is wrong with it: the reason would help only a forger. Expired and
// revoked are told apart because an honest client acts on them: it refreshes its token once.
var translations = []struct {
	err     error
	status  int
	code    string
	message string
}{
	{identity.ErrNoToken, http.StatusUnauthorized, "unauthenticated", "Sign in to use this."},
	{identity.ErrTokenExpired, http.StatusUnauthorized, "token_expired", "The session needs to be refreshed."},
	{identity.ErrTokenRevoked, http.StatusUnauthorized, "token_revoked", "This session has ended. Sign in again."},
	{identity.ErrInvalidToken, http.StatusUnauthorized, "invalid_token", "The token is not valid here."},
	{identity.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "We cannot check who you are right now. Try again soon."},
	{identity.ErrUserNotFound, http.StatusNotFound, "not_found", "There is nothing here."},
	{identity.ErrInvalidArgument, http.StatusBadRequest, "invalid_request", "Identity Platform does not take that."},
	{profile.ErrErased, http.StatusConflict, "being_deleted", "This account is being deleted. Finish deleting it, or ask for help."},
	{profile.ErrConflict, http.StatusPreconditionFailed, "precondition_failed", "Somebody else saved first. Nothing was overwritten."},
	{profile.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "We cannot reach the profile right now. Try again soon."},
}
