package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
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

// smokeFront is the proxy in front of the app, and what it has seen.
type smokeFront struct {
	app       *url.URL
	proxy     *httputil.ReverseProxy
	cancel    context.CancelFunc // of the smoke test
	refused   int
	toGoogle  []string // requests to Google's own endpoints
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
		f.toGoogle = append(f.toGoogle, fmt.Sprintf("%s://%s%s %s",
			r.URL.Scheme, r.URL.Host, r.URL.Path, r.Header.Get("Content-Type")))
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
		want := []string{
			"https://identitytoolkit.googleapis.com/v1/accounts:signUp application/json",
			"https://securetoken.googleapis.com/v1/token application/x-www-form-urlencoded",
		}
		if !slices.Equal(front.toGoogle, want) || front.forwarded {
			t.Errorf("called %q, want %q, with the token for IAM: %v",
				front.toGoogle, want, front.forwarded)
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
