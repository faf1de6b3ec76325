package emulator_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"
	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/emulator"
	"example.com/latchkey/emulator/state"
)

const project = "demo-facade"

func TestAccountsAndDocumentsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	accounts, documents := clients(t, first)
	ada := (&auth.UserToCreate{}).Email("ada@example.com").Password("difference engine")
	user, err := accounts.CreateUser(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := documents.Doc("profiles/"+user.UID).Set(t.Context(), map[string]any{"bio": "counts"}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}

	accounts, documents = clients(t, start(t, dir))
	if got, err := accounts.GetUserByEmail(t.Context(), "ada@example.com"); err != nil || got.UID != user.UID {
		t.Errorf("account after the restart: got %v, %v, want uid %s", got, err, user.UID)
	}
	profile, err := documents.Doc("profiles/" + user.UID).Get(t.Context())
	if err != nil || profile.Data()["bio"] != "counts" {
		t.Errorf("profile after the restart: got %v, %v, want the bio", profile, err)
	}
}

func TestAFolderInUseIsSaidInOneSentence(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	_, err := emulator.Start(emulator.Options{ProjectID: project, StateDir: dir})
	if !errors.Is(err, state.ErrInUse) {
		t.Fatalf("second Start: got %v, want ErrInUse", err)
	}
	for _, want := range []string{dir, "stop that process", "LOCAL_STATE"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want it to mention %q", err, want)
		}
	}
}

func TestCloseReleasesTheFolder(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if err := start(t, dir).Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
}

func TestAnEmulatorNeedsAProject(t *testing.T) {
	dir := t.TempDir()
	if _, err := emulator.Start(emulator.Options{StateDir: dir}); err == nil {
		t.Fatal("Start without a project id: got no error")
	}
	start(t, dir) // a failed start does not keep the folder locked
}

func start(t *testing.T, dir string) *emulator.Emulator {
	t.Helper()
	e, err := emulator.Start(emulator.Options{ProjectID: project, StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// clients returns the unmodified Admin SDK clients, connected to e.
func clients(t *testing.T, e *emulator.Emulator) (*auth.Client, *firestore.Client) {
	t.Helper()
	web := httptest.NewServer(e.Handler())
	t.Cleanup(web.Close)
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(web.URL, "http://"))
	t.Setenv("FIRESTORE_EMULATOR_HOST", e.FirestoreAddr())
	app, err := firebase.NewApp(context.Background(), &firebase.Config{ProjectID: project})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := app.Auth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	documents, err := firestore.NewClient(context.Background(), project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { documents.Close() })
	return accounts, documents
}
