//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// apiUser is somebody with a session, as the browser's SDK keeps one.
type apiUser struct {
	t       *testing.T
	google  *http.Client
	refresh string
	token   string
}

// newAPIUser signs up.
func newAPIUser(t *testing.T, google *fakeGoogle, email string) *apiUser {
	t.Helper()
	p := &apiUser{t: t, google: google.client()}
	resp, err := p.google.Post("https://identitytoolkit.googleapis.com/v1/accounts:signUp?key=web-api-key", "application/json",
		strings.NewReader(fmt.Sprintf(`{"email":%q,"password":"correct horse","returnSecureToken":true}`, email)))
	p.readTokens(resp, err)
	return p
}

// refreshTokens exchanges the refresh token for a new ID token, as the SDK does every hour.
func (p *apiUser) refreshTokens() {
	p.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {p.refresh}}
	p.readTokens(p.google.PostForm("https://securetoken.googleapis.com/v1/token?key=web-api-key", form))
}

func (p *apiUser) readTokens(resp *http.Response, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		IDToken      string `json:"idToken"`
		RefreshToken string `json:"refreshToken"`
		ID           string `json:"id_token"`
		Refresh      string `json:"refresh_token"`
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err != nil || resp.StatusCode != 200 || answer.IDToken+answer.ID == "" {
		p.t.Fatalf("sign in: %d %v %s", resp.StatusCode, err, body)
	}
	p.token, p.refresh = answer.IDToken+answer.ID, answer.RefreshToken+answer.Refresh
}

// call calls the API. A connection that breaks is a 502, as a proxy would say.
func (p *apiUser) call(method, address, ifMatch, body string) (status int, content, etag string) {
	p.t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if ifMatch != "" {
		r.Header.Set("If-Match", ifMatch)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return http.StatusBadGateway, err.Error(), ""
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		return http.StatusBadGateway, err.Error(), ""
	}
	return resp.StatusCode, string(said), resp.Header.Get("ETag")
}

// saveUntilDone saves one numbered bio after the other until done, and returns the last number
// that was acknowledged and the last that was sent. It counts in saved.
func (p *apiUser) saveUntilDone(site string, done *atomic.Bool, saved *atomic.Int64) (acknowledged, sent int) {
	etag := `"none"`
	for n := 1; !done.Load(); n++ {
		time.Sleep(40 * time.Millisecond) // an account may ask 20 times a second
		sent = n
		status, body, newTag := p.call("PATCH", site+"/api/profile", etag, fmt.Sprintf(`{"bio":"number %d"}`, n))
		switch status {
		case http.StatusOK:
			acknowledged, etag = n, newTag
			saved.Add(1)
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusPreconditionFailed:
			// The answer was lost, or came from an instance that had lost it: read what is
			// stored, as the page does.
			for status = 0; status != http.StatusOK && !done.Load(); {
				status, body, etag = p.call("GET", site+"/api/profile", "", "")
				if status == http.StatusUnauthorized {
					p.t.Errorf("signed out: %s", body)
					return acknowledged, sent
				}
			}
		default:
			p.t.Errorf("got %d: %s", status, body)
			return acknowledged, sent
		}
		if n%25 == 0 {
			p.refreshTokens()
		}
	}
	return acknowledged, sent
}
