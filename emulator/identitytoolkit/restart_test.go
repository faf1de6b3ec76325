package identitytoolkit_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

func TestStateSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	before, stop := open(t, dir)
	signedUp := before.signUp()
	before.ok(update, object{"idToken": signedUp["idToken"], "displayName": "Ann"})
	before.sendVerification(signedUp)
	before.configure(object{"client": object{"permissions": object{"disabledUserSignup": true}}})
	code := before.lastEmailCode("VERIFY_EMAIL")
	stop()

	after := startIn(t, dir)
	if account := after.account(signedUp); account["displayName"] != "Ann" {
		t.Errorf("account: got %v", account)
	}
	if status, response := after.refresh(signedUp); status != http.StatusOK {
		t.Errorf("refresh: got %d %v", status, response)
	}
	after.signIn(password)
	after.ok(update, object{"oobCode": code})
	after.rejects("ADMIN_ONLY_OPERATION", signUp, object{})
	messages := after.service.Outbox()
	if len(messages) != 1 || !strings.Contains(messages[0].Link, code) {
		t.Errorf("outbox: got %v", messages)
	}
	user, err := after.admin().GetUserByEmail(t.Context(), email)
	if err != nil || !user.EmailVerified {
		t.Errorf("by email: got %v, %v", user, err)
	}
}

func TestRevocationSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	before, stop := open(t, dir)
	signedUp := before.signUp()
	before.advance(time.Second)
	before.ok(update, object{"idToken": signedUp["idToken"], "password": "another horse"})
	stop()
	if _, response := startIn(t, dir).refresh(signedUp); errorCode(response) != "TOKEN_EXPIRED" {
		t.Errorf("refresh: got %v, want TOKEN_EXPIRED", response)
	}
}

func TestExpiredSessionsAreDeletedAtStartup(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	session := func(key string, issuedAt time.Time) state.Change {
		value := fmt.Sprintf(`{"localId":"gone","issuedAt":%d}`, issuedAt.Unix())
		return state.Change{Bucket: "auth/sessions", Key: key, Value: []byte(value)}
	}
	old := time.Now().Add(-31 * 24 * time.Hour)
	if err := store.Write(session("old", old), session("recent", time.Now())); err != nil {
		t.Fatal(err)
	}
	_, err = identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID})
	if err != nil {
		t.Fatal(err)
	}

	// Count the records only: the test doesn't depend on what a session record contains.
	count := 0
	err = store.Load("auth/sessions", func(string, []byte) error { count++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if count != 1 {
		t.Errorf("sessions: got %d, want only the recent one", count)
	}
}

func TestFailedWriteIsRolledBack(t *testing.T) {
	store, err := state.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := start(t)
	options := identitytoolkit.Options{ProjectID: projectID, Now: l.Now}
	service, err := identitytoolkit.New(store, options)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	l.url = serve(t, service)
	status, response := l.post(signUp, credentials())
	if status != http.StatusInternalServerError || errorCode(response) != "INTERNAL_ERROR" {
		t.Errorf("sign-up: got %d %v", status, response)
	}
	l.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", email, password)
}

func TestErrorNamesTheDamagedRecord(t *testing.T) {
	store, err := state.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	damaged := state.Change{Bucket: "auth/users", Key: "u1", Value: []byte("{")}
	if err := store.Write(damaged); err != nil {
		t.Fatal(err)
	}
	_, err = identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID})
	if err == nil || !strings.Contains(err.Error(), `auth/users "u1"`) {
		t.Errorf("got %v, want an error that names the record", err)
	}
}

func TestConcurrentSignUpsWithTheSameEmailCreateOneAccount(t *testing.T) {
	l := start(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	created := 0
	for range 20 {
		wg.Go(func() {
			status, _ := l.post(signUp, credentials())
			mu.Lock()
			defer mu.Unlock()
			if status == http.StatusOK {
				created++
			}
		})
	}
	wg.Wait()
	if created != 1 {
		t.Errorf("got %d accounts, want 1", created)
	}
}

func TestImportCanReuseAnEmailAddressThatItFrees(t *testing.T) {
	l := start(t)
	admin := l.admin()
	createUser(t, admin, (&auth.UserToCreate{}).UID("first").Email(email))
	l.okAsAdmin("accounts:batchCreate", object{"allowOverwrite": true, "users": []object{
		{"localId": "first", "email": "new@example.com"}, {"localId": "second", "email": email},
	}})
	user, err := admin.GetUserByEmail(t.Context(), email)
	if err != nil || user.UID != "second" {
		t.Errorf("got %v, %v, want the second account", user, err)
	}
}
