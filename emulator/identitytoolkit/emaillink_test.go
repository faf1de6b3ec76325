package identitytoolkit_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

const signInWithLink = "v1/accounts:signInWithEmailLink"

func (l *local) sendLink(email string) {
	l.t.Helper()
	l.ok("v1/accounts:sendOobCode", object{
		"requestType": "EMAIL_SIGNIN", "email": email, "continueUrl": "http://localhost/signin",
		"canHandleCodeInApp": true,
	})
}

// link sends a link to the address and returns the body that uses it.
func (l *local) link(email string) object {
	l.t.Helper()
	l.sendLink(email)
	return object{"email": email, "oobCode": l.lastCode("EMAIL_SIGNIN")}
}

func TestSignInWithAnEmailLink(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithLink, l.link(email))
	again := l.ok(signInWithLink, l.link(email))
	if first["isNewUser"] != true || again["isNewUser"] != false || again["localId"] != first["localId"] {
		t.Errorf("got %v then %v", first, again)
	}
	me := l.me(again)
	if me["emailVerified"] != true || me["emailLinkSignin"] != true || me["passwordHash"] != nil {
		t.Errorf("account: got %v", me)
	}
}

func TestTheLinkLeadsToTheAppsOwnPage(t *testing.T) {
	l := start(t)
	l.sendLink(email)
	link, err := url.Parse(l.service.Outbox()[0].Link)
	if err != nil {
		t.Fatal(err)
	}
	query := link.Query()
	for name, want := range map[string]string{
		"mode": "signIn", "apiKey": "local", "continueUrl": "http://localhost/signin", "oobCode": l.lastCode("EMAIL_SIGNIN"),
	} {
		if got := query.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if link.Scheme+"://"+link.Host+link.Path != l.url+"/auth/action" {
		t.Errorf("got %s, want the app's own page", link)
	}
}

func TestRefusedEmailLinks(t *testing.T) {
	l := start(t)
	body := l.link(email)
	l.refused("INVALID_EMAIL", signInWithLink, object{"email": "eve@example.com", "oobCode": body["oobCode"]})
	l.refused("INVALID_EMAIL", signInWithLink, object{"email": "junk", "oobCode": body["oobCode"]})
	l.refused("MISSING_EMAIL", signInWithLink, object{"oobCode": body["oobCode"]})
	l.refused("MISSING_OOB_CODE", signInWithLink, object{"email": email})
	l.ok(signInWithLink, body)
	l.refused("INVALID_OOB_CODE", signInWithLink, body)

	old := l.link(email)
	l.advance(6 * time.Hour)
	l.refused("EXPIRED_OOB_CODE", signInWithLink, old)

	l.ok("v1/accounts:sendOobCode", object{"requestType": "PASSWORD_RESET", "email": email})
	l.refused("INVALID_OOB_CODE", signInWithLink, object{"email": email, "oobCode": l.lastCode("PASSWORD_RESET")})
	l.configure(object{"signIn": object{"email": object{"passwordRequired": true}}})
	l.refused("OPERATION_NOT_ALLOWED", signInWithLink, body)
}

func TestLinkToAnEmailThatWasNeverVerifiedTakesTheAccountOver(t *testing.T) {
	l := start(t)
	squatter := l.signUp()
	l.advance(time.Second)
	owner := l.ok(signInWithLink, l.link(email))
	if owner["localId"] != squatter["localId"] {
		t.Errorf("account: got %v, want %v", owner["localId"], squatter["localId"])
	}
	l.refused("INVALID_LOGIN_CREDENTIALS", "v1/accounts:signInWithPassword",
		object{"email": email, "password": password})
	if status, _ := l.refresh(squatter); status != http.StatusBadRequest {
		t.Errorf("the squatter's session is alive")
	}
}

func TestLinkToAVerifiedEmailKeepsThePassword(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.asAdmin("accounts:update", object{"localId": signedUp["localId"], "emailVerified": true})
	l.ok(signInWithLink, l.link(email))
	l.signIn(password)
}

func TestEmailLinkAddsToAnAccountUnlessTheEmailIsTaken(t *testing.T) {
	l := start(t)
	phoned := l.ok(signInWithPhone, l.proven(number))
	l.ok(signInWithLink, with(l.link(email), object{"idToken": phoned["idToken"]}))
	if got := l.providersOf(phoned["localId"]); !slices.Equal(got, []string{"password", "phone"}) {
		t.Errorf("providers: got %v", got)
	}
	visitor := l.ok("v1/accounts:signUp", object{})
	l.refused("EMAIL_EXISTS", signInWithLink, with(l.link(email), object{"idToken": visitor["idToken"]}))
}
