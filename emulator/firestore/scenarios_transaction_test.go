package firestore_test

import (
	"context"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

var transactionScenarios = []scenario{
	{"transactions", transactionScenario},
	{"transaction RPCs", transactionRPCScenario},
}

func transactionScenario(r *recorder) {
	doc := r.c.Doc("p/one")
	r.set("p/one", map[string]any{"n": 1})
	err := r.c.RunTransaction(r.ctx, func(_ context.Context, tx *client.Transaction) error {
		snapshot, err := tx.Get(doc)
		if err != nil {
			return err
		}
		n, _ := snapshot.Data()["n"].(int64)
		return tx.Set(doc, map[string]any{"n": n + 1})
	})
	r.record("read and write", nil, err)
	r.recordDocument("written", "p/one")
	err = r.c.RunTransaction(r.ctx, func(_ context.Context, tx *client.Transaction) error {
		docs, err := tx.Documents(r.c.Collection("p").Where("n", ">", 0)).GetAll()
		if err != nil {
			return err
		}
		return tx.Create(r.c.Doc("p/two"), map[string]any{"found": len(docs)})
	})
	r.record("query and create", nil, err)
	r.recordDocument("created", "p/two")
	err = r.c.RunTransaction(r.ctx, func(_ context.Context, tx *client.Transaction) error {
		if err := tx.Set(r.c.Doc("p/three"), map[string]any{"a": 1}); err != nil {
			return err
		}
		return tx.Create(doc, map[string]any{"a": 1})
	})
	r.record("create existing document", nil, err)
	r.recordDocument("failed transaction writes nothing", "p/three")
	err = r.c.RunTransaction(r.ctx, func(_ context.Context, tx *client.Transaction) error {
		_, err := tx.GetAll([]*client.DocumentRef{doc, r.c.Doc("p/none")})
		return err
	}, client.ReadOnly)
	r.record("read only", nil, err)
}

func transactionRPCScenario(r *recorder) {
	begin := func(opts *pb.TransactionOptions) []byte {
		req := &pb.BeginTransactionRequest{Database: r.database, Options: opts}
		res, err := r.rpc.BeginTransaction(r.ctx, req)
		r.must(nil, err)
		return res.GetTransaction()
	}
	commit := func(tx []byte) error {
		write := r.update("p/one", map[string]*pb.Value{"a": integer(1)})
		_, err := r.rpc.Commit(r.ctx, &pb.CommitRequest{
			Database:    r.database,
			Transaction: tx,
			Writes:      []*pb.Write{write},
		})
		return err
	}
	rollback := func(tx []byte) error {
		req := &pb.RollbackRequest{Database: r.database, Transaction: tx}
		_, err := r.rpc.Rollback(r.ctx, req)
		return err
	}
	readOnly := &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadOnly_{
		ReadOnly: &pb.TransactionOptions_ReadOnly{},
	}}
	r.record("write in a read-only transaction", nil, commit(begin(readOnly)))
	r.record("commit unknown transaction", nil, commit([]byte("unknown")))
	tx := begin(nil)
	r.record("commit", nil, commit(tx))
	r.record("commit again", nil, commit(tx))
	r.record("rollback after commit", nil, rollback(tx))
	tx = begin(nil)
	r.record("rollback", nil, rollback(tx))
	r.record("rollback again", nil, rollback(tx))
	r.record("commit after rollback", nil, commit(tx))
	r.record("rollback without a transaction", nil, rollback(nil))
	_, err := r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{
		Name:                r.name("p/one"),
		ConsistencySelector: &pb.GetDocumentRequest_Transaction{Transaction: tx},
	})
	r.record("read after rollback", nil, err)
	stream, err := r.rpc.BatchGetDocuments(r.ctx, &pb.BatchGetDocumentsRequest{
		Database:  r.database,
		Documents: []string{r.name("p/one"), r.name("p/none")},
		ConsistencySelector: &pb.BatchGetDocumentsRequest_NewTransaction{
			NewTransaction: &pb.TransactionOptions{},
		},
	})
	r.must(nil, err)
	first, err := stream.Recv()
	idAlone := len(first.GetTransaction()) > 0 && first.GetResult() == nil
	r.record("first response has only the new transaction's ID", idAlone, err)
}
