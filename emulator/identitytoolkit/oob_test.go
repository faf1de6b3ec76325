package identitytoolkit_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestVerificationLinkOpensTheApp(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	body := object{
		"requestType": "VERIFY_EMAIL",
		"idToken":     signedUp["idToken"],
		"continueUrl": "https://example.com/next?a=b",
	}
	status, response := l.send("POST",
		"/identitytoolkit.googleapis.com/v1/accounts:sendOobCode?key=local",
		body, http.Header{"X-Firebase-Locale": {"de"}})
	if status != http.StatusOK || response["email"] != email || response["oobCode"] != nil ||
		response["oobLink"] != nil {
		t.Fatalf("sendOobCode: got %d %v", status, response)
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
		"mode":        "verifyEmail",
		"oobCode":     l.lastEmailCode("VERIFY_EMAIL"),
		"apiKey":      "local",
		"lang":        "de",
		"continueUrl": "https://example.com/next?a=b",
	} {
		if got := link.Query().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestVerificationCodeWorksOnce(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.sendVerification(signedUp)
	code := l.lastEmailCode("VERIFY_EMAIL")

	checked := l.ok(resetPassword, object{"oobCode": code})
	if checked["requestType"] != "VERIFY_EMAIL" || checked["email"] != email {
		t.Errorf("check: got %v", checked)
	}
	l.ok(update, object{"oobCode": code})
	if account := l.account(signedUp); account["emailVerified"] != true {
		t.Errorf("account: got %v", account)
	}
	l.rejects("INVALID_OOB_CODE", update, object{"oobCode": code})
}

func TestPasswordResetVerifiesTheEmailAndEndsSessions(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.okAsAdmin("accounts:update", object{
		"localId":              signedUp["localId"],
		"linkProviderUserInfo": object{"providerId": "facebook.com", "rawId": "1"},
	})
	l.sendPasswordReset(email)
	l.sendPasswordReset(email)
	code := l.lastEmailCode("PASSWORD_RESET")

	l.rejects("WEAK_PASSWORD", resetPassword, object{"oobCode": code, "newPassword": "123"})
	l.advance(time.Second)
	l.ok(resetPassword, object{"oobCode": code, "newPassword": "another horse"})

	account := l.account(l.signIn("another horse"))
	if account["emailVerified"] != true || len(account["providerUserInfo"].([]any)) != 1 {
		t.Errorf("account: got %v, want a verified email and no linked provider", account)
	}
	if _, response := l.refresh(signedUp); errorCode(response) != "TOKEN_EXPIRED" {
		t.Errorf("refresh of the old session: got %v, want TOKEN_EXPIRED", response)
	}
	_, pending := l.emulator("GET", "/oobCodes", nil)
	if codes := pending["oobCodes"].([]any); len(codes) != 0 {
		t.Errorf("pending codes after the reset: got %v, want none", codes)
	}
}

func TestPasswordResetDoesNotRevealWhetherAnAccountExists(t *testing.T) {
	l := start(t)
	l.signUp()
	known := l.sendPasswordReset(email)
	unknown := l.sendPasswordReset("bob@example.com")
	if len(known) != len(unknown) || known["kind"] != unknown["kind"] ||
		unknown["email"] != "bob@example.com" {
		t.Errorf("got %v and %v", known, unknown)
	}
	if n := len(l.service.Outbox()); n != 1 {
		t.Errorf("got %d emails, want 1", n)
	}
	l.disableEnumerationProtection()
	l.rejects("EMAIL_NOT_FOUND", sendOobCode,
		object{"requestType": "PASSWORD_RESET", "email": "bob@example.com"})
}

func TestEmailChangeIsConfirmedAtTheNewAddressAndUndoneAtTheOld(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok(sendOobCode, object{
		"requestType": "VERIFY_AND_CHANGE_EMAIL",
		"idToken":     signedUp["idToken"],
		"newEmail":    "New@example.com",
	})
	if to := l.service.Outbox()[0].To; to != "new@example.com" {
		t.Errorf("the link was sent to %s, want the new address", to)
	}
	l.advance(time.Second)
	l.ok(update, object{"oobCode": l.lastEmailCode("VERIFY_AND_CHANGE_EMAIL")})
	if _, response := l.refresh(signedUp); errorCode(response) != "TOKEN_EXPIRED" {
		t.Errorf("refresh after the change: got %v, want TOKEN_EXPIRED", response)
	}
	account := l.account(l.ok(signInWithPassword,
		object{"email": "new@example.com", "password": password}))
	if account["emailVerified"] != true {
		t.Errorf("account: got %v", account)
	}

	recovery := l.lastEmailCode("RECOVER_EMAIL")
	checked := l.ok(resetPassword, object{"oobCode": recovery})
	if checked["email"] != email || checked["newEmail"] != "new@example.com" {
		t.Errorf("check: got %v", checked)
	}
	l.ok(update, object{"oobCode": recovery})
	l.signIn(password)
	l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", "new@example.com", password)
}

func TestEmailCodesExpire(t *testing.T) {
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
		l.ok(sendOobCode,
			object{"requestType": test.requestType, "idToken": signedUp["idToken"], "email": email})
		code := l.lastEmailCode(test.requestType)
		l.advance(test.lifetime - time.Second)
		l.ok(resetPassword, object{"oobCode": code})
		l.advance(time.Second)
		l.rejects("EXPIRED_OOB_CODE", resetPassword, object{"oobCode": code})
	}
}

func TestEmailCodesWorkOnlyForTheirRequestTypeAndAddress(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.sendVerification(signedUp)
	verify := l.lastEmailCode("VERIFY_EMAIL")
	l.rejects("INVALID_OOB_CODE", resetPassword,
		object{"oobCode": verify, "newPassword": "another horse"})
	l.rejects("INVALID_OOB_CODE", update, object{"oobCode": "junk"})
	l.rejects("MISSING_OOB_CODE", resetPassword, object{})

	l.okAsAdmin("accounts:update",
		object{"localId": signedUp["localId"], "email": "new@example.com"})
	l.rejects("INVALID_OOB_CODE", update, object{"oobCode": verify}) // it verifies the old address
}

func TestDeletingAnAccountDeletesItsEmailCodes(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.sendPasswordReset(email)
	code := l.lastEmailCode("PASSWORD_RESET")
	l.okAsAdmin("accounts:delete", object{"localId": signedUp["localId"]})
	l.okAsAdmin("accounts", object{"localId": signedUp["localId"], "email": email})
	l.rejects("INVALID_OOB_CODE", resetPassword,
		object{"oobCode": code, "newPassword": "another horse"})
}

func TestInvalidEmailCodeRequestsAreRejected(t *testing.T) {
	l := start(t)
	idToken := l.signUp()["idToken"]
	anonymous := l.ok(signUp, object{})["idToken"]
	l.ok(signUp, object{"email": "bob@example.com", "password": password})
	reset := func(more object) object {
		return with(object{"requestType": "PASSWORD_RESET"}, more)
	}
	change := func(more object) object {
		return with(object{"requestType": "VERIFY_AND_CHANGE_EMAIL", "idToken": idToken}, more)
	}
	for _, test := range []struct {
		body object
		code string
	}{
		{object{}, "MISSING_REQ_TYPE"},
		{object{"requestType": "OLD_EMAIL_AGREE"}, "INVALID_REQ_TYPE"},
		{reset(nil), "MISSING_EMAIL"},
		{reset(object{"email": "x"}), "INVALID_EMAIL"},
		{reset(object{"email": email, "returnOobLink": true}), "INSUFFICIENT_PERMISSION"},
		{reset(object{"email": email, "continueUrl": "/next"}), "INVALID_CONTINUE_URI"},
		{object{"requestType": "EMAIL_SIGNIN"}, "MISSING_EMAIL"},
		{object{"requestType": "VERIFY_EMAIL"}, "MISSING_ID_TOKEN"},
		{object{"requestType": "VERIFY_EMAIL", "idToken": anonymous}, "MISSING_EMAIL"},
		{change(nil), "MISSING_NEW_EMAIL"},
		{change(object{"newEmail": "x"}), "INVALID_NEW_EMAIL"},
		{change(object{"newEmail": "bob@example.com"}), "EMAIL_EXISTS"},
	} {
		l.rejects(test.code, sendOobCode, test.body)
	}
}

func TestOutboxKeepsTheNewest200Messages(t *testing.T) {
	l := start(t)
	l.signUp()
	begin := l.Now()
	for range 205 {
		l.advance(time.Second)
		l.sendPasswordReset(email)
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
