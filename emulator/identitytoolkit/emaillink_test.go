package identitytoolkit_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

const signInWithLink = "v1/accounts:signInWithEmailLink"

// sendEmailLink sends a sign-in link to an email address.
func (l *local) sendEmailLink(email string) {
	l.t.Helper()
	l.ok(sendOobCode, object{
		"requestType":        "EMAIL_SIGNIN",
		"email":              email,
		"continueUrl":        "http://localhost/signin",
		"canHandleCodeInApp": true,
	})
}

// emailLink sends a sign-in link to an email address and returns the body that signs in with it.
func (l *local) emailLink(email string) object {
	l.t.Helper()
	l.sendEmailLink(email)
	return object{"email": email, "oobCode": l.lastEmailCode("EMAIL_SIGNIN")}
}

func TestSignInWithAnEmailLink(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithLink, l.emailLink(email))
	again := l.ok(signInWithLink, l.emailLink(email))
	if first["isNewUser"] != true || again["isNewUser"] != false ||
		again["localId"] != first["localId"] {
		t.Errorf("got %v then %v", first, again)
	}
	account := l.account(again)
	if account["emailVerified"] != true || account["emailLinkSignin"] != true ||
		account["passwordHash"] != nil {
		t.Errorf("account: got %v", account)
	}
}

func TestSignInLinkOpensTheAppsOwnPage(t *testing.T) {
	l := start(t)
	l.sendEmailLink(email)
	link, err := url.Parse(l.service.Outbox()[0].Link)
	if err != nil {
		t.Fatal(err)
	}
	query := link.Query()
	for name, want := range map[string]string{
		"mode":        "signIn",
		"apiKey":      "local",
		"continueUrl": "http://localhost/signin",
		"oobCode":     l.lastEmailCode("EMAIL_SIGNIN"),
	} {
		if got := query.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if link.Scheme+"://"+link.Host+link.Path != l.url+"/auth/action" {
		t.Errorf("got %s, want the app's own page", link)
	}
}

func TestInvalidEmailLinksAreRejected(t *testing.T) {
	l := start(t)
	body := l.emailLink(email)
	l.rejects("INVALID_EMAIL", signInWithLink,
		object{"email": "eve@example.com", "oobCode": body["oobCode"]})
	l.rejects("INVALID_EMAIL", signInWithLink, object{"email": "junk", "oobCode": body["oobCode"]})
	l.rejects("MISSING_EMAIL", signInWithLink, object{"oobCode": body["oobCode"]})
	l.rejects("MISSING_OOB_CODE", signInWithLink, object{"email": email})
	l.ok(signInWithLink, body)
	l.rejects("INVALID_OOB_CODE", signInWithLink, body)

	old := l.emailLink(email)
	l.advance(6 * time.Hour)
	l.rejects("EXPIRED_OOB_CODE", signInWithLink, old)

	l.sendPasswordReset(email)
	l.rejects("INVALID_OOB_CODE", signInWithLink,
		object{"email": email, "oobCode": l.lastEmailCode("PASSWORD_RESET")})
	l.configure(object{"signIn": object{"email": object{"passwordRequired": true}}})
	l.rejects("OPERATION_NOT_ALLOWED", signInWithLink, body)
}

func TestEmailLinkToAnUnverifiedAddressTakesOverTheAccount(t *testing.T) {
	l := start(t)
	squatter := l.signUp()
	l.advance(time.Second)
	owner := l.ok(signInWithLink, l.emailLink(email))
	if owner["localId"] != squatter["localId"] {
		t.Errorf("account: got %v, want %v", owner["localId"], squatter["localId"])
	}
	l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", email, password)
	if status, _ := l.refresh(squatter); status != http.StatusBadRequest {
		t.Errorf("the squatter's session can still be refreshed")
	}
}

func TestEmailLinkToAVerifiedAddressKeepsThePassword(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.okAsAdmin("accounts:update", object{"localId": signedUp["localId"], "emailVerified": true})
	l.ok(signInWithLink, l.emailLink(email))
	l.signIn(password)
}

func TestEmailLinkIsLinkedUnlessTheEmailIsTaken(t *testing.T) {
	l := start(t)
	phoneUser := l.ok(signInWithPhone, l.phoneCode(number))
	l.ok(signInWithLink, with(l.emailLink(email), object{"idToken": phoneUser["idToken"]}))
	want := []string{"password", "phone"}
	if got := l.providersOf(phoneUser["localId"]); !slices.Equal(got, want) {
		t.Errorf("providers: got %v, want %v", got, want)
	}
	anonymous := l.ok(signUp, object{})
	l.rejects("EMAIL_EXISTS", signInWithLink,
		with(l.emailLink(email), object{"idToken": anonymous["idToken"]}))
}
