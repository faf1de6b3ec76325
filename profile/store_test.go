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

func TestProfileIsEmptyBeforeTheFirstSave(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	got, version, err := store.Get(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if got != (profile.Profile{}) || version != profile.NoVersion {
		t.Errorf("got %+v at %q, want the empty profile at %q", got, version, profile.NoVersion)
	}
}

func TestPatchReturnsWhatIsStored(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	first := profile.Changes{Bio: ptr("Analyst"), Newsletter: ptr(true)}
	saved, v1 := patch(t, store, "ada", first, profile.NoVersion)
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
	if got.Bio != saved.Bio || got.Company != "Engines Ltd" ||
		!got.UpdatedAt.Equal(*saved.UpdatedAt) || version != v2 {
		t.Errorf("got %+v at %q, want %+v at %q", got, version, saved, v2)
	}
}

func TestR23StaleVersionWritesNothing(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	_, v1 := patch(t, store, "ada", profile.Changes{Bio: ptr("first")}, profile.NoVersion)
	_, v2 := patch(t, store, "ada", profile.Changes{Bio: ptr("second")}, v1)
	for _, stale := range []profile.Version{v1, profile.NoVersion, "", "nonsense"} {
		_, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("third")}, stale)
		if !errors.Is(err, profile.ErrConflict) {
			t.Errorf("version %q: got %v, want ErrConflict", stale, err)
		}
	}
	got, version, _ := store.Get(t.Context(), "ada")
	if got.Bio != "second" || version != v2 {
		t.Errorf("got bio %q at %q, want it unchanged at %q", got.Bio, version, v2)
	}
}

func TestR23ExactlyOneOfManyWritersWithTheSameVersionWins(t *testing.T) {
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
				mine := profile.Changes{Bio: ptr("mine")}
				switch _, _, err := store.Patch(t.Context(), "ada", mine, seen); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, profile.ErrConflict):
					conflicts.Add(1)
				}
			})
		}
		writers.Wait()
		if won.Load() != 1 || conflicts.Load() != 7 {
			t.Errorf("first save %v: got %d winners and %d conflicts, want 1 and 7",
				first, won.Load(), conflicts.Load())
		}
	}
}

func TestR24OtherFieldsAreKept(t *testing.T) {
	client := firestoretest.New(t)
	doc := client.Collection("profiles").Doc("ada")
	stored := map[string]any{"bio": "old", "company": "Engines", "ofAFork": "keep me"}
	if _, err := doc.Set(t.Context(), stored); err != nil {
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
		t.Errorf("got %v, want only the bio changed", got)
	}
	if _, written := got["website"]; written {
		t.Errorf("got %v, want no field that the changes don't name", got)
	}
}

var errLostResponse = status.Error(codes.Unavailable, "the connection broke")

func isCommit(info *grpc.UnaryServerInfo) bool {
	return strings.HasSuffix(info.FullMethod, "/Commit")
}

