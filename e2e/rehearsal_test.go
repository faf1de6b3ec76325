//go:build linux

package e2e

// The rehearsal of production runs instances of the container image against a fake Google. It
// needs Linux and root:
//
//	go test -run Rehearsal ./e2e

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

// TestRehearsalInstanceCrashLosesNoAcknowledgedWrite kills one of two instances while users save
// their profiles.
func TestRehearsalInstanceCrashLosesNoAcknowledgedWrite(t *testing.T) {
	google := newFakeGoogle(t)
	img := newImage(t, google)
	one, two := img.start(t, google), img.start(t, google)
	site := startLoadBalancer(t, one, two)

	const users = 6
	var done atomic.Bool
	var saves atomic.Int64
	var saving sync.WaitGroup
	savers := make([]*saver, users)
	for i := range savers {
		savers[i] = &saver{user: newAPIUser(t, google, fmt.Sprintf("user%d@example.com", i))}
		saving.Go(func() { savers[i].saveUntil(&done, site.url, &saves) })
	}
	waitForSaves(t, &saves, 30*users)
	one.kill()
	waitForSaves(t, &saves, saves.Load()+30*users)
	done.Store(true)
	saving.Wait()

	for _, s := range savers {
		s.check(t, site.url)
	}
	site.checkCounts(t)
	t.Logf("%d acknowledged saves, none lost", saves.Load())
	one.checkLog()
	two.checkLog()
}

// saver is a user who saves a profile again and again, each time with the next number as the bio.
type saver struct {
	user         *apiUser
	sent         int // the number in the last request
	acknowledged int // the number in the last request whose response was 200
}

// saveUntil saves profiles until done is true, and adds the number of acknowledged saves to
// saves.
func (s *saver) saveUntil(done *atomic.Bool, site string, saves *atomic.Int64) {
	etag := `"none"`
	for !done.Load() {
		time.Sleep(40 * time.Millisecond) // the rate limit is 20 requests per second and account
		s.sent++
		bio := fmt.Sprintf(`{"bio":"number %d"}`, s.sent)
		got := s.user.request("PATCH", site+"/api/profile", bio, "If-Match", etag)
		switch got.status {
		case http.StatusOK:
			s.acknowledged, etag = s.sent, got.etag
			saves.Add(1)
		case 0, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusPreconditionFailed:
			// The instance crashed, or the request before this one was saved without a response:
			// read what is stored, as the page does.
			var ok bool
			if etag, ok = s.readETag(done, site); !ok {
				return
			}
		default:
			s.user.t.Errorf("save: got %d %s", got.status, got.body)
			return
		}
		if s.sent%25 == 0 {
			s.user.refreshTokens()
		}
	}
}

// readETag requests the profile until a response arrives or done is true. It reports false if the
// user has been signed out.
func (s *saver) readETag(done *atomic.Bool, site string) (etag string, ok bool) {
	for !done.Load() {
		got := s.user.request("GET", site+"/api/profile", "")
		switch got.status {
		case http.StatusOK:
			return got.etag, true
		case http.StatusUnauthorized:
			s.user.t.Errorf("signed out: %s", got.body)
			return "", false
		}
	}
	return "", true
}

// check compares the stored profile with what was sent.
func (s *saver) check(t *testing.T, site string) {
	t.Helper()
	got := s.user.request("GET", site+"/api/profile", "")
	var stored struct{ Bio string }
	if err := json.Unmarshal([]byte(got.body), &stored); err != nil || got.status != 200 {
		t.Errorf("read the profile: got %d %s %v", got.status, got.body, err)
		return
	}
	var number int
	_, err := fmt.Sscanf(stored.Bio, "number %d", &number)
	if err != nil || number < s.acknowledged || number > s.sent {
		t.Errorf("stored is %q, but %d was acknowledged and %d was sent",
			stored.Bio, s.acknowledged, s.sent)
	}
}

func waitForSaves(t *testing.T, saves *atomic.Int64, want int64) {
	t.Helper()
	if !eventually(func() bool { return saves.Load() >= want }) {
		t.Errorf("only %d saves after %s, want %d", saves.Load(), waitTimeout, want)
	}
}

// TestRehearsalStaffConsoleBehindIAP has a member of staff disable a user in the console at
// /internal/. A proxy adds the signed assertion of Identity-Aware Proxy to every request.
func TestRehearsalStaffConsoleBehindIAP(t *testing.T) {
	google := newFakeGoogle(t)
	browser := startRehearsalBrowser(t, google)
	instance := newImage(t, google).start(t, google, "IAP_AUDIENCE="+identitytest.IAPAudience)
	user := newAPIUser(t, google, "ada@example.com")
	target, err := url.Parse(instance.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		subject := map[string]any{"sub": "accounts.google.com:117"}
		claims := google.iap.Claims("eve@example.com", subject)
		assertion := google.iap.Sign(google.iap.Header(), claims)
		r.Out.Header.Set("X-Goog-IAP-JWT-Assertion", assertion)
	}})
	t.Cleanup(proxy.Close)

	tab := openBrowser(t, &app{t: t, url: asLocalhost(proxy.URL), browser: browser})
	tab.open("/internal/")
	tab.waitForText("1 user")
	tab.click("Manage ada@example.com")
	tab.click("Disable account")
	tab.waitForText("Disabled")
	got := user.request("GET", proxy.URL+"/api/session", "")
	if got.status != http.StatusUnauthorized {
		t.Errorf("the disabled user: got %d %s, want 401", got.status, got.body)
	}
	if got := statusOf(t, instance.url+"/internal/"); got != http.StatusUnauthorized {
		t.Errorf("without Identity-Aware Proxy: got %d, want 401", got)
	}
	audit := `"action":"set disabled","staff":"accounts.google.com:117"`
	if !strings.Contains(instance.log.text(), audit) {
		t.Errorf("the log has no audit line:\n%s", instance.log.text())
	}
	instance.checkLog()
}
