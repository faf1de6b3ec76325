package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// testUser is the user that the smoke test creates.
type testUser struct {
	UserID       string `json:"localId"`
	IDToken      string `json:"idToken"`
	RefreshToken string `json:"refreshToken"`
}

// testAccount signs up as a browser does, uses the account and deletes it, also if a step fails.
func (t *smokeTest) testAccount(ctx context.Context) error {
	user, err := t.signUp(ctx)
	if code := refusal(err); code != "" {
		fmt.Fprintf(t.out, "skipped: the project doesn't let this test create an account (%s), "+
			"so sign-in isn't tested\n", code)
		return nil
	}
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	fmt.Fprintln(t.out, "ok: signed up")
	err = t.useAccount(ctx, user)
	if err == nil {
		return nil
	}
	// Also after Ctrl-C: a test must not leave an account behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if failed := t.deleteUser(ctx, user); failed != nil {
		return fmt.Errorf("%w\nThe user %s of this test couldn't be deleted (%w). Delete it in "+
			"the Google Cloud console, under Identity Platform", err, user.UserID, failed)
	}
	return err
}

// useAccount calls the API as the user. A call that fails in the app is repeated, because the
// service's own permissions may be new.
func (t *smokeTest) useAccount(ctx context.Context, user testUser) error {
	token, err := t.refresh(ctx, user)
	if err != nil {
		return fmt.Errorf("refresh the token: %w", err)
	}
	fmt.Fprintln(t.out, "ok: refreshed the token")
	got, err := t.expect(ctx, call{path: "/api/account", idToken: token}, http.StatusOK)
	if err != nil {
		return err
	}
	var account struct{ User struct{ UID string } }
	if err := json.Unmarshal(got.body, &account); err != nil || account.User.UID != user.UserID {
		return errors.New("GET /api/account: the account isn't that of the new user")
	}
	remove := call{method: http.MethodDelete, path: "/api/account", idToken: token}
	got, err = t.expect(ctx, remove, http.StatusNoContent)
	if got.status == http.StatusForbidden && got.errorCode() == "admin_restricted" {
		fmt.Fprintf(t.out, "The project doesn't let users delete their account. "+
			"Delete the user %s of this test yourself.\n", user.UserID)
		return nil
	}
	return err
}

// signUp creates a user with a random password. The email address is random too, in a domain that
// never receives email (RFC 2606).
func (t *smokeTest) signUp(ctx context.Context) (testUser, error) {
	request := map[string]any{
		"email":             "smoke-test-" + strings.ToLower(rand.Text()) + "@example.com",
		"password":          rand.Text() + "-aA1", // 30 characters, of each kind
		"returnSecureToken": true,
		"clientType":        "CLIENT_TYPE_WEB",
	}
	if t.page.TenantID != "" {
		request["tenantId"] = t.page.TenantID
	}
	var user testUser
	err := t.identity(ctx, "identitytoolkit", "/v1/accounts:signUp", request, &user)
	return user, err
}

// refresh exchanges the refresh token for a new ID token.
func (t *smokeTest) refresh(ctx context.Context, user testUser) (string, error) {
	request := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {user.RefreshToken}}
	var token struct {
		IDToken string `json:"id_token"`
	}
	err := t.identity(ctx, "securetoken", "/v1/token", request, &token)
	return token.IDToken, err
}

// deleteUser deletes the user without the app.
func (t *smokeTest) deleteUser(ctx context.Context, user testUser) error {
	request := map[string]string{"idToken": user.IDToken}
	err := t.identity(ctx, "identitytoolkit", "/v1/accounts:delete", request, &struct{}{})
	var failed *identityError
	if errors.As(err, &failed) && failed.code() == "USER_NOT_FOUND" {
		return nil // the app has deleted it
	}
	return err
}

