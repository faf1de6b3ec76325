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

func TestAccountsAndDocumentsSurviveRestart(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	accounts, documents := clients(t, first)
	ada := (&auth.UserToCreate{}).Email("ada@example.com").Password("difference engine")
	user, err := accounts.CreateUser(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]any{"bio": "counts"}
	if _, err := documents.Doc("profiles/"+user.UID).Set(t.Context(), fields); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}

	accounts, documents = clients(t, start(t, dir))
	got, err := accounts.GetUserByEmail(t.Context(), "ada@example.com")
	if err != nil || got.UID != user.UID {
		t.Errorf("account after restart: got %v, %v, want uid %s", got, err, user.UID)
	}
	profile, err := documents.Doc("profiles/" + user.UID).Get(t.Context())
	if err != nil || profile.Data()["bio"] != "counts" {
		t.Errorf("profile after restart: got %v, %v, want bio \"counts\"", profile, err)
	}
}

func TestStartReportsFolderInUse(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	_, err := emulator.Start(emulator.Options{ProjectID: project, StateDir: dir})
	if !errors.Is(err, state.ErrInUse) {
		t.Fatalf("second Start: got %v, want ErrInUse", err)
	}
	for _, want := range []string{dir, "stop that process", "LOCAL_STATE"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got error %q, want it to contain %q", err, want)
		}
	}
}

func TestCloseReleasesStateFolder(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if err := start(t, dir).Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
}

func TestStartRequiresProjectID(t *testing.T) {
	dir := t.TempDir()
	if _, err := emulator.Start(emulator.Options{StateDir: dir}); err == nil {
		t.Fatal("Start without a project ID succeeded, want an error")
	}
	start(t, dir) // fails if the first Start left the folder locked
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

// clients returns unmodified Auth and Firestore clients that are connected to e.
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
