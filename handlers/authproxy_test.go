package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/views"
)

// newProxied serves a site whose sign-in helper is the given handler. The site's own host is the
// auth domain.
func newProxied(t *testing.T, helper http.HandlerFunc) *httptest.Server {
	t.Helper()
	return newProxiedFor(t, "127.0.0.1", helper)
}

func newProxiedFor(t *testing.T, authDomain string, helper http.HandlerFunc) *httptest.Server {
	t.Helper()
	upstream := httptest.NewServer(helper)
	t.Cleanup(upstream.Close)
	address, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := handlers.Config{
		Web: views.WebConfig{AuthDomain: authDomain}, AuthHelper: address,
	}
	log := slog.New(slog.DiscardHandler)
	site := httptest.NewServer(handlers.New(cfg, log, panicking{}, nil, nil, nil))
	t.Cleanup(site.Close)
	return site
}

func get(t *testing.T, url string, header http.Header) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestTheSignInHelperIsServedFromThisOrigin(t *testing.T) {
	var host string
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		host = r.Host
		w.Header().Set("Content-Security-Policy", "script-src 'nonce-firebase-auth-helper'")
		fmt.Fprintf(w, "%s?%s", r.URL.Path, r.URL.RawQuery)
	})
	const path = "/__/auth/handler?apiKey=k&providerId=google.com"
	response, body := get(t, site.URL+path, nil)
	if response.StatusCode != 200 || body != path {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if strings.HasPrefix(site.URL, "http://"+host) {
		t.Errorf("the helper got the host %q, want its own", host)
	}
	policy := response.Header.Get("Content-Security-Policy")
	if policy != "script-src 'nonce-firebase-auth-helper'" {
		t.Errorf("the helper's page has the policy %q, want only its own", policy)
	}
	if response.Header.Get("X-Frame-Options") != "" {
		t.Error("the helper's page can't be framed")
	}
}

func TestTheSignInHelperIsServedOnTheAuthDomainOnly(t *testing.T) {
	for _, authDomain := range []string{"p.firebaseapp.com", "auth.example.com", "127.0.0.10"} {
		site := newProxiedFor(t, authDomain, func(http.ResponseWriter, *http.Request) {
			t.Errorf("%s: the helper got a request", authDomain)
		})
		for _, path := range []string{"/__/auth/handler", "/__/firebase/init.json"} {
			response, _ := get(t, site.URL+path, nil)
			if response.StatusCode != 404 {
				t.Errorf("%s%s: got %d, want 404", authDomain, path, response.StatusCode)
			}
			wantOwnHeaders(t, response, 1)
			if response.Header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s%s: our own page can be framed", authDomain, path)
			}
		}
	}
}

// wantOwnHeaders fails the test unless the response has exactly n values of each header that
// this site sets on the helper's responses too.
func wantOwnHeaders(t *testing.T, response *http.Response, n int) {
	t.Helper()
	for _, name := range []string{
		"X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
	} {
		if got := response.Header.Values(name); len(got) != n {
			t.Errorf("%s is %q, want %d value", name, got, n)
		}
	}
}

func TestOnlyHarmlessHeadersOfTheSignInHelperArePassedOn(t *testing.T) {
	passed := http.Header{
		"Cache-Control": {"max-age=3600"}, "Content-Language": {"en"},
		"Content-Security-Policy": {"object-src 'none'"}, "Content-Type": {"text/javascript"},
		"Etag": {`"1"`}, "Expires": {"Thu, 01 Jan 2026 00:00:00 GMT"},
		"Last-Modified": {"Wed, 31 Dec 2025 00:00:00 GMT"}, "Vary": {"x-fh-requested-host"},
	}
	dropped := []string{
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Alt-Svc",
		"Clear-Site-Data", "Content-Security-Policy-Report-Only", "Cross-Origin-Embedder-Policy",
		"Link", "Nel", "Refresh", "Report-To", "Server", "Service-Worker-Allowed", "Set-Cookie",
		"Sourcemap", "Strict-Transport-Security", "Www-Authenticate", "X-Late", "X-Unknown",
	}
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Link", "</x>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		maps.Copy(h, passed)
		for _, name := range dropped {
			h.Set(name, "1")
		}
		for _, name := range []string{
			"X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
		} {
			h.Set(name, "theirs")
		}
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, "1")
		h.Set(http.TrailerPrefix+"X-Late", "1")
	})
	for _, match := range []string{"", `"1"`} {
		response, _ := get(t, site.URL+"/__/auth/handler.js", http.Header{"If-None-Match": {match}})
		if want := map[string]int{"": 200, `"1"`: 304}[match]; response.StatusCode != want {
			t.Errorf("got %d, want %d", response.StatusCode, want)
		}
		for name, want := range passed {
			if got := response.Header[name]; !slices.Equal(got, want) {
				if response.StatusCode == 200 || !strings.HasPrefix(name, "Content-") {
					t.Errorf("%d: %s is %q, want %q", response.StatusCode, name, got, want)
				}
			}
		}
		for _, name := range dropped {
			if response.Header.Get(name) != "" || response.Trailer.Get(name) != "" {
				t.Errorf("%d: %s was passed on", response.StatusCode, name)
			}
		}
		wantOwnHeaders(t, response, 1)
		if got := response.Header.Get("Referrer-Policy"); got == "theirs" {
			t.Error("the helper replaced our Referrer-Policy")
		}
	}
}

