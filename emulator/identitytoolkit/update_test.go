package identitytoolkit_test

import (
	"net/http"
	"testing"
	"time"
)

func TestProfileUpdate(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for _, test := range []struct {
		change    object
		name, pic any
	}{
		{object{"displayName": "Ann", "photoUrl": "https://example.com/a.png"}, "Ann", "https://example.com/a.png"},
		{object{}, "Ann", "https://example.com/a.png"},
		{object{"displayName": nil}, nil, "https://example.com/a.png"},
		{object{"displayName": "Ann B", "photoUrl": ""}, "Ann B", nil},
		{object{"deleteAttribute": []string{"DISPLAY_NAME"}}, nil, nil},
	} {
		test.change["idToken"] = signedUp["idToken"]
		l.ok("v1/accounts:update", test.change)
		if me := l.me(signedUp); me["displayName"] != test.name || me["photoUrl"] != test.pic {
			t.Errorf("after %v: got %v, %v", test.change, me["displayName"], me["photoUrl"])
		}
	}
}

func TestPasswordChangeEndsTheOtherSessions(t *testing.T) {
	l := start(t)
	l.signUp()
	other, mine := l.signIn(password), l.signIn(password)
	l.advance(time.Second)
	changed := l.ok("v1/accounts:update", object{"idToken": mine["idToken"], "password": "another horse"})

	l.refused("TOKEN_EXPIRED", "v1/accounts:lookup", object{"idToken": other["idToken"]})
	for name, old := range map[string]object{"the other device": other, "the replaced token": mine} {
		if _, answer := l.refresh(old); errorCode(answer) != "TOKEN_EXPIRED" {
			t.Errorf("refresh by %s: got %v", name, answer)
		}
	}
	l.me(changed)
	if status, answer := l.refresh(changed); status != http.StatusOK {
		t.Errorf("refresh by the device that changed it: got %v", answer)
	}
	l.signInRefused("INVALID_LOGIN_CREDENTIALS", email, password)
	l.signIn("another horse")
}

func TestPasswordChangeInTheSecondOfASignInEndsItToo(t *testing.T) {
	l := start(t)
	l.signUp()
	other, mine := l.signIn(password), l.signIn(password)
	l.ok("v1/accounts:update", object{"idToken": mine["idToken"], "password": "another horse"})
	if _, answer := l.refresh(other); errorCode(answer) != "TOKEN_EXPIRED" {
		t.Errorf("refresh by the other device: got %v", answer)
	}
}

func TestSensitiveChangesNeedARecentSignIn(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.advance(5*time.Minute + time.Second)
	idToken := signedUp["idToken"]
	const tooOld = "CREDENTIAL_TOO_OLD_LOGIN_AGAIN"
	l.refused(tooOld, "v1/accounts:update", object{"idToken": idToken, "password": "another horse"})
	l.refused(tooOld, "v1/accounts:update", object{"idToken": idToken, "email": "bob@example.com"})
	l.refused(tooOld, "v1/accounts:delete", object{"idToken": idToken})
	l.refused(tooOld, "v1/accounts:signUp", object{"idToken": idToken, "email": email, "password": "another horse"})
	l.refused(tooOld, "v1/accounts:sendOobCode",
		object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": idToken, "newEmail": "bob@example.com"})
	l.ok("v1/accounts:update", object{"idToken": idToken, "displayName": "Ann"})

	_, refreshed := l.refresh(signedUp) // no new sign-in: it does not help
	l.refused(tooOld, "v1/accounts:delete", object{"idToken": refreshed["id_token"]})
	l.ok("v1/accounts:delete", object{"idToken": l.signIn(password)["idToken"]})
}

func TestEmailChangeWithoutProofIsRefused(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	anonymous := l.ok("v1/accounts:signUp", object{})
	for _, idToken := range []any{signedUp["idToken"], anonymous["idToken"]} {
		l.refused("OPERATION_NOT_ALLOWED", "v1/accounts:update", object{"idToken": idToken, "email": "bob@example.com"})
	}

	l.configure(object{"emailPrivacyConfig": object{"enableImprovedEmailPrivacy": false}})
	l.ok("v1/accounts:update", object{"idToken": signedUp["idToken"], "email": "bob@example.com"})
	l.ok("v1/accounts:signInWithPassword", object{"email": "bob@example.com", "password": password})
	if to := l.service.Outbox()[0]; to.To != email || to.Purpose != "RECOVER_EMAIL" {
		t.Errorf("the old address was sent %v", to)
	}
}

func TestPeopleCannotGiveThemselvesPrivileges(t *testing.T) {
	l := start(t)
	idToken := l.signUp()["idToken"]
	for _, test := range []struct {
		change object
		code   string
	}{
		{object{"customAttributes": `{"roles":["admin"]}`}, "INSUFFICIENT_PERMISSION"},
		{object{"emailVerified": true}, "OPERATION_NOT_ALLOWED"},
		{object{"disableUser": false}, "OPERATION_NOT_ALLOWED"},
		{object{"phoneNumber": "+15555550100"}, "OPERATION_NOT_ALLOWED"},
		{object{"linkProviderUserInfo": object{"providerId": "google.com", "rawId": "1"}}, "OPERATION_NOT_ALLOWED"},
	} {
		test.change["idToken"] = idToken
		l.refused(test.code, "v1/accounts:update", test.change)
	}
	l.refused("INVALID_REQ_TYPE", "v1/accounts:update", object{"localId": "x", "displayName": "Eve"})
}

func TestUnlinkingThePasswordTakesTheEmail(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:update", object{"idToken": signedUp["idToken"], "deleteProvider": []string{"password"}})
	if me := l.me(signedUp); me["email"] != nil || me["providerUserInfo"] != nil || me["passwordHash"] != nil {
		t.Errorf("account: got %v", me)
	}
	l.signUp() // the address is free again
}

func TestDeletionByPeopleCanBeSwitchedOff(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.configure(object{"client": object{"permissions": object{"disabledUserDeletion": true}}})
	l.refused("ADMIN_ONLY_OPERATION", "v1/accounts:delete", object{"idToken": signedUp["idToken"]})
	l.asAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.refused("USER_NOT_FOUND", "v1/accounts:lookup", object{"idToken": signedUp["idToken"]})
}
