package firestore_test

import (
	"fmt"
	"testing"

	client "cloud.google.com/go/firestore"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

// BenchmarkUpdate measures one document write to disk, as when a user saves their profile.
func BenchmarkUpdate(b *testing.B) {
	store, err := state.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	c := connect(b, startService(b, store, firestore.Options{}))
	doc := c.Doc("profiles/ada")
	for n := 0; b.Loop(); n++ { // change n, because a write without a change doesn't touch the disk
		if _, err := doc.Set(b.Context(), map[string]any{"bio": "counts", "n": n}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGet measures one document read.
func BenchmarkGet(b *testing.B) {
	c := connect(b, startService(b, &state.Store{}, firestore.Options{}))
	doc := c.Doc("profiles/ada")
	if _, err := doc.Set(b.Context(), map[string]any{"bio": "counts"}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := doc.Get(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQuery measures a query that returns 20 of 10,000 documents. Every query scans the
// whole collection.
func BenchmarkQuery(b *testing.B) {
	c := connect(b, startService(b, &state.Store{}, firestore.Options{}))
	bulk := c.BulkWriter(b.Context())
	for i := range 10_000 {
		doc := c.Doc(fmt.Sprintf("profiles/%05d", i))
		if _, err := bulk.Set(doc, map[string]any{"n": i}); err != nil {
			b.Fatal(err)
		}
	}
	bulk.End()
	q := c.Collection("profiles").Where("n", ">", 5000).OrderBy("n", client.Asc).Limit(20)
	for b.Loop() {
		if docs, err := q.Documents(b.Context()).GetAll(); err != nil || len(docs) != 20 {
			b.Fatalf("got %d documents, %v, want 20", len(docs), err)
		}
	}
}
