package profile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	collection = "profiles"

	// writeIDField holds a random id of the last write. It answers one question: "the commit failed or its answer was
	// lost; was it mine that is stored?"
	writeIDField = "writeId"

	// erasures holds, for each user whose erasure has begun, when; see Erase.
	erasures = "erasures"

	// callTimeout bounds each operation. Without a deadline the Firestore client retries a silent server for minutes.
	callTimeout = 2500 * time.Millisecond

	// writeTimeout bounds the commit within an operation, so that time is left to find out what became of it.
	writeTimeout = 1500 * time.Millisecond
)

var (
	// ErrConflict says that the stored profile is not the version that the caller has seen. Nothing was written.
	ErrConflict = errors.New("the profile was changed by somebody else")

	// ErrErased says that the user's erasure has begun, so nothing is saved for them any more.
	ErrErased = errors.New("the profile is being erased")

	// ErrUnavailable says that Firestore did not answer in time or not at all. A write may or may not have happened.
	ErrUnavailable = errors.New("firestore is not available")
)

// Version identifies what is stored: the document's update time, opaque to callers. NoVersion is the version of a
// profile that has never been saved.
type Version string

// NoVersion is the version of a profile that has never been saved.
const NoVersion Version = "none"

// Store keeps profiles in Firestore. Safe for concurrent use. Its errors are ErrConflict, ErrErased, ErrUnavailable, or
// something unforeseen.
type Store struct {
	client *firestore.Client
}

// NewStore returns a store on the client's database.
func NewStore(client *firestore.Client) *Store {
	return &Store{client: client}
}

// Get returns the profile of uid and its version. Somebody who never saved one has the empty profile.
func (s *Store) Get(ctx context.Context, uid string) (Profile, Version, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	doc, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	return doc.profile, doc.version, nil
}

// Patch saves the named fields, provided that the stored version is still seen, and returns the saved profile with its
// new version. Fields that changes does not name, and fields in the document that Profile does not know, stay as they
// are. With nothing to change it writes nothing.
func (s *Store) Patch(ctx context.Context, uid string, changes Changes, seen Version) (Profile, Version, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	before, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	if before.version != seen {
		return Profile{}, "", ErrConflict
	}
	updates := changes.updates()
	if len(updates) == 0 {
		return before.profile, before.version, nil
	}
	writeID := rand.Text()
	written, err := s.write(ctx, uid, before, append(updates, firestore.Update{Path: writeIDField, Value: writeID}))
	if err != nil {
		return s.settle(ctx, uid, writeID, err)
	}
	after := changes.apply(before.profile)
	after.UpdatedAt = &written
	return after, versionOf(written), nil
}

// Ping asks Firestore for a document that does not exist, to see whether it answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.Collection("health").Doc("ready").Get(ctx)
	if status.Code(err) == codes.NotFound {
		return nil
	}
	return translate("ping firestore", err)
}

// document is what is stored for a uid: the zero document, at NoVersion, when nothing is.
type document struct {
	profile Profile
	version Version
	updated time.Time
	writeID string
}

func (s *Store) doc(uid string) *firestore.DocumentRef {
	return s.client.Collection(collection).Doc(documentID(uid))
}

var escapeID = strings.NewReplacer("%", "%25", "/", "%2F")

// documentID is the uid, for every uid that the platform makes up. Those that somebody else chose, by importing users or
// minting tokens, may be no id of a document (https://firebase.google.com/docs/firestore/quotas#limits): with a slash in
// it, one would even name a document of another collection.
func documentID(uid string) string {
	id := escapeID.Replace(uid)
	switch {
	case id == "." || id == "..":
		return strings.ReplaceAll(id, ".", "%2E")
	case strings.HasPrefix(id, "__") && strings.HasSuffix(id, "__"):
		return "%5F" + id[1:]
	}
	return id
}

