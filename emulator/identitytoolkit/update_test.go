package identitytoolkit_test

import (
	"net/http"
	"testing"
	"time"
)

func TestProfileUpdateSetsAndRemovesFields(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	const photo = "https://example.com/a.png"
	for _, test := range []struct {
		change      object
		name, photo any
	}{
		{object{"displayName": "Ann", "photoUrl": photo}, "Ann", photo},
		{object{}, "Ann", photo},
		{object{"displayName": nil}, nil, photo},
		{object{"displayName": "Ann B", "photoUrl": ""}, "Ann B", nil},
		{object{"deleteAttribute": []string{"DISPLAY_NAME"}}, nil, nil},
	} {
		test.change["idToken"] = signedUp["idToken"]
		l.ok(update, test.change)
		account := l.account(signedUp)
		if account["displayName"] != test.name || account["photoUrl"] != test.photo {
			t.Errorf("after %v: got %v, %v",
				test.change, account["displayName"], account["photoUrl"])
		}
	}
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	l := start(t)
	l.signUp()
	other, mine := l.signIn(password), l.signIn(password)
	l.advance(time.Second)
	changed := l.ok(update, object{"idToken": mine["idToken"], "password": "another horse"})

	l.rejects("TOKEN_EXPIRED", lookup, object{"idToken": other["idToken"]})
	for name, old := range map[string]object{"other device": other, "replaced token": mine} {
		if _, response := l.refresh(old); errorCode(response) != "TOKEN_EXPIRED" {
			t.Errorf("refresh, %s: got %v, want TOKEN_EXPIRED", name, response)
		}
	}
	l.account(changed)
	if status, response := l.refresh(changed); status != http.StatusOK {
		t.Errorf("refresh on the device that changed the password: got %v", response)
	}
	l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", email, password)
	l.signIn("another horse")
}

// The SDK signs the user in again before it changes the password. If both happen in the same
// second, the two ID tokens are equal, so the SDK ignores the new tokens and keeps the refresh
// token of the sign-in.
func TestSignInSurvivesAPasswordChangeInTheSameSecond(t *testing.T) {
	l := start(t)
	l.signUp()
	l.advance(time.Minute)
	mine := l.signIn(password)
	changed := l.ok(update, object{"idToken": mine["idToken"], "password": "another horse"})
	if changed["idToken"] != mine["idToken"] {
		t.Fatal("the ID tokens differ, so this isn't the case that the test is about")
	}
	if status, response := l.refresh(mine); status != http.StatusOK {
		t.Errorf("refresh with the token of the sign-in: got %v", response)
	}
}

func TestSensitiveChangesRequireARecentSignIn(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.advance(5*time.Minute + time.Second)
	idToken := signedUp["idToken"]
	const tooOld = "CREDENTIAL_TOO_OLD_LOGIN_AGAIN"
	l.rejects(tooOld, update, object{"idToken": idToken, "password": "another horse"})
	l.rejects(tooOld, update, object{"idToken": idToken, "email": "bob@example.com"})
	l.rejects(tooOld, deleteAccount, object{"idToken": idToken})
	l.rejects(tooOld, signUp,
		object{"idToken": idToken, "email": email, "password": "another horse"})
	l.rejects(tooOld, sendOobCode, object{
		"requestType": "VERIFY_AND_CHANGE_EMAIL",
		"idToken":     idToken,
		"newEmail":    "bob@example.com",
	})
	l.ok(update, object{"idToken": idToken, "displayName": "Ann"})

	_, refreshed := l.refresh(signedUp) // a refresh is not a new sign-in
	l.rejects(tooOld, deleteAccount, object{"idToken": refreshed["id_token"]})
	l.ok(deleteAccount, object{"idToken": l.signIn(password)["idToken"]})
}

func TestEmailChangeRequiresVerification(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	anonymous := l.ok(signUp, object{})
	for _, idToken := range []any{signedUp["idToken"], anonymous["idToken"]} {
		l.rejects("OPERATION_NOT_ALLOWED", update,
			object{"idToken": idToken, "email": "bob@example.com"})
	}

	l.disableEnumerationProtection()
	l.ok(update, object{"idToken": signedUp["idToken"], "email": "bob@example.com"})
	l.ok(signInWithPassword, object{"email": "bob@example.com", "password": password})
	if sent := l.service.Outbox()[0]; sent.To != email || sent.Purpose != "RECOVER_EMAIL" {
		t.Errorf("newest email: got %v, want a recovery link for the old address", sent)
	}
}

func TestUsersCannotGrantThemselvesPrivileges(t *testing.T) {
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
		{object{"linkProviderUserInfo": object{"providerId": "google.com", "rawId": "1"}},
			"OPERATION_NOT_ALLOWED"},
	} {
		test.change["idToken"] = idToken
		l.rejects(test.code, update, test.change)
	}
	l.rejects("INVALID_REQ_TYPE", update, object{"localId": "x", "displayName": "Eve"})
}

func TestUnlinkingThePasswordRemovesTheEmail(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok(update, object{"idToken": signedUp["idToken"], "deleteProvider": []string{"password"}})
	account := l.account(signedUp)
	if account["email"] != nil || account["providerUserInfo"] != nil ||
		account["passwordHash"] != nil {
		t.Errorf("account: got %v", account)
	}
	l.signUp() // the address is available again
}

func TestUserDeletionCanBeDisabled(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.configure(object{"client": object{"permissions": object{"disabledUserDeletion": true}}})
	l.rejects("ADMIN_ONLY_OPERATION", deleteAccount, object{"idToken": signedUp["idToken"]})
	l.okAsAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.rejects("USER_NOT_FOUND", lookup, object{"idToken": signedUp["idToken"]})
}
