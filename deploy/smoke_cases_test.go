package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// smokeCase is one site.
type smokeCase struct {
	name     string
	identity string // settings of the local Identity Platform, as JSON
	token    string // for IAM
	// handle handles a request to the site. If it returns false, the app does.
	handle func(f *smokeFront, w http.ResponseWriter, r *http.Request) bool
	page   func(page string) string // changes the app's pages

	wantError string // in the error; if empty, the test must succeed
	wantOut   string // in the output
	minWaits  int    // how often the test pauses, at least
	maxWaits  int
	leaves    bool // the user stays, because nothing may delete it
}

// The app's own responses have this header, whatever their status.
const appPolicy = "script-src 'nonce-x'"

var smokeCases = []smokeCase{
	{name: "a working site", wantOut: "ok: DELETE /api/account returned 204\n"},
	{
		name: "a URL that isn't routed at first", minWaits: 3, maxWaits: 3,
		handle: func(f *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return f.first(3) && respond(w, http.StatusNotFound, "", "<title>Error 404</title>")
		},
		wantOut: "waiting: GET /health/ready: got 404 from Google's front end",
	},
	{
		name: "a server that is briefly unavailable later", minWaits: 1, maxWaits: 1,
		handle: func(f *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.Method == "DELETE" && f.first(1) &&
				respond(w, http.StatusServiceUnavailable, appPolicy,
					`{"error":{"code":"unavailable"}}`)
		},
		wantOut: "the service's log has the cause",
	},
	{
		name: "a site that never responds", minWaits: smokePauses, maxWaits: smokePauses,
		handle: func(*smokeFront, http.ResponseWriter, *http.Request) bool {
			panic(http.ErrAbortHandler) // closes the connection
		},
		wantError: "GET /health/ready: ",
	},
	{
		name: "the placeholder image", minWaits: smokePauses, maxWaits: smokePauses,
		handle: func(_ *smokeFront, w http.ResponseWriter, _ *http.Request) bool {
			return respond(w, http.StatusOK, "", "It's running!")
		},
		wantError: "GET /health/ready: got 200, want 200 from the app",
	},
	{
		name: "Identity-Aware Proxy", minWaits: smokePauses, maxWaits: smokePauses,
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "https://accounts.google.com/o/oauth2/v2/auth", http.StatusFound)
			return true
		},
		wantError: "Identity-Aware Proxy",
	},
	{
		name: "an API that lets everyone in",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/api/profile" && respond(w, http.StatusOK, appPolicy, "{}")
		},
		wantError: "GET /api/profile: got 200, want 401",
	},
	{
		name: "a wrong header",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/api/profile" &&
				respond(w, http.StatusUnauthorized, appPolicy, "{}")
		},
		wantError: `got WWW-Authenticate "", want Bearer`,
	},
	{
		name:      "a page without settings",
		page:      func(page string) string { return strings.ReplaceAll(page, "config", "other") },
		wantError: "the page has no settings for Firebase",
	},
	{
		name: "users can't sign up themselves",
		identity: `{"signIn":{"email":{"enabled":true}},
			"client":{"permissions":{"disabledUserSignup":true}}}`,
		wantOut: "the project doesn't let this test create an account (ADMIN_ONLY_OPERATION)",
	},
	{
		name:     "passwords are off",
		identity: `{"signIn":{"email":{"enabled":false}}}`,
		wantOut:  "(OPERATION_NOT_ALLOWED)",
	},
	{
		name: "users can't delete their account themselves",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.Method == "DELETE" && respond(w, http.StatusForbidden, appPolicy,
				`{"error":{"code":"admin_restricted"}}`)
		},
		wantOut: "The project doesn't let users delete their account.", leaves: true,
	},
	refusedSignUp("App Check", 401, `"message":"Firebase App Check token is invalid."`),
	refusedSignUp("reCAPTCHA", 400, `"message":"MISSING_RECAPTCHA_TOKEN"`),
	refusedSignUp("a blocking function", 400,
		`"message":"BLOCKING_FUNCTION_ERROR_RESPONSE : ((HTTP error 403))"`),
	refusedSignUp("a key for other pages", 403,
		`"message":"Blocked.","details":[{"reason":"API_KEY_HTTP_REFERRER_BLOCKED"}]`),
	{
		name:      "a project without Identity Platform",
		handle:    onSignUp(9, 400, `"message":"CONFIGURATION_NOT_FOUND"`),
		wantError: "sign up: Identity Platform returned 400 CONFIGURATION_NOT_FOUND",
	},
	{
		name: "a key that doesn't work yet", minWaits: 2, maxWaits: 2,
		handle: onSignUp(2, 400, `"message":"Invalid","details":[{"reason":"API_KEY_INVALID"}]`),
	},
	{
		name: "a failure after sign-up", wantError: "GET /api/account: got 403 (forbidden)",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.Method == "GET" && r.URL.Path == "/api/account" &&
				respond(w, http.StatusForbidden, appPolicy, `{"error":{"code":"forbidden"}}`)
		},
	},
	{
		name: "another user's account", wantError: "the account isn't that of the new user",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return r.Method == "GET" && r.URL.Path == "/api/account" &&
				respond(w, http.StatusOK, appPolicy, `{"user":{"uid":"someone"}}`)
		},
	},
	{
		name: "a refresh that fails", wantError: "refresh the token: Identity Platform returned",
		handle: func(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			return strings.HasSuffix(r.URL.Path, "/v1/token") &&
				respond(w, http.StatusBadRequest, "", `{"error":{"message":"TOKEN_EXPIRED"}}`)
		},
	},
	{
		name: "Ctrl-C after sign-up", wantError: "context canceled",
		handle: func(f *smokeFront, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/api/account" {
				f.cancel()
				<-r.Context().Done()
				return true
			}
			return false
		},
	},
	{
		name: "a private service", token: "iam-token", handle: requireIAM,
		wantOut: "ok: DELETE /api/account returned 204\n",
	},
	{
		name: "a private service without a token", handle: requireIAM,
		minWaits: smokePauses, maxWaits: smokePauses,
		wantError: "ID token in IAM_TOKEN of an account with the role roles/run.invoker",
	},
	{
		name: "the identity endpoints of Google", token: "iam-token",
		page: func(page string) string {
			return strings.Replace(page, `"emulator":"same-origin",`, "", 1)
		},
		wantOut: "ok: refreshed the token",
	},
	{
		name: "a tenant", wantOut: "ok: refreshed the token",
		page: func(page string) string {
			return strings.Replace(page, `{"apiKey"`, `{"tenantId":"customers-1","apiKey"`, 1)
		},
		handle: requireTenant,
	},
}