func (s *Store) read(ctx context.Context, uid string) (document, error) {
	snap, err := s.doc(uid).Get(ctx)
	if status.Code(err) == codes.NotFound {
		return document{version: NoVersion}, nil
	}
	if err != nil {
		return document{}, translate("read profile", err)
	}
	d := document{version: versionOf(snap.UpdateTime), updated: snap.UpdateTime}
	if err := snap.DataTo(&d.profile); err != nil {
		return document{}, fmt.Errorf("read profile: %w", err)
	}
	d.profile.UpdatedAt = &d.updated
	d.writeID, _ = snap.Data()[writeIDField].(string)
	return d, nil
}

// write saves the updates on top of the document that was read, or fails if that is no longer what is stored. Update
// with field paths, never Set: Set would wipe the fields it does not name.
func (s *Store) write(ctx context.Context, uid string, before document, updates []firestore.Update) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if before.version == NoVersion {
		return s.create(ctx, uid, updates)
	}
	result, err := s.doc(uid).Update(ctx, updates, firestore.LastUpdateTime(before.updated))
	if err != nil {
		return time.Time{}, err
	}
	return result.UpdateTime, nil
}

// create saves the first version, unless the user is being erased. The two are checked in one transaction: a request
// that was let in just before the erasure must not bring a document back after it. (Later versions need no such check:
// there, the document has to exist.)
func (s *Store) create(ctx context.Context, uid string, updates []firestore.Update) (time.Time, error) {
	fields := make(map[string]any, len(updates))
	for _, u := range updates {
		fields[u.Path] = u.Value
	}
	var committed firestore.CommitResponse
	err := s.client.RunTransaction(ctx, func(_ context.Context, tx *firestore.Transaction) error {
		_, err := tx.Get(s.erasure(uid))
		if err == nil {
			return ErrErased
		}
		if status.Code(err) != codes.NotFound {
			return err
		}
		return tx.Create(s.doc(uid), fields)
	}, firestore.WithCommitResponseTo(&committed))
	if err != nil {
		return time.Time{}, err
	}
	return committed.CommitTime(), nil // which is the update time of what it wrote
}

// settle finds out what became of a write that failed. The client repeats a commit whose answer was lost, and the
// repetition then fails against its own first success: FailedPrecondition for Update, AlreadyExists for Create. So the
// document itself has to tell whose write it holds.
func (s *Store) settle(ctx context.Context, uid, writeID string, cause error) (Profile, Version, error) {
	if errors.Is(cause, ErrErased) {
		return Profile{}, "", ErrErased
	}
	now, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	if now.writeID == writeID {
		return now.profile, now.version, nil
	}
	switch status.Code(cause) {
	case codes.FailedPrecondition, codes.AlreadyExists, codes.NotFound, codes.Aborted:
		return Profile{}, "", ErrConflict
	case codes.InvalidArgument:
		// The transaction of a first save was over when the client repeated its commit. If something is stored now,
		// somebody else has saved on top of it; if nothing is, the first commit was not applied either.
		if now.version != NoVersion {
			return Profile{}, "", ErrConflict
		}
		return Profile{}, "", fmt.Errorf("save profile: %w: %w", ErrUnavailable, cause)
	}
	return Profile{}, "", translate("save profile", cause)
}

func (c Changes) updates() []firestore.Update {
	var updates []firestore.Update
	if c.Bio != nil {
		updates = append(updates, firestore.Update{Path: "bio", Value: *c.Bio})
	}
	if c.Company != nil {
		updates = append(updates, firestore.Update{Path: "company", Value: *c.Company})
	}
	if c.Website != nil {
		updates = append(updates, firestore.Update{Path: "website", Value: *c.Website})
	}
	if c.Timezone != nil {
		updates = append(updates, firestore.Update{Path: "timezone", Value: *c.Timezone})
	}
	if c.Newsletter != nil {
		updates = append(updates, firestore.Update{Path: "newsletter", Value: *c.Newsletter})
	}
	return updates
}

func versionOf(updated time.Time) Version {
	return Version(strconv.FormatInt(updated.UnixNano(), 36))
}

// translate names what failed and turns the ways in which Firestore can be out of reach into ErrUnavailable.
func translate(action string, err error) error {
	if err == nil {
		return nil
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal, codes.Canceled, codes.Aborted:
		return fmt.Errorf("%s: %w: %w", action, ErrUnavailable, err)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w: %w", action, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", action, err)
}
