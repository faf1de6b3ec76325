package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// iamToken is a token for IAM, as gcloud would send it for a developer.
const iamToken = "eyJhbGciOiJSUzI1NiJ9.eyJlbWFpbCI6ImRldkBleGFtcGxlLmNvbSJ9.aWFtLXNpZ25hdHVyZQ"

// privateFrontEnd imitates the front end of a Cloud Run service that requires authentication:
// https://cloud.google.com/run/docs/authenticating/service-to-service
//
// It checks IAM's token in X-Serverless-Authorization or, without that header, in
// Authorization. It passes the token on with its signature replaced. The other header it passes
// on unchanged.
func privateFrontEnd(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := "Authorization"
		if r.Header.Get("X-Serverless-Authorization") != "" {
			header = "X-Serverless-Authorization"
		}
		if r.Header.Get(header) != "Bearer "+iamToken {
			http.Error(w, "The request was not authenticated.", http.StatusForbidden)
			return
		}
		signed := iamToken[:strings.LastIndexByte(iamToken, '.')]
		r.Header.Set(header, "Bearer "+signed+".SIGNATURE_REMOVED_BY_GOOGLE")
		service.ServeHTTP(w, r)
	})
}

func (s *site) behindFrontEnd(method, path, body string, headers ...string) *response {
	s.t.Helper()
	private := *s
	private.handler = privateFrontEnd(s.handler)
	return private.do(method, path, body, headers...)
}

func TestAPrivateServiceAcceptsBothTokensInSeparateHeaders(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice("X-Serverless-Authorization", "Bearer "+iamToken)
	s.behindFrontEnd("GET", "/api/account", "", headers...).want(200, "")
	patch := append(headers, "If-Match", `"none"`)
	s.behindFrontEnd("PATCH", "/api/profile", `{"bio":"x"}`, patch...).want(200, "")
	// A page needs only IAM's token.
	s.behindFrontEnd("GET", "/", "", bearer(iamToken)...).want(200, "")
}

func TestAPrivateServiceRejectsRequestsWithoutIAMToken(t *testing.T) {
	s := newSite(t)
	w, r := httptest.NewRecorder(), withAuth("/api/account", "Bearer "+s.aliceToken())
	privateFrontEnd(s.handler).ServeHTTP(w, r)
	if w.Code != 403 || s.logs.String() != "" {
		t.Errorf("got %d, want 403 from the front end; the service logged %q", w.Code, s.logs)
	}
}

func TestR53ATokenWithoutItsSignatureIsRejectedWithAHintInTheLog(t *testing.T) {
	s := newSite(t)
	res := s.behindFrontEnd("GET", "/api/account", "", bearer(iamToken)...)
	res.want(401, "invalid_token")
	if res.header.Get("WWW-Authenticate") != "Bearer" {
		t.Error("no WWW-Authenticate")
	}
	if !strings.Contains(s.logs.String(), "X-Serverless-Authorization") {
		t.Errorf("the log does not say what to send instead:\n%s", s.logs)
	}
	if strings.Contains(res.body, "Serverless") {
		t.Errorf("the response contains internal details: %s", res.body)
	}
	if strings.Contains(s.logs.String(), iamToken[:40]) {
		t.Errorf("the token is in the log:\n%s", s.logs)
	}
	if got := s.google.Certs.Calls() + s.google.Lookup.Calls(); got != 0 {
		t.Errorf("got %d calls to Google, want none", got)
	}

	// The same with a user's ID token in the place of IAM's.
	user := s.aliceToken()
	stripped := user[:strings.LastIndexByte(user, '.')] + ".SIGNATURE_REMOVED_BY_GOOGLE"
	s.do("GET", "/api/account", "", bearer(stripped)...).want(401, "invalid_token")
}

// X-Serverless-Authorization is for IAM. The app must not accept an ID token in it.
func TestTheHeaderForIAMDoesNotAuthenticateUsers(t *testing.T) {
	s := newSite(t)
	r := httptest.NewRequest("GET", "/api/account", nil)
	r.Header.Set("X-Serverless-Authorization", "Bearer "+s.aliceToken())
	s.send(r).want(401, "unauthenticated")
}
