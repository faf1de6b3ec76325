package identitytoolkit_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

func TestIDTokenIdentifiesTheUserAndTheSignInMethod(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	claims := claimsOf(t, signedUp["idToken"])
	now := float64(l.Now().Unix())
	want := object{
		"iss":            "https://securetoken.google.com/demo-test",
		"aud":            "demo-test",
		"sub":            signedUp["localId"],
		"user_id":        signedUp["localId"],
		"email":          email,
		"email_verified": false,
		"auth_time":      now,
		"iat":            now,
		"exp":            now + 3600,
	}
	for name, value := range want {
		if claims[name] != value {
			t.Errorf("%s: got %v, want %v", name, claims[name], value)
		}
	}
	firebase := claims["firebase"].(object)
	if firebase["sign_in_provider"] != "password" {
		t.Errorf("sign_in_provider: got %v", firebase["sign_in_provider"])
	}
}

func TestRefreshKeepsTheSignInTime(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	signedInAt := float64(l.Now().Unix())
	l.advance(2 * time.Hour)
	status, response := l.refresh(signedUp)
	if status != http.StatusOK {
		t.Fatalf("refresh: got %d %v", status, response)
	}
	claims := claimsOf(t, response["id_token"])
	if claims["auth_time"] != signedInAt || claims["iat"] != signedInAt+7200 {
		t.Errorf("auth_time, iat: got %v, %v", claims["auth_time"], claims["iat"])
	}
	if response["refresh_token"] != signedUp["refreshToken"] ||
		response["user_id"] != signedUp["localId"] {
		t.Errorf("response: got %v", response)
	}
}

func TestExpiredIDTokenIsRejectedUntilRefreshed(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.advance(time.Hour - time.Second)
	l.account(signedUp)
	l.advance(time.Second)
	l.rejects("INVALID_ID_TOKEN", lookup, object{"idToken": signedUp["idToken"]})
	_, response := l.refresh(signedUp)
	l.account(object{"idToken": response["id_token"]})
}

func TestInvalidIDTokensAreRejected(t *testing.T) {
	l := start(t)
	uid := l.signUp()["localId"]
	forge := func(changes object) string {
		claims := object{
			"iss": "https://securetoken.google.com/demo-test", "aud": "demo-test", "sub": uid,
			"iat": l.Now().Unix(), "exp": l.Now().Unix() + 3600,
		}
		for name, value := range changes {
			claims[name] = value
		}
		payload, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		return "e30." + base64.RawURLEncoding.EncodeToString(payload) + "."
	}
	l.account(object{"idToken": forge(nil)}) // accepted without changes
	for _, test := range []struct {
		token string
		code  string
	}{
		{"", "MISSING_ID_TOKEN"},
		{"junk", "INVALID_ID_TOKEN"},
		{"a.b.c", "INVALID_ID_TOKEN"},
		{"e30.bnVsbA.", "INVALID_ID_TOKEN"},
		{forge(object{"aud": "other"}), "INVALID_ID_TOKEN"},
		{forge(object{"aud": []string{"demo-test"}}), "INVALID_ID_TOKEN"},
		{forge(object{"iss": "https://session.firebase.google.com/demo-test"}), "INVALID_ID_TOKEN"},
		{forge(object{"firebase": object{"tenant": "t"}}), "INVALID_ID_TOKEN"},
		{forge(object{"sub": "missing"}), "USER_NOT_FOUND"},
	} {
		l.rejects(test.code, lookup, object{"idToken": test.token})
	}
}

func TestInvalidRefreshRequestsAreRejected(t *testing.T) {
	l := start(t)
	for _, test := range []struct{ body, code string }{
		{"", "MISSING_GRANT_TYPE"},
		{"grant_type=password", "INVALID_GRANT_TYPE"},
		{"grant_type=refresh_token", "MISSING_REFRESH_TOKEN"},
		{"grant_type=refresh_token&refresh_token=junk", "INVALID_REFRESH_TOKEN"},
		{`{"grantType":"refresh_token","refreshToken":"junk"}`, "INVALID_REFRESH_TOKEN"},
	} {
		status, response := l.send("POST", "/securetoken.googleapis.com/v1/token?key=local",
			test.body, nil)
		if got := errorCode(response); status != http.StatusBadRequest || got != test.code {
			t.Errorf("%q: got %d %s, want 400 %s", test.body, status, got, test.code)
		}
	}
}

func TestRefreshOfADeletedAccountReturnsUserNotFound(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok(deleteAccount, object{"idToken": signedUp["idToken"]})
	if _, response := l.refresh(signedUp); errorCode(response) != "USER_NOT_FOUND" {
		t.Errorf("refresh: got %v, want USER_NOT_FOUND", response)
	}
}

func TestRefreshTokenIsInvalidForANewAccountWithTheSameUID(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.okAsAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.advance(time.Second)
	l.okAsAdmin("accounts", object{"localId": signedUp["localId"]})
	if _, response := l.refresh(signedUp); errorCode(response) != "TOKEN_EXPIRED" {
		t.Errorf("refresh: got %v, want TOKEN_EXPIRED", response)
	}
}

func TestDisabledAccountIsRejectedEverywhere(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.okAsAdmin("accounts:update", object{"localId": signedUp["localId"], "disableUser": true})
	l.rejects("USER_DISABLED", lookup, object{"idToken": signedUp["idToken"]})
	l.rejectsSignIn("USER_DISABLED", email, password)
	l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", email, "wrong one")
	if _, response := l.refresh(signedUp); errorCode(response) != "USER_DISABLED" {
		t.Errorf("refresh: got %v, want USER_DISABLED", response)
	}
	l.okAsAdmin("accounts:update", object{"localId": signedUp["localId"], "disableUser": false})
	if status, response := l.refresh(signedUp); status != http.StatusOK {
		t.Errorf("refresh after enabling: got %d %v", status, response)
	}
}
