package identitytoolkit_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestErrorsMatchTheFormatOfProduction(t *testing.T) {
	l := start(t)
	l.signUp()
	status, response := l.post(signUp, credentials())
	body := response["error"].(object)
	detail := body["errors"].([]any)[0].(object)
	if status != 400 || body["code"] != 400.0 || body["message"] != "EMAIL_EXISTS" ||
		detail["message"] != "EMAIL_EXISTS" || detail["reason"] != "invalid" ||
		detail["domain"] != "global" {
		t.Errorf("got %d %v", status, response)
	}
}

func TestBadRequestsReturnGooglesErrors(t *testing.T) {
	l := start(t)
	const (
		service   = "/identitytoolkit.googleapis.com/v1"
		noKey     = service + "/accounts:signUp"
		signUp    = service + "/accounts:signUp?key=local"
		project   = service + "/projects/demo-test"
		forbidden = "PERMISSION_DENIED"
		invalid   = "INVALID_ARGUMENT"
		notFound  = "NOT_FOUND"
		anonymous = "UNAUTHENTICATED"
	)
	otherToken := http.Header{"Authorization": {"Bearer other"}}
	for _, test := range []struct {
		method, path string
		body         any
		header       http.Header
		want         int
		status       string
	}{
		{"POST", noKey, object{}, nil, 403, forbidden},
		{"POST", signUp, "{", nil, 400, invalid},
		{"POST", signUp, "[]", nil, 400, invalid},
		{"POST", signUp, `"x"`, nil, 400, invalid},
		{"POST", signUp, `{"email":1}`, nil, 400, invalid},
		{"POST", signUp, `{"email":{}}`, nil, 400, invalid},
		{"POST", signUp, "\xff\xfe", nil, 400, invalid},
		{"POST", signUp, strings.Repeat(" ", 256<<10+1), nil, 400, invalid},
		{"GET", signUp, nil, nil, 404, notFound},
		{"POST", service + "/accounts:nothing?key=local", object{}, nil, 404, notFound},
		{"POST", service + "/projects/", object{}, adminHeader, 404, notFound},
		{"POST", project + "/accounts", object{}, nil, 401, anonymous},
		{"POST", project + "/accounts", object{}, otherToken, 401, anonymous},
		{"POST", project + "/accounts:update", `{"localId":"x","validSince":"soon"}`,
			adminHeader, 400, invalid},
		{"POST", project + "/accounts:batchCreate", `{"users":1}`, adminHeader, 400, invalid},
	} {
		got, response := l.send(test.method, test.path, test.body, test.header)
		body, _ := response["error"].(object)
		if got != test.want || body["status"] != test.status {
			t.Errorf("%s %s %.30q: got %d %v, want %d %s",
				test.method, test.path, test.body, got, response, test.want, test.status)
		}
	}
}

func TestEveryProjectIDInAPathMeansThisProject(t *testing.T) {
	l := start(t)
	uid := l.signUp()["localId"]
	for _, project := range []string{"demo-test", "other", "a-b-c"} {
		status, response := l.send("POST",
			"/identitytoolkit.googleapis.com/v1/projects/"+project+"/accounts:lookup",
			object{"localId": []any{uid}}, adminHeader)
		if users, _ := response["users"].([]any); status != 200 || len(users) != 1 {
			t.Errorf("%s: got %d %v", project, status, response)
		}
	}
}

