package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A new URL isn't routed at once, and a new permission takes minutes to work everywhere. The test
// waits for both, at most 60 times 5 seconds, which is five minutes.
const (
	smokePause  = 5 * time.Second
	smokePauses = 60
)

// smoke tests a deployed service from the outside: its pages and its API respond, and a new user
// can sign up, refresh the token, read the account and delete it again.
//
// site is the URL of the service or of one of its revisions, such as https://latchkey-123.run.app.
// iamToken, which a private service requires, is an ID token of an account with the role
// roles/run.invoker; it may be empty. No token is ever printed.
func smoke(ctx context.Context, h host, site, iamToken string) error {
	address, err := url.Parse(site)
	if err != nil || address.Host == "" || strings.Trim(address.Path, "/") != "" {
		return errors.New("the URL of the service must have the form https://HOST")
	}
	client := *h.client
	// Identity-Aware Proxy redirects to a sign-in page. Its status, 200, would look like success.
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	h.client = &client
	t := &smokeTest{
		host: h, site: address.Scheme + "://" + address.Host, iamToken: iamToken,
		pauses: smokePauses,
	}
	if err := t.testPages(ctx); err != nil {
		return err
	}
	return t.testAccount(ctx)
}

// smokeTest is one run of the smoke test.
type smokeTest struct {
	host
	site     string // without a slash at the end
	iamToken string
	page     webConfig
	pauses   int    // how often the test may still wait
	waiting  string // the last reason that was printed
}

// testPages checks what needs no user, and reads the settings that the pages give to browsers.
func (t *smokeTest) testPages(ctx context.Context) error {
	// Ready means that Google's keys are loaded and Firestore is reachable.
	if _, err := t.expect(ctx, call{path: "/health/ready"}, http.StatusOK); err != nil {
		return err
	}
	page, err := t.expect(ctx, call{path: "/signin"}, http.StatusOK)
	if err != nil {
		return err
	}
	if t.page, err = configOf(page.body); err != nil {
		return fmt.Errorf("GET /signin: %w", err)
	}
	denied, err := t.expect(ctx, call{path: "/api/profile"}, http.StatusUnauthorized)
	if err != nil {
		return err
	}
	if got := denied.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
		return fmt.Errorf("GET /api/profile: got WWW-Authenticate %q, want Bearer", got)
	}
	_, err = t.expect(ctx, call{path: "/nowhere"}, http.StatusNotFound)
	return err
}

// webConfig are the settings of the project in the site's pages: views.WebConfig, which
// static/js/auth/session.js hands to the Firebase SDK.
type webConfig struct {
	APIKey   string `json:"apiKey"`
	TenantID string `json:"tenantId"`
	Emulator string `json:"emulator"` // not on Cloud Run
}

// configOf finds the settings in a page. They are JSON in a script element whose ID is config.
func configOf(page []byte) (config webConfig, err error) {
	_, rest, _ := bytes.Cut(page, []byte(`<script id="config"`))
	_, rest, _ = bytes.Cut(rest, []byte(">"))
	encoded, _, found := bytes.Cut(rest, []byte("</script>"))
	if !found {
		return config, errors.New("the page has no settings for Firebase")
	}
	if err := json.Unmarshal(encoded, &config); err != nil {
		return config, fmt.Errorf("the page's settings for Firebase: %w", err)
	}
	return config, nil
}

// call is one request to the site. The zero value is GET.
type call struct {
	method, path, idToken string
}

func (c call) String() string { return cmp.Or(c.method, http.MethodGet) + " " + c.path }

// expect sends the request until the app responds with the status. It fails at once if the app
// itself responds with another one, unless that is a failure of the server.
func (t *smokeTest) expect(ctx context.Context, c call, status int) (response, error) {
	header := http.Header{}
	if c.idToken != "" {
		header.Set("Authorization", "Bearer "+c.idToken)
	}
	for {
		got, err := t.send(ctx, c.method, t.site+c.path, header, nil)
		switch {
		case err != nil:
			err = fmt.Errorf("%s: %w", c, err)
		case got.status == status && got.fromApp():
			fmt.Fprintf(t.out, "ok: %s returned %d\n", c, status)
			return got, nil
		default:
			err = fmt.Errorf("%s: got %d%s, want %d from the app",
				c, got.status, got.explain(), status)
			if got.fromApp() && got.status < 500 && got.status != http.StatusTooManyRequests {
				return got, err
			}
		}
		if !t.wait(ctx, err) {
			return got, err
		}
	}
}

// wait pauses the test and says why. It returns false if the test has waited long enough.
func (t *smokeTest) wait(ctx context.Context, reason error) bool {
	if t.pauses--; t.pauses < 0 || ctx.Err() != nil {
		return false
	}
	if text := reason.Error(); text != t.waiting {
		fmt.Fprintln(t.out, "waiting:", text)
		t.waiting = text
	}
	return t.sleep(ctx, smokePause) == nil
}

// response is what a server returned.
type response struct {
	status int
	header http.Header
	body   []byte
}

// fromApp reports whether the app sent the response, and not Google's front end, the placeholder
// image or a proxy: all responses of the app have its Content-Security-Policy, with a nonce.
func (r response) fromApp() bool {
	return strings.Contains(r.header.Get("Content-Security-Policy"), "'nonce-")
}

// explain adds what is known about a response that wasn't expected.
func (r response) explain() string {
	switch {
	case r.fromApp() && r.errorCode() == "":
		return ""
	case r.fromApp() && r.status >= 500:
		return fmt.Sprintf(" (%s; the service's log has the cause)", r.errorCode())
	case r.fromApp():
		return " (" + r.errorCode() + ")"
	case r.status == http.StatusForbidden || r.status == http.StatusUnauthorized:
		return " from Cloud Run, which requires an ID token in IAM_TOKEN " +
			"of an account with the role roles/run.invoker"
	case r.status == http.StatusNotFound:
		return " from Google's front end, which doesn't know the URL yet, " +
			"or accepts requests only through the load balancer"
	case r.header.Get("Location") != "":
		return ", a redirect to another page, as Identity-Aware Proxy sends it"
	}
	return ""
}

// errorCode returns the code of an error response of the app's API, or "".
func (r response) errorCode() string {
	var decoded struct{ Error struct{ Code string } }
	_ = json.Unmarshal(r.body, &decoded)
	return decoded.Error.Code
}

// send sends one request. The token for IAM goes into a header of its own, because Authorization
// has the user's token. Cloud Run reads both:
// https://docs.cloud.google.com/run/docs/authenticating/service-to-service
func (t *smokeTest) send(
	ctx context.Context, method, target string, header http.Header, body io.Reader,
) (response, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return response{}, err
	}
	request.Header = header
	if t.iamToken != "" && strings.HasPrefix(target, t.site+"/") {
		header.Set("X-Serverless-Authorization", "Bearer "+t.iamToken)
	}
	got, err := t.client.Do(request)
	if err != nil {
		return response{}, withoutURL(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(io.LimitReader(got.Body, 1<<20))
	return response{got.StatusCode, got.Header, content}, err
}

// withoutURL removes the URL from an error of the HTTP client, because it can contain the API key.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
