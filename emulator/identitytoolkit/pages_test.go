package identitytoolkit_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// providerPage is the page where the user picks a provider account, up to the kind of sign-in.
const providerPage = "/emulator/auth/handler" +
	"?apiKey=local&appName=app&providerId=google.com&authType="

// pageResponse is the response to a request for a page.
type pageResponse struct {
	status int
	header http.Header
	body   string
}

// page requests a page. header lists names and values of header fields.
func (l *local) page(path string, header ...string) pageResponse {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), "GET", l.url+path, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return pageResponse{resp.StatusCode, resp.Header, string(body)}
}

func TestPagesHaveAContentSecurityPolicy(t *testing.T) {
	l := start(t)
	for path, framedBy := range map[string]string{
		providerPage + "signInViaPopup": "'none'",
		"/emulator/outbox":              "'none'",
		"/emulator/auth/iframe":         "'self'",
	} {
		first, second := l.page(path), l.page(path)
		csp := first.header.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "base-uri 'none'", "script-src 'nonce-",
			"frame-ancestors " + framedBy,
		} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %q", path, csp, part)
			}
		}
		if csp == second.header.Get("Content-Security-Policy") {
			t.Errorf("%s: two responses have the same nonce", path)
		}
		if got := first.header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: Access-Control-Allow-Origin: got %q, want none", path, got)
		}
		if strings.Contains(first.body, "https://apis.google.com") {
			t.Errorf("%s: refers to an external script", path)
		}
	}
}

// Without an icon of its own, a page makes Firefox and WebKit request /favicon.ico, which its
// policy forbids. Firefox also applies img-src to the link.
func TestPagesHaveAnIconThatTheirPolicyAllows(t *testing.T) {
	l := start(t)
	for _, path := range []string{
		providerPage + "signInViaPopup", "/emulator/auth/handler?broken", "/emulator/outbox",
	} {
		page := l.page(path)
		if !strings.Contains(page.body, `<link rel="icon" href="data:,">`) {
			t.Errorf("%s has no icon:\n%s", path, page.body)
		}
		policy := page.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "; img-src data:;") {
			t.Errorf("%s: the policy forbids the icon: %s", path, policy)
		}
	}
}

func TestProviderPageStatesItsPurposeAndRejectsOtherRequests(t *testing.T) {
	l := start(t)
	for path, want := range map[string]string{
		providerPage + "signInViaPopup": "Sign in with Google",
		providerPage + "linkViaPopup":   "Connect your Google account",
		providerPage + "reauthViaPopup": "Confirm your identity with Google",
	} {
		got := l.page(path)
		if got.status != 200 || !strings.Contains(got.body, "<h1>"+want+"</h1>") {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{
		"/emulator/auth/handler", providerPage, providerPage + "junk",
		"/emulator/auth/handler?authType=signInViaPopup&providerId=google.com",
		strings.Replace(providerPage, "google", "example", 1) + "signInViaPopup",
	} {
		got := l.page(path)
		if got.status != http.StatusBadRequest || strings.Contains(got.body, "<form") {
			t.Errorf("%s: got %d, want 400 without a form", path, got.status)
		}
	}
}

func TestPagesEscapeUserInput(t *testing.T) {
	l := start(t)
	attack := `"><script>alert(1)</script>`
	claims := object{"sub": attack, "name": attack, "picture": "javascript:alert(1)"}
	l.ok(signInWithIDP, credential("google.com", claims))
	body := l.page(providerPage + "signInViaPopup").body
	if strings.Contains(body, "<script>alert") || strings.Contains(body, `"javascript:`) {
		t.Errorf("got %s", body)
	}
}

func TestOutboxShowsMessagesNewestFirst(t *testing.T) {
	l := start(t)
	if got := l.page("/emulator/outbox"); !strings.Contains(got.body, "No messages yet") {
		t.Errorf("empty outbox: got %s", got.body)
	}
	l.sendEmailLink(email)
	l.sendText(number)
	code := l.service.Outbox()[0].Code
	page := l.page("/emulator/outbox").body
	sms, mail := strings.Index(page, code), strings.Index(page, "/auth/action?")
	if sms < 0 || mail < sms || !strings.Contains(page, `href="`+l.url+`/auth/action?`) {
		t.Errorf("text message at %d, email at %d in %s", sms, mail, page)
	}
}

func TestOutboxIsAvailableAsJSON(t *testing.T) {
	l := start(t)
	if got := l.page("/emulator/outbox.json"); strings.TrimSpace(got.body) != `{"messages":[]}` {
		t.Errorf("empty outbox: got %s", got.body)
	}
	l.sendText(number)
	for _, accept := range []string{"application/json", "application/json, */*"} {
		_, response := l.send("GET", "/emulator/outbox", nil, http.Header{"Accept": {accept}})
		message := response["messages"].([]any)[0].(object)
		if message["kind"] != "sms" || message["to"] != number ||
			len(message["code"].(string)) != 6 {
			t.Errorf("Accept: %s: got %v", accept, message)
		}
	}
	got := l.page("/emulator/outbox.json", "Origin", "https://evil.example")
	if got.status != http.StatusForbidden {
		t.Errorf("another origin: got %d, want 403", got.status)
	}
}

func TestGapiScriptIsServedLocally(t *testing.T) {
	got := start(t).page("/emulator/gapi.js")
	mime := got.header.Get("Content-Type")
	if mime != "text/javascript; charset=utf-8" || !strings.Contains(got.body, "window.gapi") {
		t.Errorf("got %v %s", got.header, got.body)
	}
}
