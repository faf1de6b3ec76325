package identitytoolkit_test

import (
	"fmt"
	"testing"
	"time"
)

func TestSignUpThenSignIn(t *testing.T) {
	l := start(t)
	created := l.ok(signUp,
		object{"email": "Ann@Example.com", "password": password, "displayName": "Ann"})
	again := l.signIn(password)

	if again["localId"] != created["localId"] {
		t.Errorf("uid: got %v, want %v", again["localId"], created["localId"])
	}
	account := l.account(again)
	if account["email"] != email || account["displayName"] != "Ann" ||
		account["emailVerified"] != false {
		t.Errorf("account: got %v", account)
	}
	provider := account["providerUserInfo"].([]any)[0].(object)
	if provider["providerId"] != "password" || provider["rawId"] != email {
		t.Errorf("provider: got %v", provider)
	}
	if account["salt"] != nil || account["passwordHash"] == nil {
		t.Errorf("account: got %v, want a masked passwordHash and no salt", account)
	}
}

func TestInvalidSignUpsAreRejected(t *testing.T) {
	l := start(t)
	l.signUp()
	for _, test := range []struct {
		body object
		code string
	}{
		{object{"email": email, "password": password}, "EMAIL_EXISTS"},
		{object{"email": "ANN@example.com", "password": password}, "EMAIL_EXISTS"},
		{object{"email": "ann", "password": password}, "INVALID_EMAIL"},
		{object{"email": "ann@localhost", "password": password}, "INVALID_EMAIL"},
		{object{"email": "a b@example.com", "password": password}, "INVALID_EMAIL"},
		{object{"email": "bob@example.com", "password": "12345"}, "WEAK_PASSWORD"},
		{object{"email": "bob@example.com"}, "MISSING_PASSWORD"},
		{object{"password": password}, "MISSING_EMAIL"},
		{object{"email": "bob@example.com", "password": password, "localId": "mine"},
			"UNEXPECTED_PARAMETER"},
		{object{"email": "bob@example.com", "password": password, "idToken": "junk"},
			"INVALID_ID_TOKEN"},
	} {
		l.rejects(test.code, signUp, test.body)
	}
}

func TestWrongPasswordAndUnknownEmailReturnTheSameError(t *testing.T) {
	l := start(t)
	l.signUp()
	status1, wrong := l.post(signInWithPassword, object{"email": email, "password": "wrong one"})
	status2, unknown := l.post(signInWithPassword,
		object{"email": "bob@example.com", "password": "wrong"})
	if status1 != status2 || fmt.Sprint(wrong) != fmt.Sprint(unknown) ||
		errorCode(wrong) != "INVALID_LOGIN_CREDENTIALS" {
		t.Errorf("got %d %v and %d %v, want the same", status1, wrong, status2, unknown)
	}
}

func TestWithoutEnumerationProtectionErrorsAreSpecific(t *testing.T) {
	l := start(t)
	l.signUp()
	l.disableEnumerationProtection()
	l.rejectsSignIn("INVALID_PASSWORD", email, "wrong one")
	l.rejectsSignIn("EMAIL_NOT_FOUND", "bob@example.com", "wrong one")
}

func TestManyWrongPasswordsLockTheAddressTemporarily(t *testing.T) {
	l := start(t)
	l.signUp()
	for range 25 {
		l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", email, "wrong one")
	}
	l.rejectsSignIn("TOO_MANY_ATTEMPTS_TRY_LATER", email, password)
	l.advance(5 * time.Minute)
	l.signIn(password)
}

func TestPasswordResetAndClearingLiftTheSignInLock(t *testing.T) {
	for name, lift := range map[string]func(*local){
		"reset": func(l *local) {
			l.sendPasswordReset(email)
			l.ok(resetPassword,
				object{"oobCode": l.lastEmailCode("PASSWORD_RESET"), "newPassword": password})
		},
		"clearing": func(l *local) {
			l.emulator("DELETE", "/accounts", nil)
			l.signUp()
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := start(t)
			l.signUp()
			for range 25 {
				l.post(signInWithPassword, object{"email": email, "password": "wrong one"})
			}
			l.rejectsSignIn("TOO_MANY_ATTEMPTS_TRY_LATER", email, password)
			lift(l)
			l.signIn(password)
		})
	}
}

