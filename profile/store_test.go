package profile_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/profile"
)

func TestSomebodyWhoNeverSavedHasTheEmptyProfile(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	got, version, err := store.Get(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if got != (profile.Profile{}) || version != profile.NoVersion {
		t.Errorf("got %+v at %q, want the empty profile at %q", got, version, profile.NoVersion)
	}
}

func TestWhatPatchAnswersIsWhatIsStored(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	saved, v1 := patch(t, store, "ada", profile.Changes{Bio: ptr("Analyst"), Newsletter: ptr(true)}, profile.NoVersion)
	if saved.Bio != "Analyst" || !saved.Newsletter || saved.UpdatedAt == nil {
		t.Errorf("after the first save: got %+v", saved)
	}
	saved, v2 := patch(t, store, "ada", profile.Changes{Company: ptr("Engines Ltd")}, v1)
	if v1 == v2 {
		t.Error("the version did not change with the profile")
	}
	got, version, err := store.Get(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if got.Bio != saved.Bio || got.Company != "Engines Ltd" || !got.UpdatedAt.Equal(*saved.UpdatedAt) || version != v2 {
		t.Errorf("got %+v at %q, want %+v at %q", got, version, saved, v2)
	}
}

func TestR23AStaleVersionWritesNothing(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	_, v1 := patch(t, store, "ada", profile.Changes{Bio: ptr("first")}, profile.NoVersion)
	_, v2 := patch(t, store, "ada", profile.Changes{Bio: ptr("second")}, v1)
	for _, stale := range []profile.Version{v1, profile.NoVersion, "", "nonsense"} {
		if _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("third")}, stale); !errors.Is(err, profile.ErrConflict) {
			t.Errorf("version %q: got %v, want ErrConflict", stale, err)
		}
	}
	got, version, _ := store.Get(t.Context(), "ada")
	if got.Bio != "second" || version != v2 {
		t.Errorf("got bio %q at %q, want it untouched at %q", got.Bio, version, v2)
	}
}

func TestR23OfManyWritersWithOneVersionExactlyOneWins(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	for _, first := range []bool{true, false} {
		seen := profile.NoVersion
		if !first {
			_, seen, _ = store.Get(t.Context(), "ada")
		}
		var won, conflicts atomic.Int32
		var writers sync.WaitGroup
		for range 8 {
			writers.Go(func() {
				switch _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("mine")}, seen); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, profile.ErrConflict):
					conflicts.Add(1)
				}
			})
		}
		writers.Wait()
		if won.Load() != 1 || conflicts.Load() != 7 {
			t.Errorf("first save %v: got %d winners and %d conflicts, want 1 and 7", first, won.Load(), conflicts.Load())
		}
	}
}

func TestR24FieldsThatAreNotNamedSurvive(t *testing.T) {
	client := firestoretest.New(t)
	doc := client.Collection("profiles").Doc("ada")
	if _, err := doc.Set(t.Context(), map[string]any{"bio": "old", "company": "Engines", "ofAFork": "keep me"}); err != nil {
		t.Fatal(err)
	}
	store := profile.NewStore(client)
	_, seen, err := store.Get(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	patch(t, store, "ada", profile.Changes{Bio: ptr("new")}, seen)

	snap, err := doc.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := snap.Data()
	if got["bio"] != "new" || got["company"] != "Engines" || got["ofAFork"] != "keep me" {
		t.Errorf("got %v, want only bio changed", got)
	}
	if _, written := got["website"]; written {
		t.Errorf("got %v, want no field that was not named", got)
	}
}

func TestR25AWriteWhoseAcknowledgementIsLostIsAppliedOnceAndSaysSo(t *testing.T) {
	for _, first := range []bool{true, false} {
		var commits, lose atomic.Int32
		store := profile.NewStore(firestoretest.New(t, func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			answer, err := next(ctx, req)
			if strings.HasSuffix(info.FullMethod, "/Commit") && err == nil {
				commits.Add(1)
				if lose.Add(-1) >= 0 {
					return nil, status.Error(codes.Unavailable, "the connection broke")
				}
			}
			return answer, err
		}))
		seen := profile.NoVersion
		if !first {
			_, seen = patch(t, store, "ada", profile.Changes{Bio: ptr("before")}, seen)
		}
		commits.Store(0)
		lose.Store(1)
		saved, version := patch(t, store, "ada", profile.Changes{Bio: ptr("after")}, seen)
		if saved.Bio != "after" {
			t.Errorf("first save %v: got bio %q, want %q", first, saved.Bio, "after")
		}
		if got := commits.Load(); got != 1 {
			t.Errorf("first save %v: applied %d times, want once", first, got)
		}
		if _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("next")}, version); err != nil {
			t.Errorf("first save %v: the version that was answered is not the stored one: %v", first, err)
		}
	}
}