// Firebase Hosting sends most of these headers too.
func TestNoHeaderIsRepeatedInTheSignInHelpersResponse(t *testing.T) {
	ours := map[string][]string{}
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		for name := range ours {
			w.Header().Set(name, "theirs")
		}
	})
	https := http.Header{"X-Forwarded-Proto": {"https"}}
	response, _ := get(t, site.URL+"/signin", https)
	ours = response.Header
	response, _ = get(t, site.URL+"/__/auth/handler", https)
	for name, values := range response.Header {
		if len(values) > 1 {
			t.Errorf("%s is repeated: %q", name, values)
		}
	}
	const hsts = "Strict-Transport-Security"
	if got := response.Header.Get(hsts); got == "theirs" || got == "" {
		t.Errorf("%s is %q, want ours", hsts, got)
	}
}

func TestOnlyHarmlessRequestHeadersReachTheSignInHelper(t *testing.T) {
	sent := http.Header{
		"Accept": {"text/html"}, "Accept-Encoding": {"br"}, "Accept-Language": {"en"},
		"If-Modified-Since": {"Wed, 31 Dec 2025 00:00:00 GMT"}, "If-None-Match": {`"1"`},
		"User-Agent": {"test"},
	}
	private := http.Header{
		"Authorization": {"Bearer a.b.c"}, "Cookie": {"session=1"}, "Referer": {"https://a.b/?c"},
		"X-Forwarded-For": {"192.0.2.1"}, "X-Goog-Iap-Jwt-Assertion": {"a.b.c"},
		"X-Goog-Authenticated-User-Email": {"accounts.google.com:staff@example.com"},
		"X-Serverless-Authorization":      {"Bearer a.b.c"}, "X-Firebase-Appcheck": {"a.b.c"},
		"Proxy-Authorization": {"Basic a"}, "X-Unknown": {"1"}, "Upgrade": {"websocket"},
	}
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		if !maps.EqualFunc(r.Header, sent, slices.Equal) {
			t.Errorf("the helper got %v, want %v", r.Header, sent)
		}
	})
	all := sent.Clone()
	maps.Copy(all, private)
	get(t, site.URL+"/__/auth/handler", all)
}

func TestRedirectsOfTheSignInHelperStayInTheHelper(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		to := strings.ReplaceAll(r.URL.Query().Get("to"), "UPSTREAM", "http://"+r.Host)
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})
	for to, want := range map[string]string{
		"/__/auth/handler?a=b":          "/__/auth/handler?a=b",
		"UPSTREAM/__/auth/handler?a=b":  "/__/auth/handler?a=b",
		"/account":                      "",
		"/__/auth/../../account":        "",
		"https://evil.example/__/auth/": "",
		"//evil.example/__/auth/":       "",
		"javascript:alert(1)":           "",
		"":                              "",
	} {
		r, _ := http.NewRequest("GET", site.URL+"/__/auth/old?to="+url.QueryEscape(to), nil)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		status := map[bool]int{true: 302, false: 502}[want != ""]
		if got := response.Header.Get("Location"); got != want || response.StatusCode != status {
			t.Errorf("to %q: got %d %q, want %d %q", to, response.StatusCode, got, status, want)
		}
	}
}

func TestOnlyThePathsOfTheSignInHelperAreProxied(t *testing.T) {
	var requested []string
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		requested = append(requested, r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
	})
	for _, path := range []string{
		"/__/auth/../firebase/secret", "/__/auth/..%2f..%2fsecret", "/__/auth/%2e%2e/secret",
		"/__/firebase/other.json", "/__/", "/__/auth", "/__/authx/handler", "/__/auth//handler",
		"/__/auth/./handler", "/__/firebase/init.json/x",
	} {
		r, err := http.NewRequest("GET", site.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = path // the client sends it as it is, without cleaning it
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 404 {
			t.Errorf("%s: got %d, want 404", path, response.StatusCode)
		}
	}
	if len(requested) > 0 {
		t.Errorf("the helper got requests for %v", requested)
	}
	response, _ := get(t, site.URL+"/__/firebase/init.json", nil)
	if response.StatusCode != http.StatusTeapot {
		t.Errorf("init.json: got %d, want the helper's response", response.StatusCode)
	}
}

func TestTheSignInHelpersResponseIsStreamed(t *testing.T) {
	more := make(chan struct{})
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintln(w, "first")
		w.(http.Flusher).Flush()
		<-more
		fmt.Fprintln(w, "second")
	})
	response, err := http.Get(site.URL + "/__/auth/handler")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() || lines.Text() != "first" {
		t.Errorf("got %q before the helper had finished, want its first line", lines.Text())
	}
	close(more)
	if !lines.Scan() || lines.Text() != "second" {
		t.Errorf("got %q, want the second line", lines.Text())
	}
}

func TestProvidersMayPostTheirResponseToTheSignInHelper(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	r, _ := http.NewRequest("POST", site.URL+"/__/auth/handler", strings.NewReader("code=1"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 200 || string(body) != "code=1" {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
}

func TestAFailingSignInHelperIsA502Page(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		panic(http.ErrAbortHandler)
	})
	response, body := get(t, site.URL+"/__/auth/handler", nil)
	contentType := response.Header.Get("Content-Type")
	if response.StatusCode != 502 || !strings.HasPrefix(contentType, "text/html") ||
		!strings.Contains(body, "reach the sign-in service right now") {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("our own page has the policy %q", policy)
	}
}

func TestALargeResponseOfTheSignInHelperIsRejected(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5000000")
		w.Write(make([]byte, 5_000_000))
	})
	if response, _ := get(t, site.URL+"/__/auth/handler", nil); response.StatusCode != 502 {
		t.Errorf("got %d, want 502", response.StatusCode)
	}
}
