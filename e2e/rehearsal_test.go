//go:build linux

package e2e

import (
	"encoding/json"
	"fmt"
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

func TestRehearsalInstanceCrashLosesNoAcknowledgedWrite(t *testing.T) {
	google := newFakeGoogle(t)
	img := newImage(t, google)
	one, two := img.run(t, google), img.run(t, google)
	site, proxy := startLoadBalancer(t, one, two)

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
			acknowledged, sent := p.saveUntilDone(site, &done, &saved)
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
	for deadline := time.Now().Add(waitTimeout); saved.Load() < want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("only %d saves after %s, want %d", saved.Load(), waitTimeout, want)
			return
		}
	}
}

// TestRehearsalStaffConsoleBehindIAP has a member of staff disable a user in the console at
// /internal/, with Identity-Aware Proxy before the service, which adds its assertion to every
// request.
func TestRehearsalStaffConsoleBehindIAP(t *testing.T) {
	google := newFakeGoogle(t)
	browser := startRehearsalBrowser(t, google)
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
	tab.waitForText("1 user")
	tab.click("Manage ada@example.com")
	tab.click("Disable this account")
	tab.waitForText("Disabled")
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
