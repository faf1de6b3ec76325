package identitytoolkit_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const signInWithIdp = "v1/accounts:signInWithIdp"

// credential is the body of a sign-in with a provider's token, as the SDK's signInWithCredential sends it.
func credential(provider string, claims object) object {
	token, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	body := url.Values{"providerId": {provider}, "id_token": {string(token)}}
	return object{"requestUri": "http://localhost", "postBody": body.Encode(), "returnSecureToken": true}
}

// with adds fields to a body.
func with(body object, more object) object {
	for name, value := range more {
		body[name] = value
	}
	return body
}

var gmailAnn = object{
	"sub": "g1", "email": "Ann@gmail.com", "email_verified": true,
	"name": "Ann", "picture": "https://lh3.example/ann.png",
}

// providersOf lists the provider ids of the account, in order.
func (l *local) providersOf(uid any) []string {
	l.t.Helper()
	users, _ := l.asAdmin("accounts:lookup", object{"localId": []any{uid}})["users"].([]any)
	if len(users) != 1 {
		l.t.Fatalf("account %v: got %d, want 1", uid, len(users))
	}
	ids := []string{}
	infos, _ := users[0].(object)["providerUserInfo"].([]any)
	for _, info := range infos {
		ids = append(ids, info.(object)["providerId"].(string))
	}
	return ids
}

func TestFirstSignInWithAProviderFillsTheProfile(t *testing.T) {
	l := start(t)
	signedIn := l.ok(signInWithIdp, credential("google.com", gmailAnn))
	if signedIn["isNewUser"] != true || signedIn["emailVerified"] != true || signedIn["providerId"] != "google.com" {
		t.Errorf("got %v", signedIn)
	}
	me := l.me(signedIn)
	if me["email"] != "ann@gmail.com" || me["displayName"] != "Ann" || me["photoUrl"] != "https://lh3.example/ann.png" {
		t.Errorf("account: got %v", me)
	}
	claims := claimsOf(t, signedIn["idToken"])
	firebase := claims["firebase"].(object)
	if firebase["sign_in_provider"] != "google.com" || firebase["identities"].(object)["google.com"] == nil {
		t.Errorf("claims: got %v", claims)
	}
	again := l.ok(signInWithIdp, credential("google.com", gmailAnn))
	if again["localId"] != signedIn["localId"] || again["isNewUser"] != nil {
		t.Errorf("second time: got %v", again)
	}
}

func TestTheAnswerOfTheProvidersPageIsReadFromItsURL(t *testing.T) {
	l := start(t)
	token := `{"sub":"h1","login":"ann"}`
	page := "http://localhost/emulator/auth/handler"
	for _, requestURI := range []string{
		page + "?providerId=github.com&id_token=" + url.QueryEscape(token),
		page + "?providerId=github.com#id_token=" + url.QueryEscape(token),
	} {
		answer := l.ok(signInWithIdp, object{"requestUri": requestURI, "sessionId": "s", "returnIdpCredential": true})
		if answer["rawUserInfo"] != token || answer["federatedId"] != "h1" {
			t.Errorf("%s: got %v", requestURI, answer)
		}
	}
}

func TestProviderAccountWithoutEmail(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithIdp, credential("facebook.com", object{"sub": "f1", "name": "Ann"}))
	second := l.ok(signInWithIdp, credential("facebook.com", object{"sub": "f2"}))
	if first["localId"] == second["localId"] || l.me(first)["email"] != nil || first["email"] != nil {
		t.Errorf("got %v and %v", first, second)
	}
}

