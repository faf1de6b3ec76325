package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSmoke runs the smoke test against the real app with its local Firebase. The cases put a
// proxy in front of it, which misbehaves as a site can.
func TestSmoke(t *testing.T) {
	app := startApp(t)
	for _, c := range smokeCases {
		t.Run(c.name, func(t *testing.T) {
			front := &smokeFront{app: app, proxy: httputil.NewSingleHostReverseProxy(app)}
			if c.identity != "" {
				setIdentityConfig(t, app, c.identity)
			}
			got := runSmoke(t, front, c)
			checkSmoke(t, front, c, got)
		})
	}
}

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

// smokeFront is the proxy in front of the app, and what it has seen.
type smokeFront struct {
	app       *url.URL
	proxy     *httputil.ReverseProxy
	cancel    context.CancelFunc // of the smoke test
	refused   int
	toGoogle  []string // hosts of requests to Google's own endpoints
	forwarded bool     // the IAM token has left the site
}

// first reports whether this is one of the first n requests that a case is about.
func (f *smokeFront) first(n int) bool {
	f.refused++
	return f.refused <= n
}

// RoundTrip leads requests to Google's endpoints to the local Firebase, and sends all others.
func (f *smokeFront) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Host, ".googleapis.com") {
		f.toGoogle = append(f.toGoogle, r.URL.Scheme+"://"+r.URL.Host)
		f.forwarded = f.forwarded || r.Header.Get("X-Serverless-Authorization") != ""
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Path = "http", "/"+r.URL.Host+r.URL.Path
		r.URL.Host, r.Host = f.app.Host, f.app.Host
	}
	return http.DefaultTransport.RoundTrip(r)
}

// smokeResult is what a smoke test did.
type smokeResult struct {
	err   error
	out   string
	waits int
}

func runSmoke(t *testing.T, front *smokeFront, c smokeCase) smokeResult {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	front.cancel = cancel
	front.proxy.ModifyResponse = func(r *http.Response) error {
		if c.page == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			return nil
		}
		page, err := io.ReadAll(r.Body)
		changed := c.page(string(page))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		r.Header.Del("Content-Length")
		return err
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.handle == nil || !c.handle(front, w, r) {
			r.Header.Del("Accept-Encoding") // ModifyResponse reads the page
			front.proxy.ServeHTTP(w, r)
		}
	}))
	defer site.Close()
	var got smokeResult
	var out bytes.Buffer
	h := host{
		out: &out, client: &http.Client{Transport: front},
		sleep: func(ctx context.Context, d time.Duration) error {
			got.waits++
			return ctx.Err()
		},
	}
	got.err = smoke(ctx, h, site.URL+"/", c.token)
	got.out = out.String()
	return got
}

var anyToken = regexp.MustCompile(`eyJ[\w-]*|iam-token|smoke-test-`)

func checkSmoke(t *testing.T, front *smokeFront, c smokeCase, got smokeResult) {
	t.Helper()
	switch {
	case c.wantError == "" && got.err != nil:
		t.Errorf("failed: %v\n%s", got.err, got.out)
	case c.wantError != "" && (got.err == nil || !strings.Contains(got.err.Error(), c.wantError)):
		t.Errorf("got the error %v, want %q\n%s", got.err, c.wantError, got.out)
	}
	if !strings.Contains(got.out, c.wantOut) {
		t.Errorf("the output has no %q:\n%s", c.wantOut, got.out)
	}
	if got.waits < c.minWaits || got.waits > c.maxWaits {
		t.Errorf("paused %d times, want %d to %d\n%s", got.waits, c.minWaits, c.maxWaits, got.out)
	}
	said := got.out
	if got.err != nil {
		said += got.err.Error()
	}
	if secret := anyToken.FindString(said); secret != "" {
		t.Errorf("the output has a token or an email address: %s...", secret)
	}
	if users := deleteUsers(t, front.app); (users > 0) != c.leaves {
		t.Errorf("%d users are left, want some: %v", users, c.leaves)
	}
	if c.name == "the identity endpoints of Google" {
		want := "https://identitytoolkit.googleapis.com https://securetoken.googleapis.com"
		if hosts := strings.Join(front.toGoogle, " "); hosts != want || front.forwarded {
			t.Errorf("called %q, want %q, with the token for IAM: %v", hosts, want, front.forwarded)
		}
	}
}

func TestTheSmokeTestRejectsAnythingButTheURLOfASite(t *testing.T) {
	for _, site := range []string{
		"", "latchkey.run.app", "https://", "https://latchkey.run.app/signin",
	} {
		if err := smoke(t.Context(), host{}, site, ""); err == nil {
			t.Errorf("accepted %q", site)
		}
	}
}

const localProject = "/identitytoolkit.googleapis.com/v2/projects/demo-latchkey"

// setIdentityConfig changes the settings of the local Identity Platform during a test.
func setIdentityConfig(t *testing.T, app *url.URL, settings string) {
	t.Helper()
	const mask = "?updateMask=client.permissions,signIn.email"
	asAdmin(t, app, http.MethodPatch, localProject+"/config"+mask, settings, nil)
	t.Cleanup(func() {
		asAdmin(t, app, http.MethodPatch, localProject+"/config"+mask,
			`{"signIn":{"email":{"enabled":true}}}`, nil)
	})
}

// deleteUsers deletes all users of the local Identity Platform and returns how many there were.
func deleteUsers(t *testing.T, app *url.URL) int {
	t.Helper()
	const accounts = "/identitytoolkit.googleapis.com/v1/projects/demo-latchkey/accounts"
	var found struct{ UserInfo []struct{ LocalID string } }
	asAdmin(t, app, http.MethodPost, accounts+":query", "{}", &found)
	for _, user := range found.UserInfo {
		body := `{"localId":"` + user.LocalID + `"}`
		asAdmin(t, app, http.MethodPost, accounts+":delete", body, nil)
	}
	return len(found.UserInfo)
}

// asAdmin calls the local Firebase as the owner of its project.
func asAdmin(t *testing.T, app *url.URL, method, path, body string, result any) {
	t.Helper()
	request, err := http.NewRequest(method, app.String()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer owner")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %v %s", method, path, response.StatusCode, err, content)
	}
	if result != nil {
		if err := json.Unmarshal(content, result); err != nil {
			t.Fatal(err)
		}
	}
}
