package identitytoolkit_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"firebase.google.com/go/v4/auth"
	"firebase.google.com/go/v4/errorutils"
	"google.golang.org/api/iterator"
)

func TestAdminCreatesAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	user, err := admin.CreateUser(t.Context(),
		(&auth.UserToCreate{}).UID("ann").Email("Ann@example.com").EmailVerified(true).
			Password(password).DisplayName("Ann").PhotoURL("https://example.com/a.png").
			PhoneNumber("+15555550100"))
	if err != nil {
		t.Fatal(err)
	}
	if user.UID != "ann" || user.Email != email || !user.EmailVerified ||
		user.DisplayName != "Ann" || user.PhoneNumber != "+15555550100" ||
		len(user.ProviderUserInfo) != 2 {
		t.Errorf("created: got %+v %+v", user, user.UserInfo)
	}
	if created := user.UserMetadata.CreationTimestamp; created != l.Now().UnixMilli() {
		t.Errorf("creation time: got %d, want %d", created, l.Now().UnixMilli())
	}
	if l.signIn(password)["localId"] != "ann" {
		t.Error("sign-in returned another account")
	}

	_, err = admin.CreateUser(t.Context(), (&auth.UserToCreate{}).UID("ann"))
	if !auth.IsUIDAlreadyExists(err) {
		t.Errorf("same uid: got %v", err)
	}
	_, err = admin.CreateUser(t.Context(), (&auth.UserToCreate{}).Email(email))
	if !auth.IsEmailAlreadyExists(err) {
		t.Errorf("same email: got %v", err)
	}
	_, err = admin.CreateUser(t.Context(), (&auth.UserToCreate{}).PhoneNumber("+15555550100"))
	if !auth.IsPhoneNumberAlreadyExists(err) {
		t.Errorf("same phone number: got %v", err)
	}
}

func TestAdminFindsAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	user := createUser(t, admin, (&auth.UserToCreate{}).Email(email).PhoneNumber("+15555550100"))
	_, err := admin.UpdateUser(t.Context(), user.UID, (&auth.UserToUpdate{}).ProviderToLink(
		&auth.UserProvider{ProviderID: "google.com", UID: "g1", Email: email}))
	if err != nil {
		t.Fatal(err)
	}
	for name, find := range map[string]func() (*auth.UserRecord, error){
		"uid": func() (*auth.UserRecord, error) {
			return admin.GetUser(t.Context(), user.UID)
		},
		"email": func() (*auth.UserRecord, error) {
			return admin.GetUserByEmail(t.Context(), "ANN@example.com")
		},
		"phone number": func() (*auth.UserRecord, error) {
			return admin.GetUserByPhoneNumber(t.Context(), "+15555550100")
		},
		"provider": func() (*auth.UserRecord, error) {
			return admin.GetUserByProviderUID(t.Context(), "google.com", "g1")
		},
	} {
		if got, err := find(); err != nil || got.UID != user.UID {
			t.Errorf("by %s: got %v, %v", name, got, err)
		}
	}
	if _, err := admin.GetUser(t.Context(), "missing"); !auth.IsUserNotFound(err) {
		t.Errorf("unknown uid: got %v", err)
	}
	found, err := admin.GetUsers(t.Context(), []auth.UserIdentifier{
		auth.UIDIdentifier{UID: user.UID}, auth.EmailIdentifier{Email: email},
		auth.UIDIdentifier{UID: "missing"},
	})
	if err != nil || len(found.Users) != 1 || len(found.NotFound) != 1 {
		t.Errorf("GetUsers: got %+v, %v", found, err)
	}
}

func TestAdminUpdatesAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	user := createUser(t, admin,
		(&auth.UserToCreate{}).Email(email).PhoneNumber("+15555550100").DisplayName("Ann"))

	got, err := admin.UpdateUser(t.Context(), user.UID,
		(&auth.UserToUpdate{}).DisplayName("").PhoneNumber("").Email("new@example.com").
			EmailVerified(true).Password("another horse").PhotoURL("https://example.com/a.png"))
	if err != nil {
		t.Fatal(err)
	}
	if got.DisplayName != "" || got.PhoneNumber != "" || got.Email != "new@example.com" ||
		!got.EmailVerified || got.PhotoURL != "https://example.com/a.png" {
		t.Errorf("updated: got %+v %+v", got, got.UserInfo)
	}
	if _, err := admin.GetUserByEmail(t.Context(), email); !auth.IsUserNotFound(err) {
		t.Errorf("the old address: got %v", err)
	}
	_, err = admin.UpdateUser(t.Context(), "missing", (&auth.UserToUpdate{}).DisplayName("x"))
	if !auth.IsUserNotFound(err) {
		t.Errorf("unknown uid: got %v", err)
	}
}

func TestCustomClaimsAreInTheNextToken(t *testing.T) {
	l := start(t)
	admin := l.admin()
	signedUp := l.signUp()
	uid := signedUp["localId"].(string)
	claims := map[string]any{"roles": []string{"admin"}, "email": "evil@example.com"}
	if err := admin.SetCustomUserClaims(t.Context(), uid, claims); err != nil {
		t.Fatal(err)
	}
	_, response := l.refresh(signedUp)
	token, err := admin.VerifyIDToken(t.Context(), response["id_token"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(token.Claims["roles"]) != "[admin]" || token.Claims["email"] != email {
		t.Errorf("claims: got %v", token.Claims)
	}
	if err := admin.SetCustomUserClaims(t.Context(), uid, nil); err != nil {
		t.Fatal(err)
	}
	_, response = l.refresh(signedUp)
	if claims := claimsOf(t, response["id_token"]); claims["roles"] != nil {
		t.Errorf("claims after clearing: got %v", claims)
	}
}

func TestInvalidCustomClaimsAreRejected(t *testing.T) {
	l := start(t)
	uid := l.signUp()["localId"]
	for _, test := range []struct{ claims, code string }{
		{`{"sub":"x"}`, "FORBIDDEN_CLAIM"},
		{`{"firebase":{}}`, "FORBIDDEN_CLAIM"},
		{`{"auth_time":1}`, "FORBIDDEN_CLAIM"},
		{`{"a":"` + strings.Repeat("x", 1000) + `"}`, "CLAIMS_TOO_LARGE"},
		{`[]`, "INVALID_CLAIMS"},
		{`null`, "INVALID_CLAIMS"},
		{`{`, "INVALID_CLAIMS"},
	} {
		_, response := l.postAsAdmin("accounts:update",
			object{"localId": uid, "customAttributes": test.claims})
		if got := errorCode(response); got != test.code {
			t.Errorf("%.20s: got %q, want %s", test.claims, got, test.code)
		}
	}
}

func TestRevokedTokensAreRejected(t *testing.T) {
	l := start(t)
	admin := l.admin()
	signedUp := l.signUp() // one minute before the time that the SDK uses
	idToken := signedUp["idToken"].(string)
	if _, err := admin.VerifyIDToken(t.Context(), idToken); err != nil {
		t.Fatal(err)
	}
	if err := admin.RevokeRefreshTokens(t.Context(), signedUp["localId"].(string)); err != nil {
		t.Fatal(err)
	}
	_, err := admin.VerifyIDTokenAndCheckRevoked(t.Context(), idToken)
	if !auth.IsIDTokenRevoked(err) {
		t.Errorf("VerifyIDTokenAndCheckRevoked: got %v, want a revoked token", err)
	}
	l.rejects("TOKEN_EXPIRED", lookup, object{"idToken": idToken})
	if _, response := l.refresh(signedUp); errorCode(response) != "TOKEN_EXPIRED" {
		t.Errorf("refresh: got %v, want TOKEN_EXPIRED", response)
	}
	l.advance(2 * time.Minute)
	idToken = l.signIn(password)["idToken"].(string)
	if _, err := admin.VerifyIDTokenAndCheckRevoked(t.Context(), idToken); err != nil {
		t.Errorf("after signing in again: got %v", err)
	}
}

func TestAdminDeletesAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	var uids []string
	for i := range 3 {
		user := createUser(t, admin, (&auth.UserToCreate{}).UID(fmt.Sprint("u", i)))
		uids = append(uids, user.UID)
	}
	if err := admin.DeleteUser(t.Context(), uids[0]); err != nil {
		t.Fatal(err)
	}
	if err := admin.DeleteUser(t.Context(), uids[0]); !auth.IsUserNotFound(err) {
		t.Errorf("second deletion: got %v", err)
	}
	result, err := admin.DeleteUsers(t.Context(), uids)
	if err != nil || result.SuccessCount != 3 {
		t.Errorf("DeleteUsers: got %+v, %v", result, err)
	}
	_, response := l.postAsAdmin("accounts:batchDelete",
		object{"localIds": []string{createUser(t, admin, nil).UID}})
	if failed, _ := response["errors"].([]any); len(failed) != 1 {
		t.Errorf("batchDelete of an enabled account without force: got %v, want an error",
			response)
	}
}

func TestAdminListsAccountsPageByPage(t *testing.T) {
	l := start(t)
	admin := l.admin()
	var want []string
	for i := range 7 {
		user := createUser(t, admin, (&auth.UserToCreate{}).UID(fmt.Sprint("u", i)))
		want = append(want, user.UID)
	}
	for _, size := range []int{1, 3, 7, 1000} {
		var got []string
		pages := 0
		pager, token := iterator.NewPager(admin.Users(t.Context(), ""), size, ""), ""
		for {
			var page []*auth.ExportedUserRecord
			next, err := pager.NextPage(&page)
			if err != nil {
				t.Fatal(err)
			}
			for _, user := range page {
				got = append(got, user.UID)
			}
			if pages, token = pages+1, next; token == "" {
				break
			}
		}
		wantPages := (len(want) + size - 1) / size
		if !slices.Equal(got, want) || pages != wantPages {
			t.Errorf("pages of %d: got %v on %d pages, want %v on %d",
				size, got, pages, want, wantPages)
		}
	}
}

func TestAdminQueriesAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	for _, name := range []string{"b", "c", "a"} {
		createUser(t, admin,
			(&auth.UserToCreate{}).UID("uid-"+name).Email(name+"@example.com").DisplayName(name))
		l.advance(time.Second)
	}
	for _, test := range []struct {
		query *auth.QueryUsersRequest
		want  []string
	}{
		{&auth.QueryUsersRequest{}, []string{"uid-a", "uid-b", "uid-c"}},
		{&auth.QueryUsersRequest{SortBy: auth.CreatedAt, Order: auth.Desc},
			[]string{"uid-a", "uid-c", "uid-b"}},
		{&auth.QueryUsersRequest{SortBy: auth.UserEmail, Limit: 1, Offset: 1}, []string{"uid-b"}},
		{anyOf(&auth.Expression{Email: "C@example.com"}, &auth.Expression{UID: "uid-a"}),
			[]string{"uid-a", "uid-c"}},
		{anyOf(&auth.Expression{Email: "unknown@example.com"}), nil},
	} {
		result, err := admin.QueryUsers(t.Context(), test.query)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, user := range result.Users {
			got = append(got, user.UID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%+v: got %v, want %v", test.query, got, test.want)
		}
	}
}

func anyOf(expressions ...*auth.Expression) *auth.QueryUsersRequest {
	return &auth.QueryUsersRequest{Expression: expressions}
}

func TestAdminCreatesEmailLinks(t *testing.T) {
	l := start(t)
	admin := l.admin()
	createUser(t, admin, (&auth.UserToCreate{}).Email(email))
	settings := &auth.ActionCodeSettings{URL: "https://example.com/next", HandleCodeInApp: true}
	for mode, link := range map[string]func() (string, error){
		"verifyEmail": func() (string, error) {
			return admin.EmailVerificationLink(t.Context(), email)
		},
		"resetPassword": func() (string, error) {
			return admin.PasswordResetLink(t.Context(), email)
		},
		"signIn": func() (string, error) {
			return admin.EmailSignInLink(t.Context(), "new@example.com", settings)
		},
		"verifyAndChangeEmail": func() (string, error) {
			return admin.VerifyAndChangeEmailLink(t.Context(), email, "new@example.com")
		},
	} {
		got, err := link()
		if err != nil {
			t.Fatalf("%s: %v", mode, err)
		}
		parsed, err := url.Parse(got)
		if err != nil || parsed.Query().Get("mode") != mode || parsed.Query().Get("oobCode") == "" {
			t.Errorf("%s: got %s, %v", mode, got, err)
		}
	}
	if n := len(l.service.Outbox()); n != 0 {
		t.Errorf("sent %d emails, want none: the caller of the Admin SDK sends the links", n)
	}
	_, err := admin.EmailVerificationLink(t.Context(), "unknown@example.com")
	if !auth.IsUserNotFound(err) {
		t.Errorf("unknown email: got %v", err)
	}
}

func TestAdminImportsAccounts(t *testing.T) {
	l := start(t)
	admin := l.admin()
	createUser(t, admin, (&auth.UserToCreate{}).UID("taken").Email(email))
	result, err := admin.ImportUsers(t.Context(), []*auth.UserToImport{
		(&auth.UserToImport{}).UID("new").Email("new@example.com").EmailVerified(true).
			CustomClaims(map[string]any{"role": "staff"}).
			Metadata(&auth.UserMetadata{CreationTimestamp: 1000}).
			ProviderData([]*auth.UserProvider{{ProviderID: "google.com", UID: "g1"}}),
		(&auth.UserToImport{}).UID("taken"),
		(&auth.UserToImport{}).UID("other").Email(email),
	})
	if err != nil {
		t.Fatal(err)
	}
	failed := result.Errors
	if result.SuccessCount != 1 || len(failed) != 2 || failed[0].Index != 1 ||
		failed[1].Index != 2 {
		t.Errorf("result: got %+v, want 1 success and failures at 1 and 2", result)
	}
	user, err := admin.GetUserByProviderUID(t.Context(), "google.com", "g1")
	if err != nil || user.UID != "new" || user.CustomClaims["role"] != "staff" ||
		user.UserMetadata.CreationTimestamp != 1000 {
		t.Errorf("imported: got %+v, %v", user, err)
	}
}

func TestIDTokenCanBeExchangedForASessionCookie(t *testing.T) {
	l := start(t)
	admin := l.admin()
	signedUp := l.signUp()
	cookie, err := admin.SessionCookie(t.Context(), signedUp["idToken"].(string), 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	token, err := admin.VerifySessionCookie(t.Context(), cookie)
	if err != nil || token.UID != signedUp["localId"] || token.Expires != l.Now().Unix()+86400 {
		t.Errorf("cookie: got %+v, %v", token, err)
	}
	_, err = admin.SessionCookie(t.Context(), "junk", time.Hour)
	if !errorutils.IsInvalidArgument(err) {
		t.Errorf("invalid token: got %v", err)
	}
	_, response := l.postAsAdmin(":createSessionCookie",
		object{"idToken": signedUp["idToken"], "validDuration": "9223372036854775807"})
	if errorCode(response) != "INVALID_DURATION" {
		t.Errorf("longest duration: got %v, want INVALID_DURATION", response)
	}
}

// createUser creates an account, and fails the test if it already exists.
func createUser(t *testing.T, admin *auth.Client, user *auth.UserToCreate) *auth.UserRecord {
	t.Helper()
	created, err := admin.CreateUser(t.Context(), user)
	if err != nil {
		t.Fatalf("create user: %v", err)
	}
	return created
}
