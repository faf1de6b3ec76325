package identitytoolkit_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

func TestIDTokenSaysWhoSignedInAndHow(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	claims := claimsOf(t, signedUp["idToken"])
	now := float64(l.Now().Unix())
	want := object{
		"iss": "https://securetoken.google.com/demo-test", "aud": "demo-test", "sub": signedUp["localId"],
		"user_id": signedUp["localId"], "email": email, "email_verified": false,
		"auth_time": now, "iat": now, "exp": now + 3600,
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

func TestRefreshKeepsTheTimeOfSignIn(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	signedInAt := float64(l.Now().Unix())
	l.advance(2 * time.Hour)
	status, answer := l.refresh(signedUp)
	if status != http.StatusOK {
		t.Fatalf("refresh: got %d %v", status, answer)
	}
	claims := claimsOf(t, answer["id_token"])
	if claims["auth_time"] != signedInAt || claims["iat"] != signedInAt+7200 {
		t.Errorf("auth_time, iat: got %v, %v", claims["auth_time"], claims["iat"])
	}
	if answer["refresh_token"] != signedUp["refreshToken"] || answer["user_id"] != signedUp["localId"] {
		t.Errorf("answer: got %v", answer)
	}
}

func TestExpiredIDTokenIsRefusedUntilRefreshed(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.advance(time.Hour - time.Second)
	l.me(signedUp)
	l.advance(time.Second)
	l.refused("INVALID_ID_TOKEN", "v1/accounts:lookup", object{"idToken": signedUp["idToken"]})
	_, answer := l.refresh(signedUp)
	l.me(object{"idToken": answer["id_token"]})
}

func TestForeignTokensAreRefused(t *testing.T) {
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
	l.me(object{"idToken": forge(nil)}) // the forgery is sound but for what each case changes
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
		{forge(object{"sub": "nobody"}), "USER_NOT_FOUND"},
	} {
		l.refused(test.code, "v1/accounts:lookup", object{"idToken": test.token})
	}
}

func TestRefreshRefusals(t *testing.T) {
	l := start(t)
	for _, test := range []struct{ body, code string }{
		{"", "MISSING_GRANT_TYPE"},
		{"grant_type=password", "INVALID_GRANT_TYPE"},
		{"grant_type=refresh_token", "MISSING_REFRESH_TOKEN"},
		{"grant_type=refresh_token&refresh_token=junk", "INVALID_REFRESH_TOKEN"},
		{`{"grantType":"refresh_token","refreshToken":"junk"}`, "INVALID_REFRESH_TOKEN"},
	} {
		status, answer := l.send("POST", "/securetoken.googleapis.com/v1/token?key=local", test.body, nil)
		if got := errorCode(answer); status != http.StatusBadRequest || got != test.code {
			t.Errorf("%q: got %d %s, want 400 %s", test.body, status, got, test.code)
		}
	}
}

func TestRefreshTokenOfADeletedAccountSaysSo(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:delete", object{"idToken": signedUp["idToken"]})
	if _, answer := l.refresh(signedUp); errorCode(answer) != "USER_NOT_FOUND" {
		t.Errorf("refresh: got %v", answer)
	}
}

func TestRefreshTokenDoesNotPassToTheNextAccountOfTheSameUID(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.asAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.advance(time.Second)
	l.asAdmin("accounts", object{"localId": signedUp["localId"]})
	if _, answer := l.refresh(signedUp); errorCode(answer) != "TOKEN_EXPIRED" {
		t.Errorf("refresh: got %v", answer)
	}
}

func TestDisabledAccountIsOutEverywhere(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.asAdmin("accounts:update", object{"localId": signedUp["localId"], "disableUser": true})
	l.refused("USER_DISABLED", "v1/accounts:lookup", object{"idToken": signedUp["idToken"]})
	l.signInRefused("USER_DISABLED", email, password)
	l.signInRefused("INVALID_LOGIN_CREDENTIALS", email, "wrong one")
	if _, answer := l.refresh(signedUp); errorCode(answer) != "USER_DISABLED" {
		t.Errorf("refresh: got %v", answer)
	}
	l.asAdmin("accounts:update", object{"localId": signedUp["localId"], "disableUser": false})
	if status, answer := l.refresh(signedUp); status != http.StatusOK {
		t.Errorf("refresh after enabling: got %d %v", status, answer)
	}
}
