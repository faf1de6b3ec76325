package firestore

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// maxTransactionAge is how long a transaction may take: https://cloud.google.com/firestore/quotas
const maxTransactionAge = 270 * time.Second

// transaction is optimistic: all its reads come from one snapshot, and its commit is refused with ABORTED when a read
// would have another answer by then. Nobody ever waits for a lock. A nil transaction stands for none.
type transaction struct {
	database string
	readOnly bool
	started  time.Time

	mu     sync.Mutex
	view   *snapshot             // taken by the first read
	checks []func(snapshot) bool // each tells whether one read still has the same answer
}

// transactions holds the transactions that have begun and not ended.
type transactions struct {
	docs *documents
	mu   sync.Mutex
	open map[string]*transaction
}

func newTransactions(docs *documents) *transactions {
	return &transactions{docs: docs, open: map[string]*transaction{}}
}

// BeginTransaction starts a transaction. That it may retry another one makes no difference here.
func (s *Service) BeginTransaction(_ context.Context, req *pb.BeginTransactionRequest) (
	*pb.BeginTransactionResponse, error) {
	if err := checkDatabase(req.GetDatabase()); err != nil {
		return nil, err
	}
	id, _, err := s.transactions.begin(req.GetDatabase(), req.GetOptions())
	if err != nil {
		return nil, err
	}
	return &pb.BeginTransactionResponse{Transaction: id}, nil
}

// Rollback ends a transaction without writing. One that has ended already is no error, since clients roll back after
// a refused commit.
func (s *Service) Rollback(_ context.Context, req *pb.RollbackRequest) (*emptypb.Empty, error) {
	if len(req.GetTransaction()) == 0 {
		return nil, invalid("Rollback names no transaction.")
	}
	s.transactions.remove(req.GetTransaction())
	return &emptypb.Empty{}, nil
}

func (t *transactions) begin(database string, opts *pb.TransactionOptions) ([]byte, *transaction, error) {
	tx := &transaction{database: database, readOnly: opts.GetReadOnly() != nil, started: t.docs.latest().at}
	if at := opts.GetReadOnly().GetReadTime(); at != nil {
		view, err := t.docs.past(at)
		if err != nil {
			return nil, nil, err
		}
		tx.view = &view
	}
	id := rand.Text()
	t.mu.Lock()
	defer t.mu.Unlock()
	for other, o := range t.open {
		if tx.started.Sub(o.started) > maxTransactionAge {
			delete(t.open, other)
		}
	}
	t.open[id] = tx
	return []byte(id), tx, nil
}

// find returns an open transaction. The error is InvalidArgument when there is none with that id.
func (t *transactions) find(database string, id []byte) (*transaction, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx := t.open[string(id)]
	if tx == nil || tx.database != database || t.docs.latest().at.Sub(tx.started) > maxTransactionAge {
		return nil, invalid("The referenced transaction has expired or is no longer valid.")
	}
	return tx, nil
}

// end finds a transaction that is about to be committed and forgets it; an empty id stands for no transaction.
func (t *transactions) end(database string, id []byte) (*transaction, error) {
	if len(id) == 0 {
		return nil, nil
	}
	tx, err := t.find(database, id)
	t.remove(id)
	return tx, err
}

func (t *transactions) remove(id []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, string(id))
}

func (tx *transaction) isReadOnly() bool { return tx != nil && tx.readOnly }

// snapshot returns the one snapshot that the transaction reads.
func (tx *transaction) snapshot(docs *documents) snapshot {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.view == nil {
		latest := docs.latest()
		tx.view = &latest
	}
	return *tx.view
}

// watch has the commit of the transaction check that a read still has the same answer.
func (tx *transaction) watch(unchanged func(snapshot) bool) {
	if tx == nil || tx.readOnly {
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.checks = append(tx.checks, unchanged)
}

func (tx *transaction) checkReads(now snapshot) error {
	if tx == nil {
		return nil
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	for _, unchanged := range tx.checks {
		if !unchanged(now) {
			return status.Error(codes.Aborted, "The data that this transaction read was changed before it was committed.")
		}
	}
	return nil
}
