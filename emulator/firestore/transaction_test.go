package firestore_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	client "cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestClientRetriesConflictingTransaction(t *testing.T) {
	c := newClient(t)
	doc := c.Doc("p/one")
	must(doc.Set(t.Context(), map[string]any{"n": 1}))(t)
	attempts := 0
	err := c.RunTransaction(t.Context(), func(ctx context.Context, tx *client.Transaction) error {
		attempts++
		snapshot, err := tx.Get(doc)
		if err != nil {
			return err
		}
		if attempts == 1 { // another client writes between the read and the commit
			must(doc.Set(t.Context(), map[string]any{"n": 10}))(t)
		}
		return tx.Set(doc, map[string]any{"n": snapshot.Data()["n"].(int64) + 1})
	})
	if err != nil || attempts != 2 {
		t.Errorf("got %v after %d attempts, want success after 2", err, attempts)
	}
	if got := must(doc.Get(t.Context()))(t).Data()["n"]; got != int64(11) {
		t.Errorf("got n = %v, want 11", got)
	}
}

func TestConflictingTransactionIsAborted(t *testing.T) {
	c := newClient(t)
	col := c.Collection("p")
	must(col.Doc("one").Set(t.Context(), map[string]any{"n": 1}))(t)
	reads := map[string]func(*client.Transaction) error{
		"document": func(tx *client.Transaction) error {
			_, err := tx.Get(col.Doc("one"))
			return err
		},
		"missing document": func(tx *client.Transaction) error {
			_, err := tx.GetAll([]*client.DocumentRef{col.Doc("new")})
			return err
		},
		"query": func(tx *client.Transaction) error {
			_, err := tx.Documents(col.Where("n", ">", 0)).GetAll()
			return err
		},
		"list": func(tx *client.Transaction) error {
			_, err := tx.DocumentRefs(col).GetAll()
			return err
		},
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			conflict := func(_ context.Context, tx *client.Transaction) error {
				if err := read(tx); err != nil {
					return err
				}
				must(col.Doc("one").Set(t.Context(), map[string]any{"n": name}))(t)
				must(col.Doc("one").Set(t.Context(), map[string]any{"n": 1}))(t)
				must(col.Doc("new").Set(t.Context(), map[string]any{"n": 1}))(t)
				return tx.Set(c.Doc("result/"+name), map[string]any{})
			}
			err := c.RunTransaction(t.Context(), conflict, client.MaxAttempts(1))
			if status.Code(err) != codes.Aborted {
				t.Errorf("got %v, want Aborted", err)
			}
			must(col.Doc("new").Delete(t.Context()))(t)
		})
	}
	docs := must(c.Collection("result").Documents(t.Context()).GetAll())(t)
	if len(docs) != 0 {
		t.Errorf("aborted transactions wrote %d documents, want none", len(docs))
	}
}

func TestUnrelatedWriteDoesNotAbortTransaction(t *testing.T) {
	c := newClient(t)
	err := c.RunTransaction(t.Context(), func(_ context.Context, tx *client.Transaction) error {
		if _, err := tx.Documents(c.Collection("p").Where("n", ">", 0)).GetAll(); err != nil {
			return err
		}
		must(c.Doc("p/unrelated").Set(t.Context(), map[string]any{"n": -1}))(t)
		return tx.Set(c.Doc("p/two"), map[string]any{})
	}, client.MaxAttempts(1))
	if err != nil {
		t.Errorf("got %v, want success", err)
	}
}

func TestReadOnlyTransactionReadsOneSnapshot(t *testing.T) {
	c := newClient(t)
	one, two := c.Doc("p/one"), c.Doc("p/two")
	must(one.Set(t.Context(), map[string]any{"n": 1}))(t)
	must(two.Set(t.Context(), map[string]any{"n": 1}))(t)
	err := c.RunTransaction(t.Context(), func(_ context.Context, tx *client.Transaction) error {
		must(tx.Get(one))(t)
		must(one.Set(t.Context(), map[string]any{"n": 2}))(t)
		must(two.Delete(t.Context()))(t)
		must(c.Doc("p/three").Set(t.Context(), map[string]any{"n": 2}))(t)
		docs := must(tx.Documents(c.Collection("p").OrderBy("n", client.Asc)).GetAll())(t)
		if len(docs) != 2 || docs[0].Data()["n"] != int64(1) || docs[1].Ref.ID != "two" {
			t.Errorf("second read: got %d documents, want the two of the snapshot, unchanged",
				len(docs))
		}
		return nil
	}, client.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadTimeReturnsEarlierVersion(t *testing.T) {
	c := newClient(t)
	doc := c.Doc("p/one")
	first := must(doc.Set(t.Context(), map[string]any{"n": 1}))(t)
	must(doc.Set(t.Context(), map[string]any{"n": 2}))(t)
	past := c.WithReadOptions(client.ReadTime(first.UpdateTime))
	got := must(past.Doc("p/one").Get(t.Context()))(t).Data()["n"]
	if got != int64(1) {
		t.Errorf("got n = %v, want 1", got)
	}
}

func TestConcurrentTransactionsLoseNoIncrement(t *testing.T) {
	c := newClient(t)
	doc := c.Doc("p/counter")
	must(doc.Set(t.Context(), map[string]any{"n": 0}))(t)
	increment := func(_ context.Context, tx *client.Transaction) error {
		snapshot, err := tx.Get(doc)
		if err != nil {
			return err
		}
		return tx.Set(doc, map[string]any{"n": snapshot.Data()["n"].(int64) + 1})
	}
	var acknowledged atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				err := c.RunTransaction(t.Context(), increment, client.MaxAttempts(3))
				switch status.Code(err) {
				case codes.OK:
					acknowledged.Add(1)
				case codes.Aborted:
				default:
					t.Errorf("got %v, want success or Aborted", err)
				}
			}
		})
	}
	group.Wait()
	got, want := must(doc.Get(t.Context()))(t).Data()["n"], acknowledged.Load()
	if got != want || got == int64(0) {
		t.Errorf("got n = %v, want %d, the number of acknowledged increments, and not 0", got, want)
	}
}
