package identitytoolkit_test

import (
	"testing"
	"time"
)

const (
	number          = "+441632960001"
	signInWithPhone = "v1/accounts:signInWithPhoneNumber"
)

func (l *local) sendText(number string) object {
	l.t.Helper()
	return l.ok("v1/accounts:sendVerificationCode", object{"phoneNumber": number, "recaptchaToken": "any"})
}

// lastText is the code of the newest text message, as the official emulator's interface tells it.
func (l *local) lastText() string {
	l.t.Helper()
	_, answer := l.send("GET", "/emulator/v1/projects/demo-test/verificationCodes", nil, nil)
	codes := answer["verificationCodes"].([]any)
	if len(codes) == 0 {
		l.t.Fatal("no pending text message")
	}
	return codes[len(codes)-1].(object)["code"].(string)
}

// proven is the body that proves the number.
func (l *local) proven(number string) object {
	l.t.Helper()
	session := l.sendText(number)["sessionInfo"]
	l.advance(time.Millisecond)
	return object{"sessionInfo": session, "code": l.lastText()}
}

func TestSignInWithAPhoneNumber(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithPhone, l.proven(number))
	again := l.ok(signInWithPhone, l.proven(number))
	if first["isNewUser"] != true || again["isNewUser"] != false || again["localId"] != first["localId"] {
		t.Errorf("got %v then %v", first, again)
	}
	claims := claimsOf(t, again["idToken"])
	if claims["phone_number"] != number || claims["firebase"].(object)["sign_in_provider"] != "phone" {
		t.Errorf("claims: got %v", claims)
	}
	if sent := l.service.Outbox()[0]; sent.Kind != "sms" || sent.To != number || len(sent.Code) != 6 {
		t.Errorf("outbox: got %+v", sent)
	}
}

func TestPhoneCodesWorkOnceAndNotForLong(t *testing.T) {
	l := start(t)
	body := l.proven(number)
	l.refused("INVALID_CODE", signInWithPhone, object{"sessionInfo": body["sessionInfo"], "code": "nope"})
	l.ok(signInWithPhone, body)
	l.refused("SESSION_EXPIRED", signInWithPhone, body)

	old := l.proven(number)
	l.advance(5*time.Minute + time.Second)
	l.refused("SESSION_EXPIRED", signInWithPhone, old)
	l.refused("INVALID_SESSION_INFO", signInWithPhone, object{"sessionInfo": "junk", "code": "123456"})
	l.refused("MISSING_SESSION_INFO", signInWithPhone, object{"code": "123456"})
	l.refused("MISSING_CODE", signInWithPhone, object{"sessionInfo": old["sessionInfo"]})
}

func TestPhoneCodesCannotBeGuessed(t *testing.T) {
	l := start(t)
	body := l.proven(number)
	for range 25 {
		l.refused("INVALID_CODE", signInWithPhone, object{"sessionInfo": body["sessionInfo"], "code": "x"})
	}
	l.refused("TOO_MANY_ATTEMPTS_TRY_LATER", signInWithPhone, body)
}

func TestRefusedTextMessages(t *testing.T) {
	l := start(t)
	send := "v1/accounts:sendVerificationCode"
	l.refused("MISSING_PHONE_NUMBER", send, object{})
	for _, wrong := range []string{"01632 960001", "+", "+0441632960001", "+44 1632 960001", "+44163296000116329"} {
		l.refused("INVALID_PHONE_NUMBER", send, object{"phoneNumber": wrong})
	}
	for range 10 {
		l.sendText(number)
	}
	l.refused("QUOTA_EXCEEDED", send, object{"phoneNumber": number})
	l.sendText("+441632960002")
	l.advance(10*time.Minute + time.Second)
	l.sendText(number)
	l.configure(object{"signIn": object{"phoneNumber": object{"enabled": false}}})
	l.refused("OPERATION_NOT_ALLOWED", send, object{"phoneNumber": number})
}

func TestNumbersForTestingHaveAFixedCodeAndSendNothing(t *testing.T) {
	l := start(t)
	l.configure(object{"signIn": object{"phoneNumber": object{"testPhoneNumbers": object{number: "123456"}}}})
	session := l.sendText(number)["sessionInfo"]
	l.ok(signInWithPhone, object{"sessionInfo": session, "code": "123456"})
	if sent := l.service.Outbox(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

func TestAnAccountTakesAnotherPhoneNumber(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	for _, next := range []string{number, "+441632960002"} {
		body := with(l.proven(next), object{"idToken": signedUp["idToken"]})
		if me := l.me(l.ok(signInWithPhone, body)); me["phoneNumber"] != next || me["email"] != email {
			t.Errorf("account: got %v, want the number %s", me, next)
		}
	}
	if other := l.ok(signInWithPhone, l.proven(number)); other["isNewUser"] != true {
		t.Errorf("the number before is not free: %v", other)
	}
}

func TestNumberOfSomebodyElseIsAnsweredWithAProof(t *testing.T) {
	l := start(t)
	owner := l.ok(signInWithPhone, l.proven(number))
	signedUp := l.signUp()
	answer := l.ok(signInWithPhone, with(l.proven(number), object{"idToken": signedUp["idToken"]}))
	if answer["temporaryProof"] == nil || answer["idToken"] != nil || answer["temporaryProofExpiresIn"] != "3600" {
		t.Fatalf("got %v, want a proof", answer)
	}
	proof := object{"phoneNumber": number, "temporaryProof": answer["temporaryProof"]}
	l.refused("MISSING_PHONE_NUMBER", signInWithPhone, object{"temporaryProof": answer["temporaryProof"]})
	l.refused("INVALID_TEMPORARY_PROOF", signInWithPhone,
		object{"phoneNumber": "+441632960009", "temporaryProof": answer["temporaryProof"]})
	l.refused("PHONE_NUMBER_EXISTS", signInWithPhone, with(object{"idToken": signedUp["idToken"]}, proof))
	if signedIn := l.ok(signInWithPhone, proof); signedIn["localId"] != owner["localId"] {
		t.Errorf("signed in as %v, want the owner %v", signedIn["localId"], owner["localId"])
	}
	l.refused("INVALID_TEMPORARY_PROOF", signInWithPhone, proof)
}

func TestReauthenticationWithAnUnknownNumberMakesNoAccount(t *testing.T) {
	l := start(t)
	l.refused("USER_NOT_FOUND", signInWithPhone, with(l.proven(number), object{"operation": "REAUTH"}))
}
