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

func TestEverythingIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	before, stop := open(t, dir)
	signedUp := before.signUp()
	before.ok("v1/accounts:update", object{"idToken": signedUp["idToken"], "displayName": "Ann"})
	before.ok("v1/accounts:sendOobCode", object{"requestType": "VERIFY_EMAIL", "idToken": signedUp["idToken"]})
	before.configure(object{"client": object{"permissions": object{"disabledUserSignup": true}}})
	code := before.lastCode("VERIFY_EMAIL")
	stop()

	after := startIn(t, dir)
	if me := after.me(signedUp); me["displayName"] != "Ann" {
		t.Errorf("account: got %v", me)
	}
	if status, answer := after.refresh(signedUp); status != http.StatusOK {
		t.Errorf("refresh: got %d %v", status, answer)
	}
	after.signIn(password)
	after.ok("v1/accounts:update", object{"oobCode": code})
	after.refused("ADMIN_ONLY_OPERATION", "v1/accounts:signUp", object{})
	if messages := after.service.Outbox(); len(messages) != 1 || !strings.Contains(messages[0].Link, code) {
		t.Errorf("outbox: got %v", messages)
	}
	if user, err := after.admin().GetUserByEmail(t.Context(), email); err != nil || !user.EmailVerified {
		t.Errorf("by email: got %v, %v", user, err)
	}
}

func TestARevocationIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	before, stop := open(t, dir)
	signedUp := before.signUp()
	before.ok("v1/accounts:update", object{"idToken": signedUp["idToken"], "password": "another horse"})
	stop()
	if _, answer := startIn(t, dir).refresh(signedUp); errorCode(answer) != "TOKEN_EXPIRED" {
		t.Errorf("refresh: got %v", answer)
	}
}

func TestDeadSessionsAreForgottenAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	// What a session is stored as is nobody's business; that the bucket shrinks is.
	count := func() (n int) {
		if err := store.Load("auth/sessions", func(string, []byte) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	old := time.Now().Add(-31 * 24 * time.Hour)
	value := fmt.Sprintf(`{"localId":"gone","issuedAt":%d}`, old.Unix())
	recent := fmt.Sprintf(`{"localId":"gone","issuedAt":%d}`, time.Now().Unix())
	if err := store.Write(state.Change{Bucket: "auth/sessions", Key: "old", Value: []byte(value)},
		state.Change{Bucket: "auth/sessions", Key: "recent", Value: []byte(recent)}); err != nil {
		t.Fatal(err)
	}
	if _, err := identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID}); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != 1 {
		t.Errorf("sessions: got %d, want only the recent one", got)
	}
}

func TestWhatTheDiskRefusesIsForgotten(t *testing.T) {
	store, err := state.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := start(t)
	service, err := identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID, Now: l.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	l.url = serve(t, service)
	status, answer := l.post("v1/accounts:signUp", object{"email": email, "password": password})
	if status != http.StatusInternalServerError || errorCode(answer) != "INTERNAL_ERROR" {
		t.Errorf("sign-up: got %d %v", status, answer)
	}
	l.signInRefused("INVALID_LOGIN_CREDENTIALS", email, password)
}

func TestDamagedStateIsNamed(t *testing.T) {
	store, err := state.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Write(state.Change{Bucket: "auth/users", Key: "u1", Value: []byte("{")}); err != nil {
		t.Fatal(err)
	}
	_, err = identitytoolkit.New(store, identitytoolkit.Options{ProjectID: projectID})
	if err == nil || !strings.Contains(err.Error(), `auth/users "u1"`) {
		t.Errorf("got %v", err)
	}
}

func TestOneOfManySignUpsWithTheSameEmailWins(t *testing.T) {
	l := start(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	created := 0
	for range 20 {
		wg.Go(func() {
			status, _ := l.post("v1/accounts:signUp", object{"email": email, "password": password})
			mu.Lock()
			defer mu.Unlock()
			if status == http.StatusOK {
				created++
			}
		})
	}
	wg.Wait()
	if created != 1 {
		t.Errorf("%d accounts were created, want 1", created)
	}
}

func TestAFreedEmailCanBeTakenInTheSameImport(t *testing.T) {
	l := start(t)
	admin := l.admin()
	createUser(t, admin, (&auth.UserToCreate{}).UID("first").Email(email))
	l.asAdmin("accounts:batchCreate", object{"allowOverwrite": true, "users": []object{
		{"localId": "first", "email": "new@example.com"}, {"localId": "second", "email": email},
	}})
	user, err := admin.GetUserByEmail(t.Context(), email)
	if err != nil || user.UID != "second" {
		t.Errorf("got %v, %v, want the second account", user, err)
	}
}
