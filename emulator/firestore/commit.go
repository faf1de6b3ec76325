package firestore

import (
	"context"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/latchkey/emulator/state"
)

// Commit applies all writes or, if it returns an error, none. It responds once they are on disk.
func (s *Service) Commit(_ context.Context, req *pb.CommitRequest) (*pb.CommitResponse, error) {
	if err := checkDatabase(req.GetDatabase()); err != nil {
		return nil, err
	}
	for _, w := range req.GetWrites() {
		if err := checkWrite(req.GetDatabase(), w); err != nil {
			return nil, err
		}
	}
	tx, err := s.transactions.end(req.GetDatabase(), req.GetTransaction())
	if err != nil {
		return nil, err
	}
	if tx.isReadOnly() && len(req.GetWrites()) > 0 {
		return nil, invalid("A read-only transaction can't write.")
	}
	res := &pb.CommitResponse{}
	at, err := s.docs.commit(func(b *batch) error {
		if err := tx.checkReads(b.before); err != nil {
			return err
		}
		res.WriteResults, err = b.applyAll(req.GetWrites())
		return err
	})
	if err != nil {
		return nil, err
	}
	res.CommitTime = timestamppb.New(at)
	return res, nil
}

// batch is a commit in progress: the state before it and the documents it changes.
type batch struct {
	before  snapshot
	at      time.Time
	changed map[string]*pb.Document // by resource name; nil for a deleted document
}

// commit runs fn on a new batch, writes the changes to disk and then makes them visible. It
// returns the commit time. If fn or the write to disk fails, nothing changes.
func (d *documents) commit(fn func(*batch) error) (time.Time, error) {
	d.committing.Lock()
	defer d.committing.Unlock()
	b := d.begin()
	err := fn(b)
	if err == nil {
		err = d.persist(b)
	}
	d.publish(b, err == nil)
	return b.at, err
}

// begin starts a batch. Its commit time is at least a microsecond later than the time of every
// earlier commit and read.
func (d *documents) begin() *batch {
	before := d.latest()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = d.last.Add(time.Microsecond)
	d.pending = d.last
	return &batch{before: snapshot{d, before.at}, at: d.pending, changed: map[string]*pb.Document{}}
}

func (d *documents) persist(b *batch) error {
	if len(b.changed) == 0 {
		return nil
	}
	clock, err := b.at.MarshalBinary()
	if err != nil {
		return status.Errorf(codes.Internal, "encode the commit time: %v", err)
	}
	changes := []state.Change{{Bucket: clockBucket, Key: "commit", Value: clock}}
	for name, doc := range b.changed {
		change := state.Change{Bucket: documentBucket, Key: name}
		if doc != nil {
			if change.Value, err = proto.Marshal(doc); err != nil {
				return status.Errorf(codes.Internal, "encode %s: %v", name, err)
			}
		}
		changes = append(changes, change)
	}
	if err := d.state.Write(changes...); err != nil {
		return status.Errorf(codes.Internal, "write the commit to disk: %v", err)
	}
	return nil
}

// publish ends a commit and, if it succeeded, makes its changes visible.
func (d *documents) publish(b *batch, success bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = time.Time{}
	if !success {
		return
	}
	for name, doc := range b.changed {
		d.add(name, version{b.at, doc})
		d.replaced = append(d.replaced, replacement{name, b.at})
	}
	d.prune(b.at)
}
