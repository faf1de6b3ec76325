package identity_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func newAccounts(t *testing.T) (*identity.Accounts, *identitytest.Server) {
	t.Helper()
	google := identitytest.New(t)
	return identity.NewAccounts(google.AuthClient(t)), google
}

func TestAccountHasTheShapeOfTheAPI(t *testing.T) {
	accounts, google := newAccounts(t)
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	google.SetUser(identitytest.User{
		UID: "alice", Email: "alice@example.com", EmailVerified: true, DisplayName: "Alice",
		PhotoURL: "https://p.example/a", PhoneNumber: "+15550100",
		CreatedAt: at, LastSignInAt: at.Add(time.Hour), CustomClaims: `{"roles":["admin"]}`,
		ValidSince: at.Add(time.Minute),
	})
	account, err := accounts.Get(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	wantJSON(t, account, `{"uid":"alice","email":"alice@example.com","emailVerified":true,`+
		`"displayName":"Alice","photoURL":"https://p.example/a","phoneNumber":"+15550100",`+
		`"disabled":false,"providers":[{"providerId":"password","uid":"alice@example.com",`+
		`"email":"alice@example.com","displayName":"","photoURL":"","phoneNumber":""}],`+
		`"createdAt":"2026-02-03T04:05:06Z","lastSignInAt":"2026-02-03T05:05:06Z",`+
		`"tokensValidAfter":"2026-02-03T04:06:06Z","roles":["admin"]}`)
}

func TestAnonymousAccountHasEmptyListsAndNoTimes(t *testing.T) {
	accounts, google := newAccounts(t)
	google.SetUser(identitytest.User{UID: "unknown"})
	account, err := accounts.Get(t.Context(), "unknown")
	if err != nil {
		t.Fatal(err)
	}
	wantJSON(t, account, `{"uid":"unknown","email":"","emailVerified":false,"displayName":"",`+
		`"photoURL":"","phoneNumber":"","disabled":false,"providers":[],"createdAt":null,`+
		`"lastSignInAt":null,"tokensValidAfter":null,"roles":[]}`)
}

func wantJSON(t *testing.T, v any, want string) {
	t.Helper()
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUnknownAccountsAreNotFound(t *testing.T) {
	accounts, _ := newAccounts(t)
	for _, uid := range []string{"unknown", "", strings.Repeat("a", 129), "../accounts", "a\x00b"} {
		_, err := accounts.Get(t.Context(), uid)
		wantError(t, err, identity.ErrUserNotFound)
	}
	for _, email := range []string{"unknown@example.com", "", "@", "unknown"} {
		_, err := accounts.FindByEmail(t.Context(), email)
		wantError(t, err, identity.ErrUserNotFound)
	}
	wantError(t, accounts.RevokeSessions(t.Context(), "unknown"), identity.ErrUserNotFound)
	wantError(t, accounts.SetRoles(t.Context(), "unknown", nil), identity.ErrUserNotFound)
	_, err := accounts.SetDisabled(t.Context(), "unknown", true)
	wantError(t, err, identity.ErrUserNotFound)
}

func TestR34DeletionCanBeRepeated(t *testing.T) {
	accounts, google := newAccounts(t)
	google.SetUser(identitytest.User{UID: "alice"})
	google.Delete.Fail(identitytest.Status(429))
	wantError(t, accounts.Delete(t.Context(), "alice"), identity.ErrUnavailable)
	if _, ok := google.User("alice"); !ok {
		t.Fatal("the user is gone, but the deletion failed")
	}
	google.Delete.Fail(nil)
	for range 2 {
		if err := accounts.Delete(t.Context(), "alice"); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := google.User("alice"); ok {
		t.Error("the user still exists")
	}
}

func TestVerifierRejectsRevokedSession(t *testing.T) {
	v, google := newVerifier(t)
	accounts := identity.NewAccounts(google.AuthClient(t))
	token := google.Token(identitytest.Claims{UID: "alice", IssuedAt: time.Now().Add(-time.Minute)})
	if _, err := verifyLive(t.Context(), v, token); err != nil {
		t.Fatal(err)
	}
	if err := accounts.RevokeSessions(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	_, err := verifyLive(t.Context(), v, token)
	wantError(t, err, identity.ErrTokenRevoked)
}

func TestSetRolesKeepsOtherClaims(t *testing.T) {
	accounts, google := newAccounts(t)
	google.SetUser(identitytest.User{
		UID: "alice", CustomClaims: `{"plan":"gold","roles":["editor"]}`,
	})
	for _, c := range []struct {
		roles []string
		want  string
	}{
		{[]string{"admin", "editor"}, `{"plan":"gold","roles":["admin","editor"]}`},
		{nil, `{"plan":"gold"}`},
	} {
		if err := accounts.SetRoles(t.Context(), "alice", c.roles); err != nil {
			t.Fatal(err)
		}
		if u, _ := google.User("alice"); u.CustomClaims != c.want {
			t.Errorf("got %s, want %s", u.CustomClaims, c.want)
		}
	}
	err := accounts.SetRoles(t.Context(), "alice", []string{strings.Repeat("a", 1000)})
	wantError(t, err, identity.ErrInvalidArgument)
}

func TestSetDisplayAndSetDisabled(t *testing.T) {
	accounts, google := newAccounts(t)
	const photo = "https://p.example/a"
	google.SetUser(identitytest.User{UID: "alice", PhotoURL: photo})
	for _, c := range []struct {
		name, photo         *string
		wantName, wantPhoto string
	}{
		{new("Alice"), nil, "Alice", photo},
		{nil, nil, "Alice", photo},
		{nil, new(""), "Alice", ""},
		{new(""), new(photo), "", photo},
	} {
		account, err := accounts.SetDisplay(t.Context(), "alice", c.name, c.photo)
		if err != nil || account.DisplayName != c.wantName || account.PhotoURL != c.wantPhoto {
			t.Errorf("got %+v, %v, want %q and %q", account, err, c.wantName, c.wantPhoto)
		}
	}
	for _, disabled := range []bool{true, false} {
		account, err := accounts.SetDisabled(t.Context(), "alice", disabled)
		if err != nil || account.Disabled != disabled {
			t.Errorf("got %+v, %v, want disabled %v", account, err, disabled)
		}
	}
}

func TestAccountsAreListedInPages(t *testing.T) {
	accounts, google := newAccounts(t)
	var want []string
	for i := range 25 {
		uid := fmt.Sprintf("user-%02d", i)
		want = append(want, uid)
		google.SetUser(identitytest.User{UID: uid, Email: uid + "@example.com"})
	}
	var got []string
	page, pages := "", 0
	for {
		list, next, err := accounts.List(t.Context(), page, 10)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, a := range list {
			got = append(got, a.UID)
		}
		if page = next; page == "" {
			break
		}
	}
	if !slices.Equal(got, want) || pages != 3 {
		t.Errorf("got %d pages with %v, want 3 with %v", pages, got, want)
	}
}

func TestR10FailingAccountCallsAreUnavailable(t *testing.T) {
	for name, fault := range faults {
		if name == "silent" || name == "slow" || name == "503" || name == "reset" {
			continue // they take the whole deadline; the R17 test below covers two
		}
		t.Run(name, func(t *testing.T) {
			accounts, google := newAccounts(t)
			google.Lookup.Fail(fault)
			google.List.Fail(fault)
			_, err := accounts.Get(t.Context(), "alice")
			wantError(t, err, identity.ErrUnavailable)
			_, _, err = accounts.List(t.Context(), "", 10)
			wantError(t, err, identity.ErrUnavailable)
		})
	}
}

func TestR17SilentLookupTimesOut(t *testing.T) {
	for _, name := range []string{"silent", "503"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accounts, google := newAccounts(t)
			google.Lookup.Fail(faults[name])
			_, err := accounts.Get(t.Context(), "alice") // the SDK alone: no timeout, and 7 s
			wantError(t, err, identity.ErrUnavailable)
		})
	}
}

func TestCustomTokenIsMinted(t *testing.T) {
	accounts, google := newAccounts(t)
	token, err := accounts.CustomToken(t.Context(), "alice", map[string]any{"plan": "gold"})
	if err != nil || strings.Count(token, ".") != 2 {
		t.Fatalf("got %q, %v", token, err)
	}
	google.SignBlob.Fail(identitytest.Status(500))
	token, err = accounts.CustomToken(t.Context(), "alice", nil)
	wantError(t, err, identity.ErrUnavailable)
	if token != "" {
		t.Errorf("got %q with the error", token)
	}
}
