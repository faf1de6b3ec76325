//go:build linux

package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// apiUser is a user of the rehearsal who calls the API without a browser. It holds the tokens
// that the Firebase SDK holds in a browser.
type apiUser struct {
	t                     *testing.T
	google                *http.Client
	idToken, refreshToken string
}

// newAPIUser signs up a user at the fake Google.
func newAPIUser(t *testing.T, google *fakeGoogle, email string) *apiUser {
	t.Helper()
	u := &apiUser{t: t, google: google.client()}
	credentials := strings.NewReader(passwordCredentials(email))
	u.readTokens(u.google.Post(
		"https://identitytoolkit.googleapis.com/v1/accounts:signUp?key=web-api-key",
		"application/json", credentials))
	return u
}

// refreshTokens exchanges the refresh token for a new ID token, as the SDK does every hour.
func (u *apiUser) refreshTokens() {
	u.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {u.refreshToken}}
	u.readTokens(u.google.PostForm(
		"https://securetoken.googleapis.com/v1/token?key=web-api-key", form))
}

// readTokens takes the tokens from a response. The two APIs name them differently.
func (u *apiUser) readTokens(resp *http.Response, err error) {
	u.t.Helper()
	if err != nil {
		u.t.Fatal(err)
	}
	defer resp.Body.Close()
	var tokens struct {
		IDToken      string `json:"idToken"`
		RefreshToken string `json:"refreshToken"`

		SecureTokenID      string `json:"id_token"`
		SecureTokenRefresh string `json:"refresh_token"`
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(body, &tokens)
	}
	u.idToken = tokens.IDToken + tokens.SecureTokenID
	u.refreshToken = tokens.RefreshToken + tokens.SecureTokenRefresh
	if err != nil || resp.StatusCode != 200 || u.idToken == "" {
		u.t.Fatalf("request tokens: got %d %v %s", resp.StatusCode, err, body)
	}
}

// request sends a request with the user's ID token.
func (u *apiUser) request(method, url, body string, headers ...string) response {
	u.t.Helper()
	return sendRequest(u.t, method, url, u.idToken, body, headers...)
}
