package identitytoolkit_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestVerificationLinkPointsToTheApp(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	status, answer := l.send("POST", "/identitytoolkit.googleapis.com/v1/accounts:sendOobCode?key=local",
		object{"requestType": "VERIFY_EMAIL", "idToken": signedUp["idToken"], "continueUrl": "https://example.com/next?a=b"},
		http.Header{"X-Firebase-Locale": {"de"}})
	if status != http.StatusOK || answer["email"] != email || answer["oobCode"] != nil || answer["oobLink"] != nil {
		t.Fatalf("sendOobCode: got %d %v", status, answer)
	}

	message := l.service.Outbox()[0]
	link, err := url.Parse(message.Link)
	if err != nil {
		t.Fatal(err)
	}
	if link.Scheme+"://"+link.Host != l.url || link.Path != "/auth/action" || message.To != email {
		t.Errorf("sent %s to %s", message.Link, message.To)
	}
	for name, want := range map[string]string{
		"mode": "verifyEmail", "oobCode": l.lastCode("VERIFY_EMAIL"), "apiKey": "local", "lang": "de",
		"continueUrl": "https://example.com/next?a=b",
	} {
		if got := link.Query().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestCodeVerifiesTheEmailOnce(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:sendOobCode", object{"requestType": "VERIFY_EMAIL", "idToken": signedUp["idToken"]})
	code := l.lastCode("VERIFY_EMAIL")

	checked := l.ok("v1/accounts:resetPassword", object{"oobCode": code})
	if checked["requestType"] != "VERIFY_EMAIL" || checked["email"] != email {
		t.Errorf("check: got %v", checked)
	}
	l.ok("v1/accounts:update", object{"oobCode": code})
	if me := l.me(signedUp); me["emailVerified"] != true {
		t.Errorf("account: got %v", me)
	}
	l.refused("INVALID_OOB_CODE", "v1/accounts:update", object{"oobCode": code})
}

func TestPasswordResetProvesTheEmailAndEndsSessions(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.asAdmin("accounts:update", object{"localId": signedUp["localId"],
		"linkProviderUserInfo": object{"providerId": "facebook.com", "rawId": "1"}})
	l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	code := l.lastCode("PASSWORD_RESET")

	l.refused("WEAK_PASSWORD", "v1/accounts:resetPassword", object{"oobCode": code, "newPassword": "123"})
	l.advance(time.Second)
	l.ok("v1/accounts:resetPassword", object{"oobCode": code, "newPassword": "another horse"})

	me := l.me(l.signIn("another horse"))
	if me["emailVerified"] != true || len(me["providerUserInfo"].([]any)) != 1 {
		t.Errorf("account: got %v, want verified and without the linked provider", me)
	}
	if _, answer := l.refresh(signedUp); errorCode(answer) != "TOKEN_EXPIRED" {
		t.Errorf("refresh of the old session: got %v", answer)
	}
	_, pending := l.send("GET", "/emulator/v1/projects/demo-test/oobCodes", nil, nil)
	if codes := pending["oobCodes"].([]any); len(codes) != 0 {
		t.Errorf("the other reset code outlived the reset: %v", codes)
	}
}

func TestResetForAnUnknownEmailLooksLikeAnyOther(t *testing.T) {
	l := start(t)
	l.signUp()
	known := l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	unknown := l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": "bob@example.com"})
	if len(known) != len(unknown) || known["kind"] != unknown["kind"] || unknown["email"] != "bob@example.com" {
		t.Errorf("got %v and %v", known, unknown)
	}
	if n := len(l.service.Outbox()); n != 1 {
		t.Errorf("%d emails were sent, want 1", n)
	}
	l.configure(object{"emailPrivacyConfig": object{"enableImprovedEmailPrivacy": false}})
	l.refused("EMAIL_NOT_FOUND", "v1/accounts:sendOobCode",
		object{"requestType": "PASSWORD_RESET", "email": "bob@example.com"})
}

func TestEmailIsChangedByTheNewAddressAndRecoveredByTheOld(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:sendOobCode",
		object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": signedUp["idToken"], "newEmail": "New@example.com"})
	if to := l.service.Outbox()[0].To; to != "new@example.com" {
		t.Errorf("the link went to %s", to)
	}
	l.advance(time.Second)
	l.ok("v1/accounts:update", object{"oobCode": l.lastCode("VERIFY_AND_CHANGE_EMAIL")})
	if _, answer := l.refresh(signedUp); errorCode(answer) != "TOKEN_EXPIRED" {
		t.Errorf("refresh after the change: got %v", answer)
	}
	me := l.me(l.ok("v1/accounts:signInWithPassword", object{"email": "new@example.com", "password": password}))
	if me["emailVerified"] != true {
		t.Errorf("account: got %v", me)
	}

	recovery := l.lastCode("RECOVER_EMAIL")
	checked := l.ok("v1/accounts:resetPassword", object{"oobCode": recovery})
	if checked["email"] != email || checked["newEmail"] != "new@example.com" {
		t.Errorf("check: got %v", checked)
	}
	l.ok("v1/accounts:update", object{"oobCode": recovery})
	l.signIn(password)
	l.signInRefused("INVALID_LOGIN_CREDENTIALS", "new@example.com", password)
}

func TestCodesExpire(t *testing.T) {
	for _, test := range []struct {
		requestType string
		lifetime    time.Duration
	}{
		{"PASSWORD_RESET", time.Hour},
		{"VERIFY_EMAIL", 3 * 24 * time.Hour},
		{"EMAIL_SIGNIN", 6 * time.Hour},
	} {
		l := start(t)
		signedUp := l.signUp()
		l.ok("v1/accounts:sendOobCode",
			object{"requestType": test.requestType, "idToken": signedUp["idToken"], "email": email})
		code := l.lastCode(test.requestType)
		l.advance(test.lifetime - time.Second)
		l.ok("v1/accounts:resetPassword", object{"oobCode": code})
		l.advance(time.Second)
		l.refused("EXPIRED_OOB_CODE", "v1/accounts:resetPassword", object{"oobCode": code})
	}
}

func TestCodesAreBoundToWhatTheyWereMadeFor(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:sendOobCode", object{"requestType": "VERIFY_EMAIL", "idToken": signedUp["idToken"]})
	verify := l.lastCode("VERIFY_EMAIL")
	l.refused("INVALID_OOB_CODE", "v1/accounts:resetPassword", object{"oobCode": verify, "newPassword": "another horse"})
	l.refused("INVALID_OOB_CODE", "v1/accounts:update", object{"oobCode": "junk"})
	l.refused("MISSING_OOB_CODE", "v1/accounts:resetPassword", object{})

	l.asAdmin("accounts:update", object{"localId": signedUp["localId"], "email": "new@example.com"})
	l.refused("INVALID_OOB_CODE", "v1/accounts:update", object{"oobCode": verify}) // it proves the old address
}

func TestDeletionTakesThePendingCodesAlong(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	code := l.lastCode("PASSWORD_RESET")
	l.asAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.asAdmin("accounts", object{"localId": signedUp["localId"], "email": email})
	l.refused("INVALID_OOB_CODE", "v1/accounts:resetPassword", object{"oobCode": code, "newPassword": "another horse"})
}

func TestRefusedCodeRequests(t *testing.T) {
	l := start(t)
	idToken := l.signUp()["idToken"]
	anonymous := l.ok("v1/accounts:signUp", object{})["idToken"]
	l.ok("v1/accounts:signUp", object{"email": "bob@example.com", "password": password})
	for _, test := range []struct {
		body object
		code string
	}{
		{object{}, "MISSING_REQ_TYPE"},
		{object{"requestType": "OLD_EMAIL_AGREE"}, "INVALID_REQ_TYPE"},
		{object{"requestType": "PASSWORD_RESET"}, "MISSING_EMAIL"},
		{object{"requestType": "PASSWORD_RESET", "email": "x"}, "INVALID_EMAIL"},
		{object{"requestType": "PASSWORD_RESET", "email": email, "returnOobLink": true}, "INSUFFICIENT_PERMISSION"},
		{object{"requestType": "PASSWORD_RESET", "email": email, "continueUrl": "/next"}, "INVALID_CONTINUE_URI"},
		{object{"requestType": "EMAIL_SIGNIN"}, "MISSING_EMAIL"},
		{object{"requestType": "VERIFY_EMAIL"}, "MISSING_ID_TOKEN"},
		{object{"requestType": "VERIFY_EMAIL", "idToken": anonymous}, "MISSING_EMAIL"},
		{object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": idToken}, "MISSING_NEW_EMAIL"},
		{object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": idToken, "newEmail": "x"}, "INVALID_NEW_EMAIL"},
		{object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": idToken, "newEmail": "bob@example.com"}, "EMAIL_EXISTS"},
	} {
		l.refused(test.code, "v1/accounts:sendOobCode", test.body)
	}
}

func TestOutboxIsBounded(t *testing.T) {
	l := start(t)
	l.signUp()
	begin := l.Now()
	for range 205 {
		l.advance(time.Second)
		l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	}
	list := l.service.Outbox()
	if len(list) != 200 {
		t.Fatalf("outbox: got %d messages, want 200", len(list))
	}
	newest, oldest := list[0].Time.Sub(begin), list[199].Time.Sub(begin)
	if newest != 205*time.Second || oldest != 6*time.Second {
		t.Errorf("outbox: got messages of %v to %v, want 205s to 6s", newest, oldest)
	}
}
