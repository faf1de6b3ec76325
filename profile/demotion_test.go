package profile_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/profile"
)

func TestOnlyOneOfTwoAdministratorsCanDemoteTheOther(t *testing.T) {
	store := profile.NewStore(firestoretest.New(t))
	for round := range 40 {
		ada, ben := fmt.Sprint("ada", round), fmt.Sprint("ben", round)
		var both sync.WaitGroup
		var adaErr, benErr error
		both.Go(func() { adaErr = store.BeginDemotion(t.Context(), ada, ben) })
		both.Go(func() { benErr = store.BeginDemotion(t.Context(), ben, ada) })
		both.Wait()
		refused := errors.Is(adaErr, profile.ErrDemoted) != errors.Is(benErr, profile.ErrDemoted)
		if !refused || adaErr != nil && benErr != nil {
			t.Fatalf("round %d: got %v and %v, want ErrDemoted once", round, adaErr, benErr)
		}
	}
}

// Firestore deletes expired records only after hours, and the local Firestore never does.
func TestAnExpiredDemotionRefusesNothing(t *testing.T) {
	client := firestoretest.New(t)
	store := profile.NewStore(client)
	if err := store.BeginDemotion(t.Context(), "", "ada"); err != nil {
		t.Fatal(err)
	}
	err := store.BeginDemotion(t.Context(), "ada", "ben")
	if !errors.Is(err, profile.ErrDemoted) {
		t.Errorf("right after the demotion: got %v, want ErrDemoted", err)
	}
	expired := map[string]any{"expireAt": time.Now().Add(-time.Second)}
	if _, err := client.Collection("demotions").Doc("ada").Set(t.Context(), expired); err != nil {
		t.Fatal(err)
	}
	if err := store.BeginDemotion(t.Context(), "ada", "ben"); err != nil {
		t.Errorf("after the record has expired: got %v", err)
	}
}
