package firestore

import (
	"strings"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// snapshot is the state of all documents at one time. Every read goes through a snapshot, so a
// query or transaction never sees half of a commit.
type snapshot struct {
	docs *documents
	at   time.Time
}

// latest returns a snapshot of all acknowledged commits.
func (d *documents) latest() snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.pending.IsZero() { // stay before the commit in progress, which isn't visible yet
		return snapshot{d, d.pending.Add(-time.Microsecond)}
	}
	if now := d.now().Truncate(time.Microsecond); now.After(d.last) {
		d.last = now
	}
	return snapshot{d, d.last}
}

// asOf returns a snapshot of an earlier time. It returns FailedPrecondition if the versions of
// that time may be gone, and InvalidArgument if the time is in the future or not in whole
// microseconds.
func (d *documents) asOf(at *timestamppb.Timestamp) (snapshot, error) {
	now := d.latest().at
	t := at.AsTime()
	switch {
	case at.CheckValid() != nil || t.After(now) || t.Nanosecond()%1000 != 0:
		return snapshot{}, invalid("read_time must be a past time in whole microseconds")
	case t.Before(now.Add(-retention)):
		return snapshot{}, status.Errorf(codes.FailedPrecondition,
			"read_time is too old: the local Firestore keeps earlier versions for %v", retention)
	}
	return snapshot{d, t}, nil
}

// get returns the named document, or nil if it doesn't exist.
func (s snapshot) get(name string) *pb.Document {
	parent, id := splitLast(name)
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	return s.docs.collections[parent][id].at(s.at)
}

// in returns the documents in one collection, in no particular order.
func (s snapshot) in(collection string) []*pb.Document {
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	return s.collect(nil, collection)
}

// inGroup returns the documents in all collections with the ID, at any depth below parent, in no
// particular order.
func (s snapshot) inGroup(parent, id string) []*pb.Document {
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	var found []*pb.Document
	for name := range s.docs.collections {
		if strings.HasPrefix(name, parent+"/") && strings.HasSuffix(name, "/"+id) {
			found = s.collect(found, name)
		}
	}
	return found
}

func (s snapshot) collect(found []*pb.Document, collection string) []*pb.Document {
	for _, versions := range s.docs.collections[collection] {
		if doc := versions.at(s.at); doc != nil {
			found = append(found, doc)
		}
	}
	return found
}

// children returns the set of IDs directly below parent that have at least one document below
// them. If parent is a document or a database's documents root, they are collection IDs. If it
// is a collection, they are document IDs, including those of documents that don't exist.
func (s snapshot) children(parent string) map[string]bool {
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	ids := map[string]bool{}
	for name := range s.docs.collections {
		below, ok := strings.CutPrefix(name, parent+"/")
		if !ok {
			continue
		}
		id, _, _ := strings.Cut(below, "/")
		if !ids[id] && len(s.collect(nil, name)) > 0 {
			ids[id] = true
		}
	}
	return ids
}

func (s snapshot) timestamp() *timestamppb.Timestamp { return timestamppb.New(s.at) }
