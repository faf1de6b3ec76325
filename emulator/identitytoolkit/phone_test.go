package identitytoolkit_test

import (
	"testing"
	"time"
)

const (
	number          = "+441632960001"
	signInWithPhone = "v1/accounts:signInWithPhoneNumber"
)

// sendText sends a text message and returns the response with the session.
func (l *local) sendText(number string) object {
	l.t.Helper()
	return l.ok("v1/accounts:sendVerificationCode",
		object{"phoneNumber": number, "recaptchaToken": "any"})
}

// lastTextCode returns the code of the newest text message, from the emulator API.
func (l *local) lastTextCode() string {
	l.t.Helper()
	_, response := l.emulator("GET", "/verificationCodes", nil)
	codes := response["verificationCodes"].([]any)
	if len(codes) == 0 {
		l.t.Fatal("no pending text message")
	}
	return codes[len(codes)-1].(object)["code"].(string)
}

// phoneCode sends a text message to the number and returns the body that signs in with its code.
func (l *local) phoneCode(number string) object {
	l.t.Helper()
	session := l.sendText(number)["sessionInfo"]
	l.advance(time.Millisecond)
	return object{"sessionInfo": session, "code": l.lastTextCode()}
}

func TestSignInWithAPhoneNumber(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithPhone, l.phoneCode(number))
	again := l.ok(signInWithPhone, l.phoneCode(number))
	if first["isNewUser"] != true || again["isNewUser"] != false ||
		again["localId"] != first["localId"] {
		t.Errorf("got %v then %v", first, again)
	}
	claims := claimsOf(t, again["idToken"])
	if claims["phone_number"] != number ||
		claims["firebase"].(object)["sign_in_provider"] != "phone" {
		t.Errorf("claims: got %v", claims)
	}
	sent := l.service.Outbox()[0]
	if sent.Kind != "sms" || sent.To != number || len(sent.Code) != 6 {
		t.Errorf("outbox: got %+v", sent)
	}
}

func TestPhoneCodesWorkOnceAndExpire(t *testing.T) {
	l := start(t)
	body := l.phoneCode(number)
	l.rejects("INVALID_CODE", signInWithPhone,
		object{"sessionInfo": body["sessionInfo"], "code": "nope"})
	l.ok(signInWithPhone, body)
	l.rejects("SESSION_EXPIRED", signInWithPhone, body)

	old := l.phoneCode(number)
	l.advance(5*time.Minute + time.Second)
	l.rejects("SESSION_EXPIRED", signInWithPhone, old)
	l.rejects("INVALID_SESSION_INFO", signInWithPhone,
		object{"sessionInfo": "junk", "code": "123456"})
	l.rejects("MISSING_SESSION_INFO", signInWithPhone, object{"code": "123456"})
	l.rejects("MISSING_CODE", signInWithPhone, object{"sessionInfo": old["sessionInfo"]})
}

func TestPhoneCodesCannotBeGuessed(t *testing.T) {
	l := start(t)
	body := l.phoneCode(number)
	for range 25 {
		l.rejects("INVALID_CODE", signInWithPhone,
			object{"sessionInfo": body["sessionInfo"], "code": "x"})
	}
	l.rejects("TOO_MANY_ATTEMPTS_TRY_LATER", signInWithPhone, body)
}

func TestInvalidTextMessageRequestsAreRejected(t *testing.T) {
	l := start(t)
	send := "v1/accounts:sendVerificationCode"
	l.rejects("MISSING_PHONE_NUMBER", send, object{})
	for _, invalid := range []string{
		"01632 960001", "+", "+0441632960001", "+44 1632 960001", "+44163296000116329",
	} {
		l.rejects("INVALID_PHONE_NUMBER", send, object{"phoneNumber": invalid})
	}
	for range 10 {
		l.sendText(number)
	}
	l.rejects("QUOTA_EXCEEDED", send, object{"phoneNumber": number})
	l.sendText("+441632960002")
	l.advance(10*time.Minute + time.Second)
	l.sendText(number)
	l.configure(object{"signIn": object{"phoneNumber": object{"enabled": false}}})
	l.rejects("OPERATION_NOT_ALLOWED", send, object{"phoneNumber": number})
}

func TestPhoneNumbersForTestingUseAFixedCodeAndSendNothing(t *testing.T) {
	l := start(t)
	forTesting := object{"testPhoneNumbers": object{number: "123456"}}
	l.configure(object{"signIn": object{"phoneNumber": forTesting}})
	session := l.sendText(number)["sessionInfo"]
	l.ok(signInWithPhone, object{"sessionInfo": session, "code": "123456"})
	if sent := l.service.Outbox(); len(sent) != 0 {
		t.Errorf("outbox: got %v, want no messages", sent)
	}
}

func TestAccountCanChangeItsPhoneNumber(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for _, next := range []string{number, "+441632960002"} {
		body := with(l.phoneCode(next), object{"idToken": signedUp["idToken"]})
		account := l.account(l.ok(signInWithPhone, body))
		if account["phoneNumber"] != next || account["email"] != email {
			t.Errorf("account: got %v, want the number %s", account, next)
		}
	}
	if other := l.ok(signInWithPhone, l.phoneCode(number)); other["isNewUser"] != true {
		t.Errorf("sign-in with the previous number: got %v, want a new user", other)
	}
}

func TestLinkingAnotherUsersPhoneNumberReturnsATemporaryProof(t *testing.T) {
	l := start(t)
	owner := l.ok(signInWithPhone, l.phoneCode(number))
	signedUp := l.signUp()
	response := l.ok(signInWithPhone,
		with(l.phoneCode(number), object{"idToken": signedUp["idToken"]}))
	if response["temporaryProof"] == nil || response["idToken"] != nil ||
		response["temporaryProofExpiresIn"] != "3600" {
		t.Fatalf("got %v, want a temporary proof", response)
	}
	proof := object{"phoneNumber": number, "temporaryProof": response["temporaryProof"]}
	l.rejects("MISSING_PHONE_NUMBER", signInWithPhone,
		object{"temporaryProof": response["temporaryProof"]})
	l.rejects("INVALID_TEMPORARY_PROOF", signInWithPhone,
		object{"phoneNumber": "+441632960009", "temporaryProof": response["temporaryProof"]})
	l.rejects("PHONE_NUMBER_EXISTS", signInWithPhone,
		with(object{"idToken": signedUp["idToken"]}, proof))
	if signedIn := l.ok(signInWithPhone, proof); signedIn["localId"] != owner["localId"] {
		t.Errorf("signed in as %v, want the owner %v", signedIn["localId"], owner["localId"])
	}
	l.rejects("INVALID_TEMPORARY_PROOF", signInWithPhone, proof)
}

func TestReauthenticationWithAnUnknownNumberCreatesNoAccount(t *testing.T) {
	l := start(t)
	l.rejects("USER_NOT_FOUND", signInWithPhone,
		with(l.phoneCode(number), object{"operation": "REAUTH"}))
}
