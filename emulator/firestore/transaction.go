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

// maxTransactionAge is Firestore's limit for the duration of a transaction:
// https://cloud.google.com/firestore/quotas. Its limit of 60 seconds without activity isn't
// enforced.
const maxTransactionAge = 270 * time.Second

// transaction is optimistic and holds no locks. All its reads come from one snapshot. If a read
// would return something else by the time of the commit, the commit fails with ABORTED. A nil
// *transaction means that the request isn't part of one.
type transaction struct {
	database string
	readOnly bool
	started  time.Time

	mu     sync.Mutex
	view   *snapshot             // what all reads see; set by the first read
	checks []func(snapshot) bool // one for each read: reports whether its result is still the same
}

// transactions holds the open transactions by ID.
type transactions struct {
	docs *documents
	mu   sync.Mutex
	open map[string]*transaction
}

func newTransactions(docs *documents) *transactions {
	return &transactions{docs: docs, open: map[string]*transaction{}}
}

// BeginTransaction starts a transaction. It ignores retry_transaction, which tells a server
// with locks that this transaction is a retry.
func (s *Service) BeginTransaction(
	_ context.Context, req *pb.BeginTransactionRequest,
) (*pb.BeginTransactionResponse, error) {
	if err := checkDatabase(req.GetDatabase()); err != nil {
		return nil, err
	}
	id, _, err := s.transactions.begin(req.GetDatabase(), req.GetOptions())
	if err != nil {
		return nil, err
	}
	return &pb.BeginTransactionResponse{Transaction: id}, nil
}

// Rollback ends a transaction without writing. Rolling back a transaction that has already
// ended is not an error, because clients roll back after a failed commit.
func (s *Service) Rollback(_ context.Context, req *pb.RollbackRequest) (*emptypb.Empty, error) {
	if len(req.GetTransaction()) == 0 {
		return nil, invalid("Rollback requires a transaction.")
	}
	s.transactions.remove(req.GetTransaction())
	return &emptypb.Empty{}, nil
}

// begin starts a transaction, returns it with its ID, and removes expired transactions.
func (t *transactions) begin(
	database string, opts *pb.TransactionOptions,
) ([]byte, *transaction, error) {
	tx := &transaction{
		database: database,
		readOnly: opts.GetReadOnly() != nil,
		started:  t.docs.latest().at,
	}
	if at := opts.GetReadOnly().GetReadTime(); at != nil {
		view, err := t.docs.asOf(at)
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

// find returns the open transaction with the ID. If there is none, it returns InvalidArgument.
func (t *transactions) find(database string, id []byte) (*transaction, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx := t.open[string(id)]
	expired := tx != nil && t.docs.latest().at.Sub(tx.started) > maxTransactionAge
	if tx == nil || tx.database != database || expired {
		return nil, invalid("The referenced transaction has expired or is no longer valid.")
	}
	return tx, nil
}

// end removes and returns the transaction that a request commits. It returns nil if the ID is
// empty.
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

// snapshot returns the snapshot that all reads of the transaction see.
func (tx *transaction) snapshot(docs *documents) snapshot {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.view == nil {
		latest := docs.latest()
		tx.view = &latest
	}
	return *tx.view
}

// addCheck makes the commit fail if unchanged returns false for the state at that time.
func (tx *transaction) addCheck(unchanged func(snapshot) bool) {
	if tx == nil || tx.readOnly {
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.checks = append(tx.checks, unchanged)
}

// checkReads returns Aborted if a read of the transaction would now return something else.
func (tx *transaction) checkReads(now snapshot) error {
	if tx == nil {
		return nil
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	for _, unchanged := range tx.checks {
		if !unchanged(now) {
			return status.Error(codes.Aborted,
				"Data that this transaction read was changed before the commit.")
		}
	}
	return nil
}
