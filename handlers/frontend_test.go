package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// iamToken is what a developer's gcloud would send for IAM to check.
const iamToken = "eyJhbGciOiJSUzI1NiJ9.eyJlbWFpbCI6ImRldkBleGFtcGxlLmNvbSJ9.aWFtLXNpZ25hdHVyZQ"

// privateFrontEnd stands in for what is before a Cloud Run service that requires authentication:
// https://cloud.google.com/run/docs/authenticating/service-to-service. It looks for IAM's token in
// X-Serverless-Authorization, or else in Authorization, lets nobody in without one, and passes the token it has checked
// on with its signature replaced. The header it did not look at reaches the service as it came.
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

func (s *site) behindFrontEnd(method, path, body string, headers ...string) *answer {
	s.t.Helper()
	private := *s
	private.handler = privateFrontEnd(s.handler)
	return private.do(method, path, body, headers...)
}

func TestAPrivateServiceTakesBothTokensInHeadersOfTheirOwn(t *testing.T) {
	s := newSite(t)
	headers := s.asAlice("X-Serverless-Authorization", "Bearer "+iamToken)
	s.behindFrontEnd("GET", "/api/account", "", headers...).want(200, "")
	s.behindFrontEnd("PATCH", "/api/profile", `{"bio":"x"}`, append(headers, "If-Match", `"none"`)...).want(200, "")
	s.behindFrontEnd("GET", "/", "", "Authorization", "Bearer "+iamToken).want(200, "") // a page needs IAM's alone
}

func TestAPrivateServiceLetsNobodyInWithoutIAM(t *testing.T) {
	s := newSite(t)
	w, r := httptest.NewRecorder(), withAuth("/api/account", "Bearer "+s.aliceToken())
	privateFrontEnd(s.handler).ServeHTTP(w, r)
	if w.Code != 403 || s.logs.String() != "" {
		t.Errorf("got %d, want 403 of the platform, and nothing in the service's log: %s", w.Code, s.logs)
	}
}

func TestR53ATokenWhoseSignatureWasRemovedIsRefusedWithAHintInTheLog(t *testing.T) {
	s := newSite(t)
	a := s.behindFrontEnd("GET", "/api/account", "", "Authorization", "Bearer "+iamToken).want(401, "invalid_token")
	if a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Error("no WWW-Authenticate")
	}
	if !strings.Contains(s.logs.String(), "X-Serverless-Authorization") {
		t.Errorf("the log does not say what to send instead:\n%s", s.logs)
	}
	if strings.Contains(a.body, "Serverless") || strings.Contains(s.logs.String(), iamToken[:40]) {
		t.Errorf("the answer names internals or the log holds the token: %s\n%s", a.body, s.logs)
	}
	if got := s.google.Certs.Calls() + s.google.Lookup.Calls(); got != 0 {
		t.Errorf("asked Google %d times, want never", got)
	}

	// The user's own token in the place of IAM's, with its signature removed, is as little worth.
	user := s.aliceToken()
	stripped := user[:strings.LastIndexByte(user, '.')] + ".SIGNATURE_REMOVED_BY_GOOGLE"
	s.do("GET", "/api/account", "", "Authorization", "Bearer "+stripped).want(401, "invalid_token")
}

// A Firebase token in X-Serverless-Authorization is IAM's business; the program never reads that header.
func TestTheHeaderForIAMIsNobodyHere(t *testing.T) {
	s := newSite(t)
	r := httptest.NewRequest("GET", "/api/account", nil)
	r.Header.Set("X-Serverless-Authorization", "Bearer "+s.aliceToken())
	s.send(r).want(401, "unauthenticated")
}
