package identitytoolkit_test

import (
	"net/http"
	"strings"
	"testing"
)

var asOwner = http.Header{"Authorization": {"Bearer owner"}}

func TestErrorsHaveTheShapeOfProduction(t *testing.T) {
	l := start(t)
	l.signUp()
	status, answer := l.post("v1/accounts:signUp", object{"email": email, "password": password})
	body := answer["error"].(object)
	detail := body["errors"].([]any)[0].(object)
	if status != 400 || body["code"] != 400.0 || body["message"] != "EMAIL_EXISTS" ||
		detail["message"] != "EMAIL_EXISTS" || detail["reason"] != "invalid" || detail["domain"] != "global" {
		t.Errorf("got %d %v", status, answer)
	}
}

func TestBadRequestsAreAnsweredAsGoogleDoes(t *testing.T) {
	l := start(t)
	const signUp = "/identitytoolkit.googleapis.com/v1/accounts:signUp"
	const project = "/identitytoolkit.googleapis.com/v1/projects/demo-test"
	for _, test := range []struct {
		method, path string
		body         any
		header       http.Header
		want         int
		status       string
	}{
		{"POST", signUp, object{}, nil, 403, "PERMISSION_DENIED"},
		{"POST", signUp + "?key=local", "{", nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", "[]", nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", `"x"`, nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", `{"email":1}`, nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", `{"email":{}}`, nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", "\xff\xfe", nil, 400, "INVALID_ARGUMENT"},
		{"POST", signUp + "?key=local", strings.Repeat(" ", 256<<10+1), nil, 400, "INVALID_ARGUMENT"},
		{"GET", signUp + "?key=local", nil, nil, 404, "NOT_FOUND"},
		{"POST", "/identitytoolkit.googleapis.com/v1/accounts:nothing?key=local", object{}, nil, 404, "NOT_FOUND"},
		{"POST", "/identitytoolkit.googleapis.com/v1/projects/", object{}, asOwner, 404, "NOT_FOUND"},
		{"POST", project + "/accounts", object{}, nil, 401, "UNAUTHENTICATED"},
		{"POST", project + "/accounts", object{}, http.Header{"Authorization": {"Bearer other"}}, 401, "UNAUTHENTICATED"},
		{"POST", project + "/accounts:update", `{"localId":"x","validSince":"soon"}`, asOwner, 400, "INVALID_ARGUMENT"},
		{"POST", project + "/accounts:batchCreate", `{"users":1}`, asOwner, 400, "INVALID_ARGUMENT"},
	} {
		got, answer := l.send(test.method, test.path, test.body, test.header)
		body, _ := answer["error"].(object)
		if got != test.want || body["status"] != test.status {
			t.Errorf("%s %s %.30q: got %d %v, want %d %s",
				test.method, test.path, test.body, got, answer, test.want, test.status)
		}
	}
}

func TestAnyProjectOfThePathIsThisOne(t *testing.T) {
	l := start(t)
	uid := l.signUp()["localId"]
	for _, project := range []string{"demo-test", "other", "a-b-c"} {
		status, answer := l.send("POST", "/identitytoolkit.googleapis.com/v1/projects/"+project+"/accounts:lookup",
			object{"localId": []any{uid}}, asOwner)
		if users, _ := answer["users"].([]any); status != 200 || len(users) != 1 {
			t.Errorf("%s: got %d %v", project, status, answer)
		}
	}
}

func TestPagesOfOtherOriginsMaySignInButNotAdminister(t *testing.T) {
	l := start(t)
	foreign := http.Header{"Origin": {"https://evil.example.com"}}
	status, _ := l.send("POST", "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local", object{}, foreign)
	if status != 200 {
		t.Errorf("sign-up: got %d", status)
	}
	for _, request := range []struct{ method, path string }{
		{"DELETE", "/emulator/v1/projects/demo-test/accounts"},
		{"PATCH", "/emulator/v1/projects/demo-test/config"},
		{"GET", "/emulator/v1/projects/demo-test/oobCodes"},
		{"POST", "/identitytoolkit.googleapis.com/v1/projects/demo-test/accounts"},
		{"POST", "/identitytoolkit.googleapis.com/v1/accounts:lookup?key=local"},
	} {
		header := http.Header{"Authorization": {"Bearer owner"}, "Origin": foreign["Origin"]}
		if status, answer := l.send(request.method, request.path, object{}, header); status != 403 {
			t.Errorf("%s %s: got %d %v, want 403", request.method, request.path, status, answer)
		}
		header.Set("Origin", l.url)
		if status, answer := l.send(request.method, request.path, object{}, header); status == 403 {
			t.Errorf("%s %s from the own origin: got %d %v", request.method, request.path, status, answer)
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
			t.Errorf("%s: got allowed for %q, want %q", path, got, want)
		}
	}
}

func TestPreflightIsAnswered(t *testing.T) {
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

func TestLinksFollowTheForwardedScheme(t *testing.T) {
	l := start(t)
	l.signUp()
	header := http.Header{"X-Forwarded-Proto": {"https"}}
	l.send("POST", "/identitytoolkit.googleapis.com/v1/accounts:sendOobCode?key=local",
		object{"requestType": "PASSWORD_RESET", "email": email}, header)
	want := strings.Replace(l.url, "http://", "https://", 1) + "/auth/action?"
	if link := l.service.Outbox()[0].Link; !strings.HasPrefix(link, want) {
		t.Errorf("link: got %s, want %s…", link, want)
	}
}

func TestFixedAnswers(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for path, field := range map[string]string{
		"v1/projects": "authorizedDomains", "v1/recaptchaParams": "recaptchaSiteKey",
		"v2/recaptchaConfig": "recaptchaKey",
	} {
		status, answer := l.send("GET", "/identitytoolkit.googleapis.com/"+path+"?key=local", nil, nil)
		if status != 200 || answer[field] == nil {
			t.Errorf("%s: got %d %v", path, status, answer)
		}
	}
	l.ok("v2/accounts:revokeToken", object{"idToken": signedUp["idToken"], "token": "x", "providerId": "apple.com"})
	l.refused("INVALID_ID_TOKEN", "v2/accounts:revokeToken", object{"idToken": "junk"})
}

func TestSignInMethodsOfAnEmail(t *testing.T) {
	l := start(t)
	l.signUp()
	ask := object{"identifier": email, "continueUri": "http://localhost"}
	if answer := l.ok("v1/accounts:createAuthUri", ask); answer["registered"] != nil || answer["signinMethods"] != nil {
		t.Errorf("with enumeration protection: got %v", answer)
	}
	l.configure(object{"emailPrivacyConfig": object{"enableImprovedEmailPrivacy": false}})
	answer := l.ok("v1/accounts:createAuthUri", ask)
	methods, _ := answer["signinMethods"].([]any)
	if answer["registered"] != true || len(methods) != 1 || methods[0] != "password" {
		t.Errorf("without: got %v", answer)
	}
}
