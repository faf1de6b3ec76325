package firestore_test

import (
	"context"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

var transactionScenarios = []scenario{
	{"transactions", func(w *world) {
		doc := w.c.Doc("p/one")
		w.do(doc.Set(w.t.Context(), map[string]any{"n": 1}))
		err := w.c.RunTransaction(w.t.Context(), func(_ context.Context, tx *client.Transaction) error {
			snapshot, err := tx.Get(doc)
			if err != nil {
				return err
			}
			n, _ := snapshot.Data()["n"].(int64)
			return tx.Set(doc, map[string]any{"n": n + 1})
		})
		w.note("read and write", nil, err)
		w.noteDoc("written", "p/one")
		err = w.c.RunTransaction(w.t.Context(), func(_ context.Context, tx *client.Transaction) error {
			docs, err := tx.Documents(w.c.Collection("p").Where("n", ">", 0)).GetAll()
			if err != nil {
				return err
			}
			return tx.Create(w.c.Doc("p/two"), map[string]any{"found": len(docs)})
		})
		w.note("query and create", nil, err)
		w.noteDoc("created", "p/two")
		err = w.c.RunTransaction(w.t.Context(), func(_ context.Context, tx *client.Transaction) error {
			if err := tx.Set(w.c.Doc("p/three"), map[string]any{"a": 1}); err != nil {
				return err
			}
			return tx.Create(doc, map[string]any{"a": 1})
		})
		w.note("create what exists", nil, err)
		w.noteDoc("nothing of it", "p/three")
		err = w.c.RunTransaction(w.t.Context(), func(_ context.Context, tx *client.Transaction) error {
			_, err := tx.GetAll([]*client.DocumentRef{doc, w.c.Doc("p/none")})
			return err
		}, client.ReadOnly)
		w.note("read only", nil, err)
	}},
	{"transactions on the wire", func(w *world) {
		begin := func(opts *pb.TransactionOptions) []byte {
			res, err := w.raw.BeginTransaction(w.t.Context(), &pb.BeginTransactionRequest{Database: w.database, Options: opts})
			w.do(nil, err)
			return res.GetTransaction()
		}
		commit := func(tx []byte) error {
			_, err := w.raw.Commit(w.t.Context(), &pb.CommitRequest{Database: w.database, Transaction: tx,
				Writes: []*pb.Write{w.update("p/one", map[string]*pb.Value{"a": integer(1)})}})
			return err
		}
		rollback := func(tx []byte) error {
			_, err := w.raw.Rollback(w.t.Context(), &pb.RollbackRequest{Database: w.database, Transaction: tx})
			return err
		}
		readOnly := &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadOnly_{
			ReadOnly: &pb.TransactionOptions_ReadOnly{}}}
		w.note("write in a read-only one", nil, commit(begin(readOnly)))
		w.note("an unknown one", nil, commit([]byte("unknown")))
		tx := begin(nil)
		w.note("commit", nil, commit(tx))
		w.note("commit again", nil, commit(tx))
		w.note("rollback after commit", nil, rollback(tx))
		tx = begin(nil)
		w.note("rollback", nil, rollback(tx))
		w.note("rollback again", nil, rollback(tx))
		w.note("commit after rollback", nil, commit(tx))
		w.note("rollback of nothing", nil, rollback(nil))
		_, err := w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{Name: w.name("p/one"),
			ConsistencySelector: &pb.GetDocumentRequest_Transaction{Transaction: tx}})
		w.note("read after rollback", nil, err)
		stream, err := w.raw.BatchGetDocuments(w.t.Context(), &pb.BatchGetDocumentsRequest{Database: w.database,
			Documents:           []string{w.name("p/one"), w.name("p/none")},
			ConsistencySelector: &pb.BatchGetDocumentsRequest_NewTransaction{NewTransaction: &pb.TransactionOptions{}}})
		w.do(nil, err)
		first, err := stream.Recv()
		w.note("a get that begins one says so first", len(first.GetTransaction()) > 0 && first.GetResult() == nil, err)
	}},
}