func TestR18ASilentFirestoreIsUnavailableAndNotWaitedFor(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t, func(ctx context.Context, _ any, _ *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	start := time.Now()
	_, _, err := store.Get(t.Context(), "ada")
	if !errors.Is(err, profile.ErrUnavailable) {
		t.Errorf("Get: got %v, want ErrUnavailable", err)
	}
	if _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("x")}, profile.NoVersion); !errors.Is(err, profile.ErrUnavailable) {
		t.Errorf("Patch: got %v, want ErrUnavailable", err)
	}
	// Each has 2.5 s; the client alone would try for minutes.
	if waited := time.Since(start); waited > 30*time.Second {
		t.Errorf("waited %v", waited)
	}
}

func TestNothingToChangeWritesNothing(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	_, version := patch(t, store, "ada", profile.Changes{}, profile.NoVersion)
	if version != profile.NoVersion {
		t.Errorf("got version %q, want %q", version, profile.NoVersion)
	}
}

func TestR33AfterErasureNoDocumentComesBack(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	_, version := patch(t, store, "ada", profile.Changes{Bio: ptr("x")}, profile.NoVersion)
	for range 2 { // a deletion that was cut short is repeated
		if err := store.Erase(t.Context(), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("y")}, version); !errors.Is(err, profile.ErrConflict) {
		t.Errorf("Patch of the version before: got %v, want ErrConflict", err)
	}
	if _, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("y")}, profile.NoVersion); !errors.Is(err, profile.ErrErased) {
		t.Errorf("Patch of a first version: got %v, want ErrErased", err)
	}
	if _, err := client.Collection("profiles").Doc("ada").Get(t.Context()); status.Code(err) != codes.NotFound {
		t.Errorf("the document is back: %v", err)
	}
}

// TestR33AFirstSaveThatRacesTheErasureLosesOrIsErased lets the two run against each other: whatever the order, no
// document is left.
func TestR33AFirstSaveThatRacesTheErasureLosesOrIsErased(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	for i := range 40 {
		uid := fmt.Sprint("user", i)
		var both sync.WaitGroup
		both.Go(func() { store.Patch(t.Context(), uid, profile.Changes{Bio: ptr("x")}, profile.NoVersion) })
		both.Go(func() {
			if err := store.Erase(t.Context(), uid); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if _, err := client.Collection("profiles").Doc(uid).Get(t.Context()); status.Code(err) != codes.NotFound {
			t.Fatalf("round %d: a document is left: %v", i, err)
		}
	}
}

func patch(t *testing.T, store *profile.Store, uid string, c profile.Changes, seen profile.Version) (profile.Profile, profile.Version) {
	t.Helper()
	saved, version, err := store.Patch(t.Context(), uid, c, seen)
	if err != nil {
		t.Fatal(err)
	}
	return saved, version
}

func ptr[T any](v T) *T { return &v }

// TestR25AFirstSaveThatIsOvertakenAfterItsAcknowledgementWasLostIsAConflict: what the client of Firestore then says is
// that its transaction is no longer valid, which must not become an error of ours.
func TestR25AFirstSaveThatIsOvertakenAfterItsAcknowledgementWasLostIsAConflict(t *testing.T) {
	var lose atomic.Bool
	lose.Store(true)
	var store *profile.Store
	store = profile.NewStore(firestoretest.New(t, func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		answer, err := next(ctx, req)
		if !strings.HasSuffix(info.FullMethod, "/Commit") || err != nil || !lose.CompareAndSwap(true, false) {
			return answer, err
		}
		_, seen, err := store.Get(t.Context(), "ada")
		if err != nil {
			t.Error(err)
		}
		patch(t, store, "ada", profile.Changes{Company: ptr("somebody else's")}, seen)
		return nil, status.Error(codes.Unavailable, "the connection broke")
	}))
	_, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("first")}, profile.NoVersion)
	if !errors.Is(err, profile.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
	got, _, err := store.Get(t.Context(), "ada")
	if err != nil || got.Bio != "first" || got.Company != "somebody else's" {
		t.Errorf("got %+v, %v, want both writes", got, err)
	}
}

// TestAnyUIDHasAProfileOfItsOwn is about uids that whoever imports users or mints tokens has chosen: Firestore takes not
// every one of them for the name of a document.
func TestAnyUIDHasAProfileOfItsOwn(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	uids := []string{"ada", "https://idp.example/42", "ada/private/notes", "ada%2Fprivate%2Fnotes", ".", "..", "__ada__", "100%"}
	for _, uid := range uids {
		patch(t, store, uid, profile.Changes{Bio: ptr(uid)}, profile.NoVersion)
	}
	documents, err := client.Collection("profiles").Documents(t.Context()).GetAll()
	if err != nil || len(documents) != len(uids) {
		t.Errorf("got %d documents in the collection (%v), want %d", len(documents), err, len(uids))
	}
	for _, uid := range uids {
		if got, _, err := store.Get(t.Context(), uid); err != nil || got.Bio != uid {
			t.Errorf("%s: got %q, %v", uid, got.Bio, err)
		}
		if err := store.Erase(t.Context(), uid); err != nil {
			t.Errorf("%s: %v", uid, err)
		}
	}
	if left, err := client.Collection("profiles").Documents(t.Context()).GetAll(); err != nil || len(left) != 0 {
		t.Errorf("after erasing: got %d documents, %v", len(left), err)
	}
}
