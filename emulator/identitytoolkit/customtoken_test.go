package identitytoolkit_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

const (
	signInWithCustomToken = "v1/accounts:signInWithCustomToken"
	customAudience        = "https://identitytoolkit.googleapis.com/" +
		"google.identity.identitytoolkit.v1.IdentityToolkit"
)

// unsignedToken returns the body of a sign-in with an unsigned custom token. The token has the
// given claims and those that every custom token needs.
func unsignedToken(claims object) object {
	required := object{"aud": customAudience, "exp": 4102444800, "iat": 1}
	payload, err := json.Marshal(with(required, claims))
	if err != nil {
		panic(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"none"}`)) + "." + encode(payload) + "."
	return object{"token": token, "returnSecureToken": true}
}

func TestCustomTokenFromTheAdminSDKSignsIn(t *testing.T) {
	l := start(t)
	admin := l.admin()
	token, err := admin.CustomTokenWithClaims(t.Context(), "passkey-user", object{"level": 3})
	if err != nil {
		t.Fatal(err)
	}
	first := l.ok(signInWithCustomToken, object{"token": token})
	if first["isNewUser"] != true {
		t.Errorf("got %v, want a new user", first)
	}
	verified, err := admin.VerifyIDToken(t.Context(), first["idToken"].(string))
	if err != nil {
		t.Fatal(err)
	}
	provider := verified.Firebase.SignInProvider
	if verified.UID != "passkey-user" || verified.Claims["level"] != 3.0 || provider != "custom" {
		t.Errorf("token: got %+v", verified)
	}
	_, refreshed := l.refresh(first)
	if claims := claimsOf(t, refreshed["id_token"]); claims["level"] != 3.0 {
		t.Errorf("after a refresh: got %v", claims)
	}
	record, err := admin.GetUser(t.Context(), "passkey-user")
	if err != nil {
		t.Fatal(err)
	}
	if record.Email != "" || record.DisplayName != "" || len(record.ProviderUserInfo) != 0 {
		t.Errorf("profile: got %+v, want it empty", record.UserInfo)
	}
	if again := l.ok(signInWithCustomToken, object{"token": token}); again["isNewUser"] != false {
		t.Errorf("second sign-in: got %v, want an existing user", again)
	}
}

func TestInvalidCustomTokensAreRejected(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for _, test := range []struct {
		body object
		code string
	}{
		{object{}, "MISSING_CUSTOM_TOKEN"},
		{object{"token": "junk"}, "INVALID_CUSTOM_TOKEN"},
		{object{"token": `{"uid":7}`}, "INVALID_CUSTOM_TOKEN"},
		{object{"token": signedUp["idToken"]}, "INVALID_CUSTOM_TOKEN"},
		{unsignedToken(object{"uid": "u", "aud": "demo-test"}), "INVALID_CUSTOM_TOKEN"},
		{unsignedToken(object{"uid": "u", "exp": 1}), "INVALID_CUSTOM_TOKEN"},
		{unsignedToken(object{"uid": strings.Repeat("u", 129)}), "INVALID_CUSTOM_TOKEN"},
		{unsignedToken(object{}), "MISSING_IDENTIFIER"},
		{unsignedToken(object{"uid": "u", "tenant_id": "t"}), "TENANT_ID_MISMATCH"},
		{unsignedToken(object{"uid": "u", "claims": object{"sub": "x"}}), "FORBIDDEN_CLAIM"},
		{unsignedToken(object{"uid": "u", "iss": "sa@other.iam.gserviceaccount.com"}),
			"CREDENTIAL_MISMATCH"},
	} {
		l.rejects(test.code, signInWithCustomToken, test.body)
	}
	longest := strings.Repeat("u", 128)
	l.ok(signInWithCustomToken,
		unsignedToken(object{"uid": longest, "iss": "sa@demo-test.iam.gserviceaccount.com"}))
	l.okAsAdmin("accounts:update", object{"localId": longest, "disableUser": true})
	l.rejects("USER_DISABLED", signInWithCustomToken, unsignedToken(object{"uid": longest}))
}
