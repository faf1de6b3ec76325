//go:build linux

package e2e

import (
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// These stand-ins take the place of what a browser loads to sign in with a provider. They imitate
// what the SDK, this app's proxy and its Content-Security-Policy depend on. Their pages and scripts
// are in testdata/signin_helper.
//
//   - The sign-in helper, which Firebase hosts at https://PROJECT.firebaseapp.com/__/. It checks
//     the app's domain (with init.json), keeps the request in sessionStorage, goes to the provider
//     and delivers the result: to a popup's opener by postMessage or else through localStorage,
//     after a redirect through sessionStorage. Not imitated: apps that aren't websites, App Check,
//     and providers that POST their response.
//   - gapi, from https://apis.google.com: the script with which the SDK opens the helper's frame
//     and exchanges messages with it. It can be slow. The messages have another form.
//   - A provider, at https://accounts.example.net, that stands for all of them. Microsoft's and X's
//     pages send Cross-Origin-Opener-Policy, as the real ones do.
//   - The calls of the API that connect these: createAuthUri, getProjectConfig, and signInWithIdp
//     with the response of a provider. The response counts once, and only for its own session.
type fakeSignIn struct {
	gapiDelay atomic.Int64 // a time.Duration: how long gapi's first script takes

	mu       sync.Mutex
	sessions map[string]*providerSession // by the state parameter of OAuth
}

// providerSession is a sign-in at the provider.
type providerSession struct {
	provider, redirectURI string
	id                    string // what the helper keeps and the provider doesn't see
	code                  string // what the provider returned; "" before that
	claims                string // about the user, as JSON
}

const (
	helperHost   = identitytest.ProjectID + ".firebaseapp.com"
	providerHost = "accounts.example.net"
	siteHost     = "app.example.com" // where a browser finds the app over HTTPS

	webAPIKey = "web-api-key" // of the app
	// hostingAPIKey is the key in init.json. A project may have several keys.
	hostingAPIKey = "hosting-api-key"
)

// registeredRedirectURIs are the addresses that the provider returns to.
var registeredRedirectURIs = []string{
	"https://" + helperHost + "/__/auth/handler",
	"https://" + siteHost + "/__/auth/handler",
}

// isolatedProviders send Cross-Origin-Opener-Policy: same-origin, which separates a popup from the
// page that opened it.
var isolatedProviders = []string{"microsoft.com", "twitter.com"}

//go:embed testdata/signin_helper testdata/recaptcha
var standIns embed.FS

var providerPageTemplate = template.Must(
	template.ParseFS(standIns, "testdata/signin_helper/provider.html"))

// serveStandIn serves one of the stand-ins' files.
func serveStandIn(w http.ResponseWriter, r *http.Request, file string) {
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(w, r, standIns, "testdata/"+file)
}

// serveHelper is PROJECT.firebaseapp.com.
func (s *fakeSignIn) serveHelper(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Strict-Transport-Security", "max-age=31556926; includeSubDomains; preload")
	switch name := path.Base(r.URL.Path); r.URL.Path {
	case "/__/auth/handler", "/__/auth/iframe":
		policy := "script-src 'self' 'nonce-firebase-auth-helper'"
		w.Header().Set("Content-Security-Policy", policy)
		serveStandIn(w, r, "signin_helper/"+name+".html")
	case "/__/auth/handler.js", "/__/auth/iframe.js", "/__/auth/shared.js",
		"/__/auth/experiments.js":
		serveStandIn(w, r, "signin_helper/"+name)
	case "/__/firebase/init.json":
		writeJSON(w, http.StatusOK, map[string]string{
			"apiKey": hostingAPIKey, "authDomain": helperHost, "projectId": identitytest.ProjectID,
		})
	default:
		http.NotFound(w, r)
	}
}

// serveGAPI is apis.google.com.
func (s *fakeSignIn) serveGAPI(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/js/api.js":
		select {
		case <-time.After(time.Duration(s.gapiDelay.Load())):
		case <-r.Context().Done():
		}
		serveStandIn(w, r, "signin_helper/api.js")
	case "/_/scs/gapi_iframes.js":
		serveStandIn(w, r, "signin_helper/gapi_iframes.js")
	default:
		http.NotFound(w, r)
	}
}

