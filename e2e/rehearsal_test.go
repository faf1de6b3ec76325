//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// This is the rehearsal of production: go test -run Rehearsal ./e2e (as root).

// roundRobin stands in for what is before the instances: each request goes to the next one, whoever sends it. An
// instance that takes no connection is passed over, as the platform does with one that has died.
type roundRobin struct {
	mu        sync.Mutex
	instances []*url.URL
	next      int
	used      []int
}

// toInstances keeps no connection: one to an instance that has died since would take a request with it.
var toInstances = &http.Transport{DisableKeepAlives: true}

func (rr *roundRobin) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	var failure error
	if r.Body != nil {
		if body, failure = io.ReadAll(r.Body); failure != nil {
			return nil, failure
		}
	}
	for range len(rr.instances) {
		rr.mu.Lock()
		n := rr.next % len(rr.instances)
		rr.next++
		target := rr.instances[n]
		rr.mu.Unlock()
		r.URL.Host, r.Body = target.Host, io.NopCloser(bytes.NewReader(body))
		resp, err := toInstances.RoundTrip(r)
		if err == nil || !strings.Contains(err.Error(), "connection refused") {
			rr.mu.Lock()
			rr.used[n]++
			rr.mu.Unlock()
			return resp, err
		}
		failure = err
	}
	return nil, failure
}

// inFrontOf starts the proxy.
func inFrontOf(t *testing.T, instances ...*instance) (string, *roundRobin) {
	t.Helper()
	rr := &roundRobin{used: make([]int, len(instances))}
	for _, c := range instances {
		target, err := url.Parse(c.url)
		if err != nil {
			t.Fatal(err)
		}
		rr.instances = append(rr.instances, target)
	}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: rr,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme = "http"
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(server.Close)
	return server.URL, rr
}

// apiUser is somebody with a session, as the browser's SDK keeps one.
type apiUser struct {
	t       *testing.T
	google  *http.Client
	refresh string
	token   string
}

// newAPIUser signs up.
func newAPIUser(t *testing.T, google *googleStandIn, email string) *apiUser {
	t.Helper()
	p := &apiUser{t: t, google: google.client()}
	resp, err := p.google.Post("https://identitytoolkit.googleapis.com/v1/accounts:signUp?key=web-api-key", "application/json",
		strings.NewReader(fmt.Sprintf(`{"email":%q,"password":"correct horse","returnSecureToken":true}`, email)))
	p.take(resp, err)
	return p
}

// renew exchanges the refresh token for a new ID token, as the SDK does every hour.
func (p *apiUser) renew() {
	p.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {p.refresh}}
	p.take(p.google.PostForm("https://securetoken.googleapis.com/v1/token?key=web-api-key", form))
}

func (p *apiUser) take(resp *http.Response, err error) {
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

// work saves one numbered bio after the other until done, and returns the last number that was acknowledged and the last
// that was sent. It counts in saved.
func (p *apiUser) work(site string, done *atomic.Bool, saved *atomic.Int64) (acknowledged, sent int) {
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
			// The answer was lost, or came from an instance that had lost it: read what is stored, as the page does.
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
			p.renew()
		}
	}
	return acknowledged, sent
}

func TestRehearsalOfProductionWithAnInstanceThatDies(t *testing.T) {
	google := newGoogle(t)
	img := newImage(t, google)
	one, two := img.run(t, google), img.run(t, google)
	site, proxy := inFrontOf(t, one, two)

	var done atomic.Bool
	var saved atomic.Int64
	var workers sync.WaitGroup
	const people = 6
	type result struct {
		user               *apiUser
		acknowledged, sent int
	}
	results := make([]result, people)
	for i := range people {
		p := newAPIUser(t, google, fmt.Sprintf("person%d@example.com", i))
		workers.Go(func() {
			acknowledged, sent := p.work(site, &done, &saved)
			results[i] = result{p, acknowledged, sent}
		})
	}
	waitForSaves(t, &saved, 30*people)
	one.kill()
	waitForSaves(t, &saved, saved.Load()+30*people)
	done.Store(true)
	workers.Wait()

	total := 0
	for _, r := range results {
		total += r.acknowledged
		status, body, _ := r.user.call("GET", site+"/api/profile", "", "")
		var stored struct{ Bio string }
		if err := json.Unmarshal([]byte(body), &stored); err != nil || status != 200 {
			t.Errorf("got %d %s %v, want the profile", status, body, err)
			continue
		}
		var number int
		if _, err := fmt.Sscanf(stored.Bio, "number %d", &number); err != nil || number < r.acknowledged || number > r.sent {
			t.Errorf("stored is %q, but %d was acknowledged and %d sent", stored.Bio, r.acknowledged, r.sent)
		}
	}
	if proxy.used[0] == 0 || proxy.used[1] == 0 {
		t.Errorf("the instances got %v requests, want both some", proxy.used)
	}
	t.Logf("%d saves acknowledged, none lost; the instances got %v requests", total, proxy.used)
	one.checkLog()
	two.checkLog()
}

func waitForSaves(t *testing.T, saved *atomic.Int64, want int64) {
	t.Helper()
	for deadline := time.Now().Add(patience); saved.Load() < want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("only %d saves after %s, want %d", saved.Load(), patience, want)
			return
		}
	}
}

// TestRehearsalOfStaffBehindIAP has a member of staff disable a user in the console at /internal/, with Identity-Aware
// Proxy before the service, which adds its assertion to every request.
func TestRehearsalOfStaffBehindIAP(t *testing.T) {
	google := newGoogle(t)
	browser := browserThatFinds(t, google)
	instance := newImage(t, google).run(t, google, "IAP_AUDIENCE="+identitytest.IAPAudience)
	user := newAPIUser(t, google, "ada@example.com")
	target, err := url.Parse(instance.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		claims := google.iap.Claims("eve@example.com", map[string]any{"sub": "accounts.google.com:117"})
		r.Out.Header.Set("X-Goog-IAP-JWT-Assertion", google.iap.Sign(google.iap.Header(), claims))
	}})
	t.Cleanup(proxy.Close)

	tab := openBrowser(t, &app{t: t, url: asLocalhost(proxy.URL), browser: browser})
	tab.open("/internal/")
	tab.sees("1 user")
	tab.press("Manage ada@example.com")
	tab.press("Disable this account")
	tab.sees("Disabled")
	if status, body, _ := user.call("GET", proxy.URL+"/api/session", "", ""); status != http.StatusUnauthorized {
		t.Errorf("the disabled user: got %d %s, want 401", status, body)
	}
	if got := statusOf(t, instance.url+"/internal/"); got != http.StatusUnauthorized {
		t.Errorf("past Identity-Aware Proxy: got %d, want 401", got)
	}
	if !strings.Contains(instance.log.text(), `"action":"set disabled","staff":"accounts.google.com:117"`) {
		t.Errorf("no audit line:\n%s", instance.log.text())
	}
	instance.checkLog()
}
