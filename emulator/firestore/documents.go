package firestore

import (
	"fmt"
	"strings"
	"sync"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"example.com/latchkey/emulator/state"
)

// Buckets of the state store.
const (
	documentBucket = "firestore.documents" // resource name → marshalled Document
	clockBucket    = "firestore.clock"     // "commit" → time of the newest commit
)

// retention is how long a version outlives the one that replaced it. A transaction lives shorter than that, so that
// its snapshot is complete as long as it may be read.
const retention = 5 * time.Minute

// documents holds every document of every database in memory, together with the versions of the last minutes. A stored
// *pb.Document is never changed again, so that readers may share it.
type documents struct {
	state *state.Store
	now   func() time.Time

	committing sync.Mutex // held for a whole commit: what it checked stays true until it is visible

	mu          sync.RWMutex // guards what follows; never held while the disk is waited for
	collections map[string]collection
	superseded  []replaced // in order of time
	last        time.Time  // the newest time given to a commit or a reader
	pending     time.Time  // the time of the commit that is being written to disk, if any
}

// collection maps a document id to its versions.
type collection map[string]history

// history lists the versions of one document, oldest first.
type history []version

type version struct {
	at  time.Time
	doc *pb.Document // nil when the document was deleted
}

// replaced notes that a version of the named document was replaced at a time, and can go once that is long enough ago.
type replaced struct {
	name string
	at   time.Time
}

func loadDocuments(store *state.Store, now func() time.Time) (*documents, error) {
	d := &documents{state: store, now: now, collections: map[string]collection{}}
	err := store.Load(documentBucket, func(name string, value []byte) error {
		doc := &pb.Document{}
		if err := proto.Unmarshal(value, doc); err != nil {
			return fmt.Errorf("document %s: %w", name, err)
		}
		d.add(name, version{doc.GetUpdateTime().AsTime(), doc})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load Firestore documents: %w", err)
	}
	err = store.Load(clockBucket, func(_ string, value []byte) error { return d.last.UnmarshalBinary(value) })
	if err != nil {
		return nil, fmt.Errorf("load Firestore clock: %w", err)
	}
	return d, nil
}

// add makes v the newest version of the named document.
func (d *documents) add(name string, v version) {
	parent, id := splitLast(name)
	if d.collections[parent] == nil {
		d.collections[parent] = collection{}
	}
	d.collections[parent][id] = append(d.collections[parent][id], v)
}

// forget drops the versions that were replaced longer than the retention ago.
func (d *documents) forget(now time.Time) {
	horizon := now.Add(-retention)
	for len(d.superseded) > 0 && d.superseded[0].at.Before(horizon) {
		parent, id := splitLast(d.superseded[0].name)
		d.superseded = d.superseded[1:]
		kept := d.collections[parent][id].since(horizon)
		if len(kept) > 0 {
			d.collections[parent][id] = kept
			continue
		}
		delete(d.collections[parent], id)
		if len(d.collections[parent]) == 0 {
			delete(d.collections, parent)
		}
	}
}

// since returns the versions that a reader at horizon or later can see.
func (h history) since(horizon time.Time) history {
	for len(h) > 1 && !h[1].at.After(horizon) {
		h = h[1:]
	}
	if len(h) == 1 && h[0].doc == nil && !h[0].at.After(horizon) {
		return nil
	}
	return h
}

// at returns the version that was current at the time, or nil when there was no document.
func (h history) at(t time.Time) *pb.Document {
	for i := len(h) - 1; i >= 0; i-- {
		if !h[i].at.After(t) {
			return h[i].doc
		}
	}
	return nil
}

// splitLast splits a resource name at its last slash: a document's into its collection and its id.
func splitLast(name string) (parent, id string) {
	i := strings.LastIndexByte(name, '/')
	return name[:i], name[i+1:]
}
