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

// newProxied serves a site whose sign-in helper is the given handler, and counts nothing: the helper says what it saw.
func newProxied(t *testing.T, helper http.HandlerFunc) *httptest.Server {
	t.Helper()
	upstream := httptest.NewServer(helper)
	t.Cleanup(upstream.Close)
	home, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(handlers.New(handlers.Config{Web: views.WebConfig{AuthDomain: "app.example.com"}, AuthHelper: home},
		slog.New(slog.DiscardHandler), panicking{}, nil, nil, nil))
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
		for _, private := range []string{"Authorization", "Cookie", "X-Forwarded-For", "X-Goog-Iap-Jwt-Assertion",
			"X-Goog-Authenticated-User-Email", "X-Serverless-Authorization", "X-Firebase-Appcheck"} {
			if r.Header.Get(private) != "" {
				t.Errorf("the helper was sent %s", private)
			}
		}
		w.Header().Set("Content-Security-Policy", "script-src 'nonce-firebase-auth-helper'")
		w.Header().Set("Set-Cookie", "a=b")
		fmt.Fprintf(w, "%s?%s", r.URL.Path, r.URL.RawQuery)
	})
	response, body := get(t, site.URL+"/__/auth/handler?apiKey=k&providerId=google.com",
		http.Header{"Authorization": {"Bearer a.b.c"}, "Cookie": {"session=1"}, "X-Forwarded-For": {"192.0.2.1"},
			"X-Goog-Iap-Jwt-Assertion": {"a.b.c"}, "X-Goog-Authenticated-User-Email": {"accounts.google.com:staff@example.com"},
			"X-Serverless-Authorization": {"Bearer a.b.c"}, "X-Firebase-Appcheck": {"a.b.c"}})
	if response.StatusCode != 200 || body != "/__/auth/handler?apiKey=k&providerId=google.com" {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if strings.HasPrefix(site.URL, "http://"+host) {
		t.Errorf("the helper was asked as %q, want its own host", host)
	}
	if got := response.Header.Get("Content-Security-Policy"); got != "script-src 'nonce-firebase-auth-helper'" {
		t.Errorf("the helper's page has the policy %q, want its own alone", got)
	}
	if response.Header.Get("X-Frame-Options") != "" || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("got %v, want a page that can be framed and sets no cookie", response.Header)
	}
}

func TestOnlyTheHelpersPathsAreProxied(t *testing.T) {
	var asked []string
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
	})
	for _, path := range []string{
		"/__/auth/../firebase/secret", "/__/auth/..%2f..%2fsecret", "/__/auth/%2e%2e/secret", "/__/firebase/other.json",
		"/__/", "/__/auth", "/__/authx/handler", "/__/auth//handler", "/__/auth/./handler", "/__/firebase/init.json/x",
	} {
		conn, err := http.NewRequest("GET", site.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		conn.URL.Opaque = path // as it stands, with nothing cleaned on the way out
		response, err := http.DefaultTransport.RoundTrip(conn)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 404 {
			t.Errorf("%s: got %d, want 404", path, response.StatusCode)
		}
	}
	if len(asked) > 0 {
		t.Errorf("the helper was asked for %v", asked)
	}
	if response, _ := get(t, site.URL+"/__/firebase/init.json", nil); response.StatusCode != http.StatusTeapot {
		t.Errorf("init.json: got %d, want the helper's answer", response.StatusCode)
	}
}

func TestTheHelpersAnswerIsPassedOnAsItComes(t *testing.T) {
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

func TestAProviderMayPostItsAnswerToTheHelper(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	r, _ := http.NewRequest("POST", site.URL+"/__/auth/handler", strings.NewReader("code=1"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != 200 || string(body) != "code=1" {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
}

func TestAHelperThatFailsIsA502Page(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	response, body := get(t, site.URL+"/__/auth/handler", nil)
	if response.StatusCode != 502 || !strings.Contains(body, "cannot be reached right now") || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if !strings.Contains(response.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("our own page has the policy %q", response.Header.Get("Content-Security-Policy"))
	}
}

func TestATooLargeAnswerOfTheHelperIsCutOff(t *testing.T) {
	site := newProxied(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5000000")
		w.Write(make([]byte, 5_000_000))
	})
	if response, _ := get(t, site.URL+"/__/auth/handler", nil); response.StatusCode != 502 {
		t.Errorf("got %d, want 502", response.StatusCode)
	}
}
