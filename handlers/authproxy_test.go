package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/views"
)

// newProxied serves a site whose sign-in helper is the given handler.
func newProxied(t *testing.T, helper http.HandlerFunc) *httptest.Server {
	t.Helper()
	upstream := httptest.NewServer(helper)
	t.Cleanup(upstream.Close)
	address, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := handlers.Config{
		Web: views.WebConfig{AuthDomain: "app.example.com"}, AuthHelper: address,
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
	private := http.Header{
		"Authorization":                   {"Bearer a.b.c"},
		"Cookie":                          {"session=1"},
		"X-Forwarded-For":                 {"192.0.2.1"},
		"X-Goog-Iap-Jwt-Assertion":        {"a.b.c"},
		"X-Goog-Authenticated-User-Email": {"accounts.google.com:staff@example.com"},
		"X-Serverless-Authorization":      {"Bearer a.b.c"},
		"X-Firebase-Appcheck":             {"a.b.c"},
	}
	var host string
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		host = r.Host
		for name := range private {
			if r.Header.Get(name) != "" {
				t.Errorf("the helper got %s", name)
			}
		}
		w.Header().Set("Content-Security-Policy", "script-src 'nonce-firebase-auth-helper'")
		w.Header().Set("Set-Cookie", "a=b")
		fmt.Fprintf(w, "%s?%s", r.URL.Path, r.URL.RawQuery)
	})
	const path = "/__/auth/handler?apiKey=k&providerId=google.com"
	response, body := get(t, site.URL+path, private.Clone())
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
	if response.Header.Get("X-Frame-Options") != "" || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("got %v, want a page that can be framed and sets no cookie", response.Header)
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
