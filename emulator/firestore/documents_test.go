package firestore

import (
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"example.com/latchkey/emulator/state"
)

func TestOldVersionsArePruned(t *testing.T) {
	const name = "projects/p/databases/d/documents/c/one"
	now := time.Now()
	docs, err := loadDocuments(&state.Store{}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	put := func(b *batch) error {
		_, err := b.put(name, b.get(name), map[string]*pb.Value{"at": timestampValue(b.at)})
		return err
	}
	remove := func(b *batch) error {
		b.changed[name] = nil
		return nil
	}
	for _, change := range []func(*batch) error{put, put, put, remove} {
		if _, err := docs.commit(change); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(docs.collections["projects/p/databases/d/documents/c"]["one"]); got != 4 {
		t.Errorf("got %d versions right after the commits, want 4", got)
	}
	now = now.Add(retention + time.Second)
	if _, err := docs.commit(func(*batch) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if len(docs.collections) != 0 || len(docs.replaced) != 0 {
		t.Errorf("got %d collections and %d replacements after the retention time, want none",
			len(docs.collections), len(docs.replaced))
	}
}