// serveProvider is the provider: its sign-in page, and where that page's form leads to.
func (s *fakeSignIn) serveProvider(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	session := s.sessions[query.Get("state")]
	if session == nil || !slices.Contains(registeredRedirectURIs, session.redirectURI) {
		http.Error(w, "redirect_uri_mismatch", http.StatusBadRequest)
		return
	}
	if slices.Contains(isolatedProviders, session.provider) {
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	if r.URL.Path == "/authorize" {
		providerPageTemplate.Execute(w, map[string]string{
			"Provider": session.provider, "State": query.Get("state"),
		})
		return
	}
	result := url.Values{"state": {query.Get("state")}}
	if query.Has("cancel") {
		result.Set("error", "access_denied")
	} else {
		session.code, session.claims = rand.Text(), claimsOf(query.Get("email"), query.Get("name"))
		result.Set("code", session.code)
	}
	http.Redirect(w, r, session.redirectURI+"?"+result.Encode(), http.StatusFound)
}

// claimsOf returns what the provider says about a user.
func claimsOf(email, name string) string {
	subject := fmt.Sprintf("%x", sha256.Sum256([]byte(email+name)))
	claims := map[string]any{"sub": subject[:20], "name": name}
	if email != "" {
		claims["email"], claims["email_verified"] = email, true
	}
	return mustEncode(claims)
}

// createAuthURI starts a sign-in at the provider.
func (s *fakeSignIn) createAuthURI(w http.ResponseWriter, r *http.Request) {
	var request struct{ ProviderID, ContinueURI string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		writeAPIError(w, "INVALID_REQUEST")
		return
	}
	session := &providerSession{
		provider: request.ProviderID, redirectURI: request.ContinueURI, id: rand.Text(),
	}
	state := rand.Text()
	s.mu.Lock()
	s.sessions[state] = session
	s.mu.Unlock()
	query := url.Values{"state": {state}, "redirect_uri": {session.redirectURI}}
	writeJSON(w, http.StatusOK, map[string]string{
		"authUri":    "https://" + providerHost + "/authorize?" + query.Encode(),
		"providerId": session.provider, "sessionId": session.id,
	})
}

// exchange replaces the provider's response in a request of signInWithIdp with the user's claims,
// which the local Identity Toolkit understands. It returns the request, or an error code.
func (s *fakeSignIn) exchange(body []byte) ([]byte, string) {
	var request map[string]any
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, "INVALID_REQUEST"
	}
	address, _ := request["requestUri"].(string)
	response, err := url.Parse(address)
	if err != nil || !response.Query().Has("state") {
		return body, "" // a credential that the app already has
	}
	if response.Query().Get("error") == "access_denied" {
		return nil, "USER_CANCELLED"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	state := response.Query().Get("state")
	session := s.sessions[state]
	if session == nil || session.code == "" || session.code != response.Query().Get("code") ||
		session.id != request["sessionId"] {
		return nil, "INVALID_IDP_RESPONSE"
	}
	delete(s.sessions, state)
	response.RawQuery = url.Values{
		"providerId": {session.provider}, "id_token": {session.claims},
	}.Encode()
	request["requestUri"] = response.String()
	return []byte(mustEncode(request)), ""
}

// serveHelperAPI is the older version of the API that the helper calls. Its origin differs from the
// helper's, so the browser asks before it sends JSON.
func (g *fakeGoogle) serveHelperAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	key := r.URL.Query().Get("key")
	switch method := path.Base(r.URL.Path); {
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case key != webAPIKey && key != hostingAPIKey:
		writeAPIError(w, "API_KEY_INVALID")
	case method == "createAuthUri":
		g.signIn.createAuthURI(w, r)
	case method == "getProjectConfig":
		r.URL.Path = "/identitytoolkit.googleapis.com/v1/projects"
		g.toolkit.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

func isHelperAPI(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/identitytoolkit/v3/relyingparty/")
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(mustEncode(body)))
}

// writeAPIError writes an error in the form of the Identity Toolkit.
func writeAPIError(w http.ResponseWriter, code string) {
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"error": map[string]any{"code": http.StatusBadRequest, "message": code},
	})
}

func mustEncode(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings, numbers and booleans can always be encoded
	}
	return string(encoded)
}