func TestRefusedProviderCredentials(t *testing.T) {
	l := start(t)
	config := "/identitytoolkit.googleapis.com/v2/projects/demo-test/defaultSupportedIdpConfigs"
	owner := http.Header{"Authorization": {"Bearer owner"}}
	if status, answer := l.send("PATCH", config+"/yahoo.com", object{"enabled": false}, owner); status != 200 {
		t.Fatalf("switch Yahoo off: got %d %v", status, answer)
	}
	raw := func(provider, token string) object {
		body := url.Values{"providerId": {provider}, "id_token": {token}}
		return object{"requestUri": "http://localhost", "postBody": body.Encode()}
	}
	for _, test := range []struct {
		body object
		code string
	}{
		{object{"postBody": "providerId=google.com"}, "MISSING_REQUEST_URI"},
		{object{"requestUri": "localhost"}, "INVALID_REQUEST_URI"},
		{object{"requestUri": "http://localhost"}, "INVALID_CREDENTIAL_OR_PROVIDER_ID"},
		{object{"requestUri": "http://localhost", "postBody": "%zz"}, "INVALID_IDP_RESPONSE"},
		{raw("google.com", ""), "INVALID_IDP_RESPONSE"},
		{raw("google.com", "opaque"), "INVALID_IDP_RESPONSE"},
		{raw("google.com", `{"sub":`), "INVALID_IDP_RESPONSE"},
		{raw("google.com", `{"sub":7}`), "INVALID_IDP_RESPONSE"},
		{raw("google.com", `{"email":"ann@gmail.com"}`), "INVALID_IDP_RESPONSE"},
		{raw("google.com", `{"sub":"1","email":"ann"}`), "INVALID_IDP_RESPONSE"},
		{raw("example.com", `{"sub":"1"}`), "OPERATION_NOT_ALLOWED"},
		{raw("yahoo.com", `{"sub":"1"}`), "OPERATION_NOT_ALLOWED"},
		{object{"requestUri": "http://localhost", "pendingToken": "junk"}, "INVALID_PENDING_TOKEN"},
		{with(raw("google.com", `{"sub":"1"}`), object{"idToken": "junk"}), "INVALID_ID_TOKEN"},
	} {
		l.refused(test.code, signInWithIdp, test.body)
	}
}

func TestDisabledSignUpStopsEveryFirstSignInButNoLaterOne(t *testing.T) {
	l := start(t)
	google := credential("google.com", gmailAnn)
	l.ok(signInWithIdp, google)
	l.sendLink("new@example.com")
	session := l.sendText("+441632960001")["sessionInfo"]
	l.configure(object{"client": object{"permissions": object{"disabledUserSignup": true}}})

	l.ok(signInWithIdp, google)
	l.refused("ADMIN_ONLY_OPERATION", signInWithIdp, credential("github.com", object{"sub": "h1"}))
	l.refused("ADMIN_ONLY_OPERATION", "v1/accounts:signInWithEmailLink",
		object{"email": "new@example.com", "oobCode": l.lastCode("EMAIL_SIGNIN")})
	l.refused("ADMIN_ONLY_OPERATION", "v1/accounts:signInWithPhoneNumber",
		object{"sessionInfo": session, "code": l.lastText()})
}

func TestDisabledAccountIsRefusedByEveryProvider(t *testing.T) {
	l := start(t)
	signedIn := l.ok(signInWithIdp, credential("google.com", gmailAnn))
	l.asAdmin("accounts:update", object{"localId": signedIn["localId"], "disableUser": true})
	l.refused("USER_DISABLED", signInWithIdp, credential("google.com", gmailAnn))
	apple := object{"sub": "a1", "email": "ann@gmail.com"}
	l.refused("USER_DISABLED", signInWithIdp, credential("apple.com", apple))
}

func TestLinkFillsEmptyProfilePropertiesAndOverwritesNone(t *testing.T) {
	l := start(t)
	named := l.ok("v1/accounts:signUp", object{"email": email, "password": password, "displayName": "Ann at work"})
	linked := l.ok(signInWithIdp, with(credential("google.com", gmailAnn), object{"idToken": named["idToken"]}))
	me := l.me(linked)
	if me["displayName"] != "Ann at work" || me["photoUrl"] != "https://lh3.example/ann.png" || me["email"] != email {
		t.Errorf("account: got %v", me)
	}
	if got := l.providersOf(named["localId"]); !slices.Equal(got, []string{"password", "google.com"}) {
		t.Errorf("providers: got %v", got)
	}
}

