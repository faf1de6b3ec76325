package identitytoolkit_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const signInWithIDP = "v1/accounts:signInWithIdp"

// credential returns the body of a sign-in with a provider's token, as signInWithCredential of the
// SDK sends it.
func credential(provider string, claims object) object {
	token, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	body := url.Values{"providerId": {provider}, "id_token": {string(token)}}
	return object{
		"requestUri":        "http://localhost",
		"postBody":          body.Encode(),
		"returnSecureToken": true,
	}
}

// with adds fields to a body and returns it.
func with(body object, more object) object {
	for name, value := range more {
		body[name] = value
	}
	return body
}

// gmailAnn holds the claims of a Google account.
var gmailAnn = object{
	"sub":            "g1",
	"email":          "Ann@gmail.com",
	"email_verified": true,
	"name":           "Ann",
	"picture":        "https://lh3.example/ann.png",
}

// providersOf returns the provider ids of an account, in order.
func (l *local) providersOf(uid any) []string {
	l.t.Helper()
	users, _ := l.okAsAdmin("accounts:lookup", object{"localId": []any{uid}})["users"].([]any)
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
	signedIn := l.ok(signInWithIDP, credential("google.com", gmailAnn))
	if signedIn["isNewUser"] != true || signedIn["emailVerified"] != true ||
		signedIn["providerId"] != "google.com" {
		t.Errorf("got %v", signedIn)
	}
	account := l.account(signedIn)
	if account["email"] != "ann@gmail.com" || account["displayName"] != "Ann" ||
		account["photoUrl"] != "https://lh3.example/ann.png" {
		t.Errorf("account: got %v", account)
	}
	claims := claimsOf(t, signedIn["idToken"])
	firebase := claims["firebase"].(object)
	if firebase["sign_in_provider"] != "google.com" ||
		firebase["identities"].(object)["google.com"] == nil {
		t.Errorf("claims: got %v", claims)
	}
	again := l.ok(signInWithIDP, credential("google.com", gmailAnn))
	if again["localId"] != signedIn["localId"] || again["isNewUser"] != nil {
		t.Errorf("second sign-in: got %v", again)
	}
}

func TestProviderResponseIsReadFromTheURL(t *testing.T) {
	l := start(t)
	token := `{"sub":"h1","login":"ann"}`
	page := "http://localhost/emulator/auth/handler"
	for _, requestURI := range []string{
		page + "?providerId=github.com&id_token=" + url.QueryEscape(token),
		page + "?providerId=github.com#id_token=" + url.QueryEscape(token),
	} {
		response := l.ok(signInWithIDP,
			object{"requestUri": requestURI, "sessionId": "s", "returnIdpCredential": true})
		if response["rawUserInfo"] != token || response["federatedId"] != "h1" {
			t.Errorf("%s: got %v", requestURI, response)
		}
	}
}

func TestProviderAccountsWithoutAnEmailAreSeparate(t *testing.T) {
	l := start(t)
	first := l.ok(signInWithIDP, credential("facebook.com", object{"sub": "f1", "name": "Ann"}))
	second := l.ok(signInWithIDP, credential("facebook.com", object{"sub": "f2"}))
	if first["localId"] == second["localId"] || l.account(first)["email"] != nil ||
		first["email"] != nil {
		t.Errorf("got %v and %v", first, second)
	}
}

func TestInvalidProviderCredentialsAreRejected(t *testing.T) {
	l := start(t)
	config := "/identitytoolkit.googleapis.com/v2/projects/demo-test/defaultSupportedIdpConfigs"
	disabled := object{"enabled": false}
	status, response := l.send("PATCH", config+"/yahoo.com", disabled, adminHeader)
	if status != 200 {
		t.Fatalf("disable Yahoo: got %d %v", status, response)
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
		l.rejects(test.code, signInWithIDP, test.body)
	}
}

func TestDisabledSignUpRejectsOnlyNewUsers(t *testing.T) {
	l := start(t)
	google := credential("google.com", gmailAnn)
	l.ok(signInWithIDP, google)
	l.sendEmailLink("new@example.com")
	session := l.sendText("+441632960001")["sessionInfo"]
	l.configure(object{"client": object{"permissions": object{"disabledUserSignup": true}}})

	l.ok(signInWithIDP, google)
	l.rejects("ADMIN_ONLY_OPERATION", signInWithIDP, credential("github.com", object{"sub": "h1"}))
	l.rejects("ADMIN_ONLY_OPERATION", signInWithLink,
		object{"email": "new@example.com", "oobCode": l.lastEmailCode("EMAIL_SIGNIN")})
	l.rejects("ADMIN_ONLY_OPERATION", signInWithPhone,
		object{"sessionInfo": session, "code": l.lastTextCode()})
}

func TestDisabledAccountCannotSignInWithAnyProvider(t *testing.T) {
	l := start(t)
	signedIn := l.ok(signInWithIDP, credential("google.com", gmailAnn))
	l.okAsAdmin("accounts:update", object{"localId": signedIn["localId"], "disableUser": true})
	l.rejects("USER_DISABLED", signInWithIDP, credential("google.com", gmailAnn))
	apple := object{"sub": "a1", "email": "ann@gmail.com"}
	l.rejects("USER_DISABLED", signInWithIDP, credential("apple.com", apple))
}