// identity calls Identity Platform as the site's pages do, with their API key. The request becomes
// a form if it has the type url.Values, and JSON otherwise.
// https://docs.cloud.google.com/identity-platform/docs/use-rest-api
func (t *smokeTest) identity(
	ctx context.Context, service, path string, request, result any,
) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	contentType := "application/json"
	if form, ok := request.(url.Values); ok {
		body, contentType = []byte(form.Encode()), "application/x-www-form-urlencoded"
	}
	target := t.identityOrigin(service) + path + "?" + url.Values{"key": {t.page.APIKey}}.Encode()
	for {
		// The key may be restricted to the site's own pages.
		header := http.Header{"Content-Type": {contentType}, "Referer": {t.site + "/"}}
		got, err := t.send(ctx, http.MethodPost, target, header, bytes.NewReader(body))
		if err == nil {
			if got.status == http.StatusOK {
				return json.Unmarshal(got.body, result)
			}
			err = newIdentityError(got)
		}
		var failed *identityError
		if errors.As(err, &failed) && !failed.temporary() || !t.wait(ctx, err) {
			return err
		}
	}
}

// identityOrigin returns where a service of Identity Platform is. The local Firebase, which tests
// use, is below the origin of the site.
func (t *smokeTest) identityOrigin(service string) string {
	host := service + ".googleapis.com"
	switch t.page.Emulator {
	case "":
		return "https://" + host
	case "same-origin":
		return t.site + "/" + host
	}
	return t.page.Emulator + "/" + host
}

// identityError is an error response of Identity Platform.
type identityError struct {
	status  int
	Message string // begins with a code, such as "EMAIL_EXISTS" or "CODE : a sentence"
	Details []struct{ Reason string }
}

func newIdentityError(r response) error {
	var decoded struct{ Error identityError }
	_ = json.Unmarshal(r.body, &decoded) // without a message, the status must do
	decoded.Error.status = r.status
	return &decoded.Error
}

func (e *identityError) Error() string {
	return fmt.Sprintf("Identity Platform returned %d %s", e.status,
		cmp.Or(e.Message, "without a message"))
}

// code returns the first word of the message.
func (e *identityError) code() string {
	code, _, _ := strings.Cut(e.Message, " ")
	return code
}

// temporary reports whether the request may succeed in a few minutes: after a failure on Google's
// side, or because the API or the key is new.
func (e *identityError) temporary() bool {
	isNew := func(detail struct{ Reason string }) bool {
		return slices.Contains([]string{
			"SERVICE_DISABLED", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED",
		}, detail.Reason)
	}
	return e.status >= 500 || slices.ContainsFunc(e.Details, isNew)
}

// refusals are codes with which a project refuses that a program creates accounts, because its
// operator has set it up so.
var refusals = []string{
	"OPERATION_NOT_ALLOWED",               // passwords are off
	"PASSWORD_LOGIN_DISABLED",             // passwords are off
	"ADMIN_ONLY_OPERATION",                // only administrators create users
	"BLOCKING_FUNCTION_ERROR_RESPONSE",    // a blocking function has refused the user
	"MISSING_RECAPTCHA_TOKEN",             // reCAPTCHA is enforced
	"INVALID_RECAPTCHA_TOKEN",             // reCAPTCHA is enforced
	"PASSWORD_DOES_NOT_MEET_REQUIREMENTS", // an unusual password policy
	"Firebase App Check token is invalid.",
	"API_KEY_HTTP_REFERRER_BLOCKED", // the key is restricted to other pages
}

// refusal returns the code if err says that the project rightly refuses to create an account.
func refusal(err error) string {
	var failed *identityError
	if !errors.As(err, &failed) {
		return ""
	}
	said := []string{failed.code(), failed.Message}
	for _, detail := range failed.Details {
		said = append(said, detail.Reason)
	}
	for _, code := range refusals {
		if slices.Contains(said, code) {
			return strings.TrimSuffix(code, ".")
		}
	}
	return ""
}
