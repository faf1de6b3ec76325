package identitytoolkit_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

// fuzzedMethods are the methods that FuzzRequest calls.
var fuzzedMethods = []string{
	"POST /identitytoolkit.googleapis.com/v1/accounts:signUp",
	"POST /identitytoolkit.googleapis.com/v1/accounts:signInWithPassword",
	"POST /identitytoolkit.googleapis.com/v1/accounts:lookup",
	"POST /identitytoolkit.googleapis.com/v1/accounts:update",
	"POST /identitytoolkit.googleapis.com/v1/accounts:delete",
	"POST /identitytoolkit.googleapis.com/v1/accounts:sendOobCode",
	"POST /identitytoolkit.googleapis.com/v1/accounts:resetPassword",
	"POST /identitytoolkit.googleapis.com/v1/accounts:createAuthUri",
	"POST /identitytoolkit.googleapis.com/v1/accounts:signInWithIdp",
	"POST /identitytoolkit.googleapis.com/v1/accounts:sendVerificationCode",
	"POST /identitytoolkit.googleapis.com/v1/accounts:signInWithPhoneNumber",
	"POST /identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink",
	"POST /identitytoolkit.googleapis.com/v1/accounts:signInWithCustomToken",
	"POST /securetoken.googleapis.com/v1/token",
	"POST /identitytoolkit.googleapis.com/v1/projects/p/accounts:batchCreate",
	"POST /identitytoolkit.googleapis.com/v1/projects/p/accounts:batchDelete",
	"POST /identitytoolkit.googleapis.com/v1/projects/p/accounts:query",
	"POST /identitytoolkit.googleapis.com/v1/projects/p:createSessionCookie",
	"PATCH /identitytoolkit.googleapis.com/v2/projects/p/config",
	"PATCH /identitytoolkit.googleapis.com/v2/projects/p/defaultSupportedIdpConfigs/google.com",
}

// fuzzedBodies are the request bodies that FuzzRequest starts from.
var fuzzedBodies = []string{
	"", "null", "[]", `"x"`, "{", "\x00", `{"email":null,"localId":null}`,
	`{"email":"a@example.com","password":"secret","localId":"u","idToken":"e30.bnVsbA.",` +
		`"oobCode":"x"}`,
	`{"localId":"u","createdAt":"9223372036854775807","validSince":"-1",` +
		`"customAttributes":"{\"a\":1e999}"}`,
	`{"users":[{"localId":"u","passwordHash":"!","createdAt":-9223372036854775808},{}]}`,
	`{"requestType":"PASSWORD_RESET","email":"a@example.com","continueUrl":"http://[::1"}`,
	`{"offset":"-9223372036854775808","limit":"9223372036854775807",` +
		`"sortBy":"NAME","order":"DESC"}`,
	`{"passwordPolicyConfig":{"passwordPolicyVersions":[{}]},"mfa":[],"authorizedDomains":null}`,
	`{"requestUri":"http://localhost",` +
		`"postBody":"id_token=%7B%22sub%22%3A%221%22%7D&providerId=google.com"}`,
	`{"requestUri":"http://localhost?providerId=apple.com` +
		`#id_token={\"sub\":\"1\",\"email_verified\":[]}"}`,
	`{"requestUri":"http://localhost","pendingToken":"eyJleHAiOjk5OTk5OTk5OTl9"}`,
	`{"phoneNumber":"+441632960001","temporaryProof":"x","sessionInfo":"x","code":"x"}`,
	`{"token":"{\"uid\":\"u\",\"claims\":{\"a\":null}}"}`,
	"grant_type=refresh_token&refresh_token=%ff", "%zz",
}

// FuzzRequest checks that no request body causes an internal error, whether the caller is a client
// or an administrator.
func FuzzRequest(f *testing.F) {
	for i := range fuzzedMethods {
		for _, body := range fuzzedBodies {
			f.Add(uint8(i), i%2 == 0, body)
		}
	}
	store, err := state.Open("")
	if err != nil {
		f.Fatal(err)
	}
	service, err := identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, index uint8, owner bool, body string) {
		method, path, _ := strings.Cut(fuzzedMethods[int(index)%len(fuzzedMethods)], " ")
		req := httptest.NewRequest(method, path+"?key=local&updateMask=mfa.state",
			strings.NewReader(body))
		if owner || strings.Contains(path, "/projects/") {
			req.Header.Set("Authorization", "Bearer owner")
		}
		resp := httptest.NewRecorder()
		service.ServeHTTP(resp, req)
		if resp.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s %q: got %d %s", method, path, body, resp.Code, resp.Body)
		}
	})
}
