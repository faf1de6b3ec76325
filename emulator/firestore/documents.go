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
	documentBucket = "firestore.documents" // resource name → encoded Document
	clockBucket    = "firestore.clock"     // "commit" → time of the newest commit
)

// retention is how long a version is kept after a newer one replaces it. It must be longer than
// maxTransactionAge, so that the snapshot of a transaction stays complete while it can be read.
const retention = 5 * time.Minute

// documents holds all documents of all databases in memory, together with the versions that
// were replaced within the retention time. A stored *pb.Document is never modified, so readers
// can share it.
type documents struct {
	state *state.Store
	now   func() time.Time

	// committing is held during a whole commit, so that the conditions it checked still hold
	// when its changes become visible.
	committing sync.Mutex

	mu          sync.RWMutex          // guards the fields below; never held during a write to disk
	collections map[string]collection // by resource name
	replaced    []replacement         // oldest first
	last        time.Time             // newest time assigned to a commit or a reader
	pending     time.Time             // time of the commit in progress; zero if there is none
}

// collection maps document IDs to their versions.
type collection map[string]history

// history is the versions of one document, oldest first.
type history []version

type version struct {
	at  time.Time
	doc *pb.Document // nil if the document was deleted
}

// replacement records when a version of the named document was replaced. After the retention
// time, prune deletes the old version.
type replacement struct {
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
	err = store.Load(clockBucket, func(_ string, value []byte) error {
		return d.last.UnmarshalBinary(value)
	})
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

// prune drops every version that was replaced more than the retention time ago.
func (d *documents) prune(now time.Time) {
	horizon := now.Add(-retention)
	for len(d.replaced) > 0 && d.replaced[0].at.Before(horizon) {
		parent, id := splitLast(d.replaced[0].name)
		d.replaced = d.replaced[1:]
		kept := d.collections[parent][id].visibleSince(horizon)
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

// visibleSince returns the versions that a reader at the horizon or later can see.
func (h history) visibleSince(horizon time.Time) history {
	for len(h) > 1 && !h[1].at.After(horizon) {
		h = h[1:]
	}
	if len(h) == 1 && h[0].doc == nil && !h[0].at.After(horizon) {
		return nil
	}
	return h
}

// at returns the document as of time t, or nil if it didn't exist.
func (h history) at(t time.Time) *pb.Document {
	for i := len(h) - 1; i >= 0; i-- {
		if !h[i].at.After(t) {
			return h[i].doc
		}
	}
	return nil
}

// splitLast splits a document's resource name into the name of its collection and its ID.
func splitLast(name string) (parent, id string) {
	i := strings.LastIndexByte(name, '/')
	return name[:i], name[i+1:]
}