func TestAnonymousAccountKeepsItsUIDWhateverItBecomes(t *testing.T) {
	for _, test := range []struct {
		name    string
		upgrade func(l *local, idToken any) object
	}{
		{"provider", func(l *local, idToken any) object {
			return l.ok(signInWithIdp, with(credential("google.com", gmailAnn), object{"idToken": idToken}))
		}},
		{"password", func(l *local, idToken any) object {
			return l.ok("v1/accounts:signUp", object{"idToken": idToken, "email": email, "password": password})
		}},
		{"email link", func(l *local, idToken any) object {
			l.sendLink(email)
			return l.ok("v1/accounts:signInWithEmailLink",
				object{"idToken": idToken, "email": email, "oobCode": l.lastCode("EMAIL_SIGNIN")})
		}},
		{"phone number", func(l *local, idToken any) object {
			session := l.sendText("+441632960001")["sessionInfo"]
			return l.ok("v1/accounts:signInWithPhoneNumber",
				object{"idToken": idToken, "sessionInfo": session, "code": l.lastText()})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := start(t)
			visitor := l.ok("v1/accounts:signUp", object{})
			upgraded := test.upgrade(l, visitor["idToken"])
			if upgraded["localId"] != visitor["localId"] || upgraded["isNewUser"] == true {
				t.Errorf("got %v, want the account %v", upgraded, visitor["localId"])
			}
			provider := claimsOf(t, upgraded["idToken"])["firebase"].(object)["sign_in_provider"]
			if provider == "anonymous" || len(l.providersOf(visitor["localId"])) != 1 {
				t.Errorf("signed in by %v with the providers %v", provider, l.providersOf(visitor["localId"]))
			}
		})
	}
}

func TestCredentialOfSomebodyElseCanStillBeUsedToSignIn(t *testing.T) {
	l := start(t)
	owner := l.ok(signInWithIdp, credential("github.com", object{"sub": "h1", "email": "ann@work.example"}))
	visitor := l.ok("v1/accounts:signUp", object{})
	link := func(claims object, more object) object {
		return with(with(credential("github.com", claims), object{"idToken": visitor["idToken"]}), more)
	}
	taken, sameEmail := object{"sub": "h1"}, object{"sub": "h2", "email": "ann@work.example"}
	for code, claims := range map[string]object{"FEDERATED_USER_ID_ALREADY_LINKED": taken, "EMAIL_EXISTS": sameEmail} {
		l.refused(code, signInWithIdp, link(claims, nil))
		answer := l.ok(signInWithIdp, link(claims, object{"returnIdpCredential": true}))
		if answer["errorMessage"] != code || answer["idToken"] != nil || answer["oauthAccessToken"] == nil {
			t.Errorf("%s: got %v", code, answer)
		}
	}
	answer := l.ok(signInWithIdp, link(taken, object{"returnIdpCredential": true}))
	kept := url.Values{"providerId": {"github.com"}, "access_token": {answer["oauthAccessToken"].(string)}}
	again := l.ok(signInWithIdp, object{"requestUri": "http://localhost", "postBody": kept.Encode()})
	if again["localId"] != owner["localId"] {
		t.Errorf("signed in as %v, want the owner %v", again["localId"], owner["localId"])
	}
}

func TestPendingTokenLinksOnceThePersonHasSignedIn(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	microsoft := object{"sub": "m1", "email": email}
	stopped := l.ok(signInWithIdp, credential("microsoft.com", microsoft))
	if stopped["needConfirmation"] != true || stopped["pendingToken"] == nil {
		t.Fatalf("got %v", stopped)
	}
	pending := object{
		"requestUri": "http://localhost", "pendingToken": stopped["pendingToken"], "idToken": signedUp["idToken"],
	}
	linked := l.ok(signInWithIdp, pending)
	if got := l.providersOf(linked["localId"]); !slices.Equal(got, []string{"password", "microsoft.com"}) {
		t.Errorf("providers: got %v", got)
	}
	l.advance(time.Hour)
	l.refused("INVALID_PENDING_TOKEN", signInWithIdp, pending)
}

func TestMadeUpProviderAccountsStayWhenTheAccountIsDeleted(t *testing.T) {
	dir := t.TempDir()
	l, stop := open(t, dir)
	signedIn := l.ok(signInWithIdp, credential("google.com", gmailAnn))
	l.asAdmin("accounts:delete", object{"localId": signedIn["localId"]})
	stop()
	page := startIn(t, dir).page(widget + "signInViaPopup")
	if !strings.Contains(page.body, "Ann@gmail.com") {
		t.Errorf("the account is not offered again: %s", page.body)
	}
}
