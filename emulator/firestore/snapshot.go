package firestore

import (
	"strings"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// snapshot is the state of all documents at one time. Every read goes through one, so that a query or a transaction
// never sees half of a commit.
type snapshot struct {
	docs *documents
	at   time.Time
}

// latest returns a snapshot of everything that has been acknowledged.
func (d *documents) latest() snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.pending.IsZero() { // the pending commit becomes visible at its own time, which must stay in the future
		return snapshot{d, d.pending.Add(-time.Microsecond)}
	}
	if now := d.now().Truncate(time.Microsecond); now.After(d.last) {
		d.last = now
	}
	return snapshot{d, d.last}
}

// past returns a snapshot of an earlier time. The error is FailedPrecondition when the versions of that time are gone,
// InvalidArgument when the time has not come.
func (d *documents) past(at *timestamppb.Timestamp) (snapshot, error) {
	now := d.latest().at
	t := at.AsTime()
	switch {
	case at.CheckValid() != nil || t.After(now) || t.Nanosecond()%1000 != 0:
		return snapshot{}, invalid("read_time must be a time in the past with microsecond precision")
	case t.Before(now.Add(-retention)):
		return snapshot{}, status.Errorf(codes.FailedPrecondition,
			"read_time is too old: the local Firestore keeps %v of history, a real one an hour", retention)
	}
	return snapshot{d, t}, nil
}

// get returns the named document or nil.
func (s snapshot) get(name string) *pb.Document {
	parent, id := splitLast(name)
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	return s.docs.collections[parent][id].at(s.at)
}

// in returns the documents of one collection, in no order.
func (s snapshot) in(collection string) []*pb.Document {
	s.docs.mu.RLock()
	defer s.docs.mu.RUnlock()
	return s.collect(nil, collection)
}

// inGroup returns the documents of all collections with the id at any depth below parent, in no order.
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

// children returns the set of ids one level below the parent that lead to at least one document: collection ids when
// parent is a document or a database root, document ids (existing or not) when it is a collection.
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