func TestOtherOriginsCanSignInButNotAdminister(t *testing.T) {
	l := start(t)
	foreign := http.Header{"Origin": {"https://evil.example.com"}}
	status, _ := l.send("POST", "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local",
		object{}, foreign)
	if status != 200 {
		t.Errorf("sign-up: got %d, want 200", status)
	}
	for _, request := range []struct{ method, path string }{
		{"DELETE", "/emulator/v1/projects/demo-test/accounts"},
		{"PATCH", "/emulator/v1/projects/demo-test/config"},
		{"GET", "/emulator/v1/projects/demo-test/oobCodes"},
		{"POST", "/identitytoolkit.googleapis.com/v1/projects/demo-test/accounts"},
		{"POST", "/identitytoolkit.googleapis.com/v1/accounts:lookup?key=local"},
	} {
		header := http.Header{"Authorization": {"Bearer owner"}, "Origin": foreign["Origin"]}
		status, response := l.send(request.method, request.path, object{}, header)
		if status != 403 {
			t.Errorf("%s %s: got %d %v, want 403", request.method, request.path, status, response)
		}
		header.Set("Origin", l.url)
		status, response = l.send(request.method, request.path, object{}, header)
		if status == 403 {
			t.Errorf("%s %s from the same origin: got %d %v",
				request.method, request.path, status, response)
		}
	}
}

func TestPagesAreNotReadableFromOtherOrigins(t *testing.T) {
	l := start(t)
	for path, want := range map[string]string{
		"/emulator/outbox.json":                                 "",
		"/identitytoolkit.googleapis.com/v1/projects?key=local": "*",
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", l.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", "https://evil.example.com")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: Access-Control-Allow-Origin: got %q, want %q", path, got, want)
		}
	}
}

func TestPreflightRequestIsAllowed(t *testing.T) {
	l := start(t)
	url := l.url + "/identitytoolkit.googleapis.com/v1/accounts:signUp"
	req, err := http.NewRequestWithContext(t.Context(), "OPTIONS", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Access-Control-Request-Headers", "content-type,x-client-version")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 204 || resp.Header.Get("Access-Control-Allow-Origin") != "*" ||
		resp.Header.Get("Access-Control-Allow-Headers") != "content-type,x-client-version" {
		t.Errorf("got %d %v", resp.StatusCode, resp.Header)
	}
}

func TestLinksUseTheForwardedScheme(t *testing.T) {
	l := start(t)
	l.signUp()
	header := http.Header{"X-Forwarded-Proto": {"https"}}
	l.send("POST", "/identitytoolkit.googleapis.com/v1/accounts:sendOobCode?key=local",
		object{"requestType": "PASSWORD_RESET", "email": email}, header)
	want := strings.Replace(l.url, "http://", "https://", 1) + "/auth/action?"
	if link := l.service.Outbox()[0].Link; !strings.HasPrefix(link, want) {
		t.Errorf("link: got %s, want the prefix %s", link, want)
	}
}

func TestFixedResponses(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for path, field := range map[string]string{
		"v1/projects":        "authorizedDomains",
		"v1/recaptchaParams": "recaptchaSiteKey",
		"v2/recaptchaConfig": "recaptchaKey",
	} {
		url := "/identitytoolkit.googleapis.com/" + path + "?key=local"
		status, response := l.send("GET", url, nil, nil)
		if status != 200 || response[field] == nil {
			t.Errorf("%s: got %d %v", path, status, response)
		}
	}
	l.ok("v2/accounts:revokeToken",
		object{"idToken": signedUp["idToken"], "token": "x", "providerId": "apple.com"})
	l.rejects("INVALID_ID_TOKEN", "v2/accounts:revokeToken", object{"idToken": "junk"})
}

func TestSignInMethodsAreListedOnlyWithoutEnumerationProtection(t *testing.T) {
	l := start(t)
	l.signUp()
	body := object{"identifier": email, "continueUri": "http://localhost"}
	response := l.ok("v1/accounts:createAuthUri", body)
	if response["registered"] != nil || response["signinMethods"] != nil {
		t.Errorf("with enumeration protection: got %v", response)
	}
	l.disableEnumerationProtection()
	response = l.ok("v1/accounts:createAuthUri", body)
	methods, _ := response["signinMethods"].([]any)
	if response["registered"] != true || len(methods) != 1 || methods[0] != "password" {
		t.Errorf("without enumeration protection: got %v", response)
	}
}