// refusedSignUp is a site whose project refuses sign-up in a way that the local one can't.
func refusedSignUp(name string, status int, failure string) smokeCase {
	return smokeCase{
		name: "sign-up is refused by " + name, handle: onSignUp(9, status, failure),
		wantOut: "skipped: the project doesn't let this test create an account",
	}
}

// onSignUp responds to the first sign-ups with an error of Identity Platform.
func onSignUp(
	times, status int, failure string,
) func(*smokeFront, http.ResponseWriter, *http.Request) bool {
	return func(f *smokeFront, w http.ResponseWriter, r *http.Request) bool {
		return isSignUp(r) && f.first(times) &&
			respond(w, status, "", `{"error":{`+failure+`}}`)
	}
}

func isSignUp(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "accounts:signUp") }

// requireIAM does what Cloud Run does for a private service.
func requireIAM(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
	return r.Header.Get("X-Serverless-Authorization") != "Bearer iam-token" &&
		respond(w, http.StatusForbidden, "", "<title>403 Forbidden</title>")
}

// requireTenant accepts sign-ups for the tenant only. The local Firebase has no tenants, so it
// doesn't get to see this one.
func requireTenant(_ *smokeFront, w http.ResponseWriter, r *http.Request) bool {
	if !isSignUp(r) {
		return false
	}
	var request map[string]any
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil ||
		request["tenantId"] != "customers-1" {
		return respond(w, http.StatusBadRequest, "", `{"error":{"message":"TENANT_ID_MISMATCH"}}`)
	}
	delete(request, "tenantId")
	body, _ := json.Marshal(request)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return false
}

func respond(w http.ResponseWriter, status int, policy, body string) bool {
	if policy != "" {
		w.Header().Set("Content-Security-Policy", policy)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
	return true
}