func TestLinkingFillsEmptyProfilePropertiesAndOverwritesNone(t *testing.T) {
	l := start(t)
	named := l.ok(signUp,
		object{"email": email, "password": password, "displayName": "Ann at work"})
	linked := l.ok(signInWithIDP,
		with(credential("google.com", gmailAnn), object{"idToken": named["idToken"]}))
	account := l.account(linked)
	if account["displayName"] != "Ann at work" ||
		account["photoUrl"] != "https://lh3.example/ann.png" || account["email"] != email {
		t.Errorf("account: got %v", account)
	}
	want := []string{"password", "google.com"}
	if got := l.providersOf(named["localId"]); !slices.Equal(got, want) {
		t.Errorf("providers: got %v, want %v", got, want)
	}
}

func TestAnonymousAccountKeepsItsUIDAfterAnyUpgrade(t *testing.T) {
	for _, test := range []struct {
		name    string
		upgrade func(l *local, idToken any) object
	}{
		{"provider", func(l *local, idToken any) object {
			return l.ok(signInWithIDP,
				with(credential("google.com", gmailAnn), object{"idToken": idToken}))
		}},
		{"password", func(l *local, idToken any) object {
			return l.ok(signUp, object{"idToken": idToken, "email": email, "password": password})
		}},
		{"email link", func(l *local, idToken any) object {
			l.sendEmailLink(email)
			code := l.lastEmailCode("EMAIL_SIGNIN")
			return l.ok(signInWithLink,
				object{"idToken": idToken, "email": email, "oobCode": code})
		}},
		{"phone number", func(l *local, idToken any) object {
			session := l.sendText("+441632960001")["sessionInfo"]
			return l.ok(signInWithPhone,
				object{"idToken": idToken, "sessionInfo": session, "code": l.lastTextCode()})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := start(t)
			anonymous := l.ok(signUp, object{})
			upgraded := test.upgrade(l, anonymous["idToken"])
			if upgraded["localId"] != anonymous["localId"] || upgraded["isNewUser"] == true {
				t.Errorf("got %v, want the uid %v", upgraded, anonymous["localId"])
			}
			provider := claimsOf(t, upgraded["idToken"])["firebase"].(object)["sign_in_provider"]
			providers := l.providersOf(anonymous["localId"])
			if provider == "anonymous" || len(providers) != 1 {
				t.Errorf("signed in with %v; the providers are %v", provider, providers)
			}
		})
	}
}

func TestCredentialOfAnotherUserCannotBeLinkedButStillSignsIn(t *testing.T) {
	l := start(t)
	owner := l.ok(signInWithIDP,
		credential("github.com", object{"sub": "h1", "email": "ann@work.example"}))
	anonymous := l.ok(signUp, object{})
	link := func(claims object, more object) object {
		body := with(credential("github.com", claims), more)
		return with(body, object{"idToken": anonymous["idToken"]})
	}
	taken := object{"sub": "h1"}
	for code, claims := range map[string]object{
		"FEDERATED_USER_ID_ALREADY_LINKED": taken,
		"EMAIL_EXISTS":                     {"sub": "h2", "email": "ann@work.example"},
	} {
		l.rejects(code, signInWithIDP, link(claims, nil))
		response := l.ok(signInWithIDP, link(claims, object{"returnIdpCredential": true}))
		if response["errorMessage"] != code || response["idToken"] != nil ||
			response["oauthAccessToken"] == nil {
			t.Errorf("%s: got %v", code, response)
		}
	}
	response := l.ok(signInWithIDP, link(taken, object{"returnIdpCredential": true}))
	received := url.Values{
		"providerId":   {"github.com"},
		"access_token": {response["oauthAccessToken"].(string)},
	}
	again := l.ok(signInWithIDP,
		object{"requestUri": "http://localhost", "postBody": received.Encode()})
	if again["localId"] != owner["localId"] {
		t.Errorf("signed in as %v, want the owner %v", again["localId"], owner["localId"])
	}
}

func TestPendingTokenLinksAfterTheUserSignsIn(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	microsoft := object{"sub": "m1", "email": email}
	unconfirmed := l.ok(signInWithIDP, credential("microsoft.com", microsoft))
	if unconfirmed["needConfirmation"] != true || unconfirmed["pendingToken"] == nil {
		t.Fatalf("got %v", unconfirmed)
	}
	pending := object{
		"requestUri":   "http://localhost",
		"pendingToken": unconfirmed["pendingToken"],
		"idToken":      signedUp["idToken"],
	}
	linked := l.ok(signInWithIDP, pending)
	want := []string{"password", "microsoft.com"}
	if got := l.providersOf(linked["localId"]); !slices.Equal(got, want) {
		t.Errorf("providers: got %v, want %v", got, want)
	}
	l.advance(time.Hour)
	l.rejects("INVALID_PENDING_TOKEN", signInWithIDP, pending)
}

func TestProviderAccountsRemainAfterTheUserIsDeleted(t *testing.T) {
	dir := t.TempDir()
	l, stop := open(t, dir)
	signedIn := l.ok(signInWithIDP, credential("google.com", gmailAnn))
	l.okAsAdmin("accounts:delete", object{"localId": signedIn["localId"]})
	stop()
	page := startIn(t, dir).page(providerPage + "signInViaPopup")
	if !strings.Contains(page.body, "Ann@gmail.com") {
		t.Errorf("the page doesn't list the provider account: %s", page.body)
	}
}