func TestAnonymousAccountIsUpgradedInPlace(t *testing.T) {
	l := start(t)
	anonymous := l.ok(signUp, object{"returnSecureToken": true})
	if claims := claimsOf(t, anonymous["idToken"]); claims["provider_id"] != "anonymous" {
		t.Errorf("claims: got %v", claims)
	}
	// The sign-in isn't recent, but an anonymous user has no way to sign in again.
	l.advance(time.Hour - time.Minute)
	upgraded := l.ok(signUp,
		object{"idToken": anonymous["idToken"], "email": email, "password": password})
	if upgraded["localId"] != anonymous["localId"] {
		t.Errorf("uid: got %v, want %v", upgraded["localId"], anonymous["localId"])
	}
	if got := l.signIn(password)["localId"]; got != anonymous["localId"] {
		t.Errorf("uid at the next sign-in: got %v, want %v", got, anonymous["localId"])
	}
}

func TestUpgradeToATakenEmailIsRejected(t *testing.T) {
	l := start(t)
	l.signUp()
	anonymous := l.ok(signUp, object{})
	upgrade := object{"idToken": anonymous["idToken"], "email": email, "password": password}
	l.rejects("EMAIL_EXISTS", signUp, upgrade)
	if account := l.account(anonymous); account["email"] != nil {
		t.Errorf("account after the rejected upgrade: got %v", account)
	}
}

func TestDisabledSignInMethodsAreRejected(t *testing.T) {
	noEmail := object{"signIn": object{"email": object{"enabled": false}}}
	noAnonymous := object{"signIn": object{"anonymous": object{"enabled": false}}}
	noSignUp := object{"client": object{"permissions": object{"disabledUserSignup": true}}}
	noLinks := object{"signIn": object{"email": object{"passwordRequired": true}}}
	link := object{"requestType": "EMAIL_SIGNIN", "email": email}
	for _, test := range []struct {
		off    object
		method string
		body   object
		code   string
	}{
		{noEmail, signInWithPassword, credentials(), "PASSWORD_LOGIN_DISABLED"},
		{noEmail, signUp, credentials(), "OPERATION_NOT_ALLOWED"},
		{noAnonymous, signUp, object{}, "ADMIN_ONLY_OPERATION"},
		{noSignUp, signUp, credentials(), "ADMIN_ONLY_OPERATION"},
		{noSignUp, signUp, object{}, "ADMIN_ONLY_OPERATION"},
		{noLinks, sendOobCode, link, "OPERATION_NOT_ALLOWED"},
	} {
		l := start(t)
		l.configure(test.off)
		l.rejects(test.code, test.method, test.body)
	}
}

func TestPasswordPolicyIsEnforcedAndPublished(t *testing.T) {
	l := start(t)
	l.configure(object{"passwordPolicyConfig": object{
		"passwordPolicyEnforcementState": "ENFORCE",
		"passwordPolicyVersions": []object{{"customStrengthOptions": object{
			"minPasswordLength":                10,
			"containsUppercaseCharacter":       true,
			"containsLowercaseCharacter":       true,
			"containsNumericCharacter":         true,
			"containsNonAlphanumericCharacter": true,
		}}},
	}})
	for _, test := range []struct{ password, code string }{
		{"Ab1!", "WEAK_PASSWORD"},
		{"Abcdef1!", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"},
		{"abcdefghi1!", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"},
		{"ABCDEFGHI1!", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"},
		{"Abcdefghij!", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"},
		{"Abcdefghi12", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"},
	} {
		l.rejects(test.code, signUp, object{"email": email, "password": test.password})
	}
	l.ok(signUp, object{"email": email, "password": "Abcdefghi1!"})

	status, policy := l.send("GET", "/identitytoolkit.googleapis.com/v2/passwordPolicy?key=local",
		nil, nil)
	options, _ := policy["customStrengthOptions"].(object)
	if status != 200 || policy["enforcementState"] != "ENFORCE" ||
		options["minPasswordLength"] != 10.0 || options["maxPasswordLength"] != 4096.0 ||
		options["containsUppercaseCharacter"] != true {
		t.Errorf("policy: got %d %v", status, policy)
	}
}
