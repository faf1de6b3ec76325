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

// Commit makes all writes or none, and answers when they are on disk.
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
		return nil, invalid("Cannot modify entities in a read-only transaction.")
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

// batch is a commit in the making: the documents it changes, on top of what was there before it.
type batch struct {
	before  snapshot
	at      time.Time
	changed map[string]*pb.Document // nil for a deleted document
}

// commit runs fn on a new batch, writes what it changed to disk and makes it visible. When fn or the disk fails,
// nothing is changed.
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

// begin gives a commit its time: later than every commit and every read before it, by a microsecond at least.
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
		return status.Errorf(codes.Internal, "marshal the clock: %v", err)
	}
	changes := []state.Change{{Bucket: clockBucket, Key: "commit", Value: clock}}
	for name, doc := range b.changed {
		change := state.Change{Bucket: documentBucket, Key: name}
		if doc != nil {
			if change.Value, err = proto.Marshal(doc); err != nil {
				return status.Errorf(codes.Internal, "marshal %s: %v", name, err)
			}
		}
		changes = append(changes, change)
	}
	if err := d.state.Write(changes...); err != nil {
		return status.Errorf(codes.Internal, "keep the commit on disk: %v", err)
	}
	return nil
}

// publish ends a commit, and makes it visible when it succeeded.
func (d *documents) publish(b *batch, success bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = time.Time{}
	if !success {
		return
	}
	for name, doc := range b.changed {
		d.add(name, version{b.at, doc})
		d.superseded = append(d.superseded, replaced{name, b.at})
	}
	d.forget(b.at)
}
