package identitytoolkit_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

const (
	signInWithCustomToken = "v1/accounts:signInWithCustomToken"
	customAudience        = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"
)

// handmade is an unsigned custom token of the claims, with what every token needs.
func handmade(claims object) object {
	payload, err := json.Marshal(with(object{"aud": customAudience, "exp": 4102444800, "iat": 1}, claims))
	if err != nil {
		panic(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return object{"token": encode([]byte(`{"alg":"none"}`)) + "." + encode(payload) + ".", "returnSecureToken": true}
}

func TestCustomTokenOfTheAdminSDK(t *testing.T) {
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
		t.Errorf("the profile was populated: %+v", record.UserInfo)
	}
	if again := l.ok(signInWithCustomToken, object{"token": token}); again["isNewUser"] != false {
		t.Errorf("second time: got %v", again)
	}
}

func TestRefusedCustomTokens(t *testing.T) {
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
		{handmade(object{"uid": "u", "aud": "demo-test"}), "INVALID_CUSTOM_TOKEN"},
		{handmade(object{"uid": "u", "exp": 1}), "INVALID_CUSTOM_TOKEN"},
		{handmade(object{"uid": strings.Repeat("u", 129)}), "INVALID_CUSTOM_TOKEN"},
		{handmade(object{}), "MISSING_IDENTIFIER"},
		{handmade(object{"uid": "u", "tenant_id": "t"}), "TENANT_ID_MISMATCH"},
		{handmade(object{"uid": "u", "claims": object{"sub": "x"}}), "FORBIDDEN_CLAIM"},
		{handmade(object{"uid": "u", "iss": "sa@other.iam.gserviceaccount.com"}), "CREDENTIAL_MISMATCH"},
	} {
		l.refused(test.code, signInWithCustomToken, test.body)
	}
	longest := strings.Repeat("u", 128)
	l.ok(signInWithCustomToken, handmade(object{"uid": longest, "iss": "sa@demo-test.iam.gserviceaccount.com"}))
	l.asAdmin("accounts:update", object{"localId": longest, "disableUser": true})
	l.refused("USER_DISABLED", signInWithCustomToken, handmade(object{"uid": longest}))
}