func TestR25WriteWhoseResponseIsLostIsAppliedOnceAndSucceeds(t *testing.T) {
	for _, first := range []bool{true, false} {
		var commits, lose atomic.Int32
		store := profile.NewStore(firestoretest.New(t, func(
			ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler,
		) (any, error) {
			response, err := next(ctx, req)
			if isCommit(info) && err == nil {
				commits.Add(1)
				if lose.Add(-1) >= 0 {
					return nil, errLostResponse
				}
			}
			return response, err
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
		_, _, err := store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("next")}, version)
		if err != nil {
			t.Errorf("first save %v: the returned version is not the stored one: %v", first, err)
		}
	}
}

func TestR18SilentFirestoreIsUnavailable(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t, func(
		ctx context.Context, _ any, _ *grpc.UnaryServerInfo, _ grpc.UnaryHandler,
	) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	start := time.Now()
	_, _, err := store.Get(t.Context(), "ada")
	if !errors.Is(err, profile.ErrUnavailable) {
		t.Errorf("Get: got %v, want ErrUnavailable", err)
	}
	_, _, err = store.Patch(t.Context(), "ada", profile.Changes{Bio: ptr("x")}, profile.NoVersion)
	if !errors.Is(err, profile.ErrUnavailable) {
		t.Errorf("Patch: got %v, want ErrUnavailable", err)
	}
	// Each call has 2.5 s. The client alone would retry for minutes.
	if waited := time.Since(start); waited > 30*time.Second {
		t.Errorf("waited %v", waited)
	}
}

func TestPatchWithoutChangesWritesNothing(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	_, version := patch(t, store, "ada", profile.Changes{}, profile.NoVersion)
	if version != profile.NoVersion {
		t.Errorf("got version %q, want %q", version, profile.NoVersion)
	}
}

func TestR33ErasedProfileCannotBeSavedAgain(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	_, version := patch(t, store, "ada", profile.Changes{Bio: ptr("x")}, profile.NoVersion)
	for range 2 { // an interrupted deletion is repeated
		if err := store.Erase(t.Context(), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	changes := profile.Changes{Bio: ptr("y")}
	_, _, err := store.Patch(t.Context(), "ada", changes, version)
	if !errors.Is(err, profile.ErrConflict) {
		t.Errorf("Patch of the version before: got %v, want ErrConflict", err)
	}
	_, _, err = store.Patch(t.Context(), "ada", changes, profile.NoVersion)
	if !errors.Is(err, profile.ErrErased) {
		t.Errorf("Patch of a first version: got %v, want ErrErased", err)
	}
	_, err = client.Collection("profiles").Doc("ada").Get(t.Context())
	if status.Code(err) != codes.NotFound {
		t.Errorf("got %v, want no document", err)
	}
}

// TestAnErasureOnlyRefusesUntilItExpires covers a uid that is in use again, for example after an
// import. Firestore deletes an expired record late, and the local Firestore never does.
func TestAnErasureOnlyRefusesUntilItExpires(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	now := time.Now()
	for name, c := range map[string]struct {
		record  map[string]any
		refuses bool
	}{
		"expired":      {map[string]any{"expireAt": now.Add(-time.Second)}, false},
		"not expired":  {map[string]any{"expireAt": now.Add(time.Minute)}, true},
		"without time": {map[string]any{}, true},
		"not a time":   {map[string]any{"expireAt": now.Add(-time.Hour).Unix()}, true},
	} {
		t.Run(name, func(t *testing.T) {
			erasure := client.Collection("erasures").Doc(name)
			if _, err := erasure.Set(t.Context(), c.record); err != nil {
				t.Fatal(err)
			}
			changes := profile.Changes{Bio: ptr("back")}
			_, version, err := store.Patch(t.Context(), name, changes, profile.NoVersion)
			snap, getErr := erasure.Get(t.Context())
			if c.refuses {
				if !errors.Is(err, profile.ErrErased) || !snap.Exists() {
					t.Errorf("got %v, want ErrErased and the record kept", err)
				}
				return
			}
			if err != nil || status.Code(getErr) != codes.NotFound {
				t.Fatalf("got %v and %v, want success and no record left", err, getErr)
			}
			patch(t, store, name, profile.Changes{Bio: ptr("again")}, version)
		})
	}
}

// TestR33FirstSaveDuringErasureLeavesNoDocument runs both at the same time, in whatever order.
// Every second user has an expired record of an earlier erasure.
func TestR33FirstSaveDuringErasureLeavesNoDocument(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	for i := range 40 {
		uid := fmt.Sprint("user", i)
		if i%2 == 1 {
			expired := map[string]any{"expireAt": time.Now().Add(-time.Hour)}
			_, err := client.Collection("erasures").Doc(uid).Set(t.Context(), expired)
			if err != nil {
				t.Fatal(err)
			}
		}
		var both sync.WaitGroup
		both.Go(func() {
			changes := profile.Changes{Bio: ptr("x")}
			_, _, _ = store.Patch(t.Context(), uid, changes, profile.NoVersion)
		})
		both.Go(func() {
			if err := store.Erase(t.Context(), uid); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		_, err := client.Collection("profiles").Doc(uid).Get(t.Context())
		if status.Code(err) != codes.NotFound {
			t.Fatalf("round %d: got %v, want no document", i, err)
		}
	}
}

func patch(
	t *testing.T, store *profile.Store, uid string, c profile.Changes, seen profile.Version,
) (profile.Profile, profile.Version) {
	t.Helper()
	saved, version, err := store.Patch(t.Context(), uid, c, seen)
	if err != nil {
		t.Fatal(err)
	}
	return saved, version
}

func ptr[T any](v T) *T { return &v }

// TestR25FirstSaveOvertakenAfterLostResponseIsAConflict covers a case in which the Firestore
// client reports an invalid transaction.
func TestR25FirstSaveOvertakenAfterLostResponseIsAConflict(t *testing.T) {
	var lose atomic.Bool
	lose.Store(true)
	var store *profile.Store
	store = profile.NewStore(firestoretest.New(t, func(
		ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler,
	) (any, error) {
		response, err := next(ctx, req)
		if !isCommit(info) || err != nil || !lose.CompareAndSwap(true, false) {
			return response, err
		}
		_, seen, err := store.Get(t.Context(), "ada")
		if err != nil {
			t.Error(err)
		}
		patch(t, store, "ada", profile.Changes{Company: ptr("another writer's")}, seen)
		return nil, errLostResponse
	}))
	first := profile.Changes{Bio: ptr("first")}
	_, _, err := store.Patch(t.Context(), "ada", first, profile.NoVersion)
	if !errors.Is(err, profile.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
	got, _, err := store.Get(t.Context(), "ada")
	if err != nil || got.Bio != "first" || got.Company != "another writer's" {
		t.Errorf("got %+v, %v, want both writes", got, err)
	}
}

// TestAnyUIDHasItsOwnProfile covers UIDs from imports and custom tokens. Not all of them are valid
// IDs of a Firestore document.
func TestAnyUIDHasItsOwnProfile(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	uids := []string{
		"ada", "https://idp.example/42", "ada/private/notes", "ada%2Fprivate%2Fnotes",
		".", "..", "__ada__", "100%",
	}
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
	documents, err = client.Collection("profiles").Documents(t.Context()).GetAll()
	if err != nil || len(documents) != 0 {
		t.Errorf("after erasing: got %d documents, %v", len(documents), err)
	}
}
