//go:build linux

package e2e

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"
)

// fakeRecaptcha takes the place of reCAPTCHA, on www.google.com and www.gstatic.com. Its files are
// in testdata/recaptcha. It imitates what the SDK calls and what a page's policy must allow: a
// script that adds a second one from the other host, a frame that gets tokens, a report that the
// page's script sends, and a challenge in a frame at the end of the page's body. There is a version
// for phone numbers (invisible reCAPTCHA v2) and one for email addresses (reCAPTCHA Enterprise). Not
// imitated: the assessment of users, the badge, and challenges that expire.
type fakeRecaptcha struct {
	challenge atomic.Bool // users must solve a challenge
	enforced  atomic.Bool // signing in with an email address needs a token

	mu     sync.Mutex
	tokens map[string]string // unused tokens and the actions that they are for
}

const (
	recaptchaKey  = "local-recaptcha-key" // which the local Identity Toolkit gives to the SDK
	enterpriseKey = "enterprise-key"
)

func isRecaptcha(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/recaptcha/") }

func (f *fakeRecaptcha) serve(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("k")
	keyIsRight := key == recaptchaKey && strings.HasPrefix(r.URL.Path, "/recaptcha/api2/") ||
		key == enterpriseKey && strings.HasPrefix(r.URL.Path, "/recaptcha/enterprise/")
	switch name := path.Base(r.URL.Path); {
	case name == "api.js", name == "enterprise.js":
		serveStandIn(w, r, "recaptcha/api.js")
	case name == "recaptcha__en.js":
		serveStandIn(w, r, "recaptcha/recaptcha__en.js")
	case name == "clr":
		w.Header().Set("Access-Control-Allow-Origin", "*")
	case (name == "anchor" || name == "bframe") && keyIsRight:
		serveStandIn(w, r, "recaptcha/"+name+".html")
	case name == "userverify" && keyIsRight:
		f.issueToken(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (f *fakeRecaptcha) issueToken(w http.ResponseWriter, r *http.Request) {
	if f.challenge.Load() && r.FormValue("solved") != "true" {
		writeJSON(w, http.StatusOK, map[string]bool{"challenge": true})
		return
	}
	token := rand.Text()
	f.mu.Lock()
	f.tokens[token] = r.FormValue("action")
	f.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]string{"token": token})
}

// enforcedActions are the methods that need a token if the project enforces reCAPTCHA for email and
// password, and the action that the token must be for. Requests without an email address, such as
// those of guests, need none.
var enforcedActions = map[string]string{
	"accounts:signInWithPassword": "signInWithPassword",
	"accounts:signUp":             "signUpPassword",
	"accounts:sendOobCode":        "getOobCode",
}

// reject returns the error code for a request of the SDK that lacks a valid token, and "" for all
// others.
func (f *fakeRecaptcha) reject(r *http.Request, body []byte) string {
	var request struct{ Email, RecaptchaToken, CaptchaResponse, CaptchaResp string }
	_ = json.Unmarshal(body, &request)
	method := path.Base(r.URL.Path)
	if method == "accounts:sendVerificationCode" {
		if !f.use(request.RecaptchaToken, "") {
			return "CAPTCHA_CHECK_FAILED"
		}
		return ""
	}
	action, ok := enforcedActions[method]
	if !ok || !f.enforced.Load() || request.Email == "" {
		return ""
	}
	token := request.CaptchaResponse + request.CaptchaResp
	switch {
	case token == "":
		return "MISSING_RECAPTCHA_TOKEN"
	case !f.use(token, action):
		return "INVALID_RECAPTCHA_TOKEN"
	}
	return ""
}

// use reports whether a token is valid for an action. A token is valid only once.
func (f *fakeRecaptcha) use(token, action string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	got, ok := f.tokens[token]
	delete(f.tokens, token)
	return ok && got == action
}

// serveConfig says which sign-in methods need a token of reCAPTCHA Enterprise.
func (f *fakeRecaptcha) serveConfig(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	writeJSON(w, http.StatusOK, map[string]any{
		"recaptchaKey": "projects/1234/keys/" + enterpriseKey,
		"recaptchaEnforcementState": []map[string]string{
			{"provider": "EMAIL_PASSWORD_PROVIDER", "enforcementState": "ENFORCE"},
			{"provider": "PHONE_PROVIDER", "enforcementState": "OFF"},
		},
	})
}
