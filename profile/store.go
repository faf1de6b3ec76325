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

	// erasures contains a document for each user whose erasure has started; see Erase.
	erasures = "erasures"

	// demotions contains a document for each administrator who has just been demoted; see
	// BeginDemotion.
	demotions = "demotions"

	// writeIDField is the field with the random ID of the last write. It shows whether a write
	// whose response was lost has been applied.
	writeIDField = "writeId"

	// callTimeout bounds each operation. Without a deadline the Firestore client retries for
	// minutes.
	callTimeout = 2500 * time.Millisecond

	// writeTimeout bounds the commit within an operation. It leaves time to read the document
	// again.
	writeTimeout = 1500 * time.Millisecond
)

var (
	// ErrConflict means that the stored profile isn't the version that the caller has read.
	// Nothing was written.
	ErrConflict = errors.New("the profile has changed since it was read")

	// ErrErased means that the user's erasure has started, so nothing can be saved.
	ErrErased = errors.New("the profile is being erased")

	// ErrDemoted means that another administrator is demoting the one who made the request.
	ErrDemoted = errors.New("another administrator is demoting this one")

	// ErrUnavailable means that Firestore didn't respond in time or failed. A write may have
	// been applied.
	ErrUnavailable = errors.New("firestore is not available")
)

// Version identifies a stored profile. It is opaque to callers.
type Version string

// NoVersion is the version of a profile that has never been saved.
const NoVersion Version = "none"

// Store keeps profiles in Firestore. It is safe for concurrent use. Its errors match
// [ErrConflict], [ErrErased], [ErrDemoted] or [ErrUnavailable] if they are expected.
type Store struct {
	client *firestore.Client
}

// NewStore returns a store in the client's database.
func NewStore(client *firestore.Client) *Store {
	return &Store{client: client}
}

// Get returns the user's profile and its version. The profile is empty if the user has never
// saved one.
func (s *Store) Get(ctx context.Context, uid string) (Profile, Version, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	doc, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	return doc.profile, doc.version, nil
}

// Patch saves the changes if the stored profile is still the version that the caller has seen.
// It returns the saved profile and its new version. All other fields of the document stay as
// they are, including those that Profile doesn't have. Without changes it writes nothing.
func (s *Store) Patch(
	ctx context.Context, uid string, changes Changes, seen Version,
) (Profile, Version, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	before, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	if before.version != seen {
		return Profile{}, "", ErrConflict
	}
	after := before.profile
	updates := changes.apply(&after)
	if len(updates) == 0 {
		return before.profile, before.version, nil
	}
	writeID := rand.Text()
	updates = append(updates, firestore.Update{Path: writeIDField, Value: writeID})
	written, err := s.write(ctx, uid, before, updates)
	if err != nil {
		return s.resolve(ctx, uid, writeID, err)
	}
	after.UpdatedAt = &written
	return after, versionOf(written), nil
}

// Ping checks that Firestore responds, by reading a document that doesn't exist.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.Collection("health").Doc("ready").Get(ctx)
	if status.Code(err) == codes.NotFound {
		return nil
	}
	return translate("ping firestore", err)
}

// document is a stored profile. If none is stored, it is the zero document at NoVersion.
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

// documentID returns the ID of the user's documents. It is the UID itself if the platform chose
// it. A UID from an import or a custom token may not be a valid ID, or contain a slash and so
// name a document in another collection.
// https://firebase.google.com/docs/firestore/quotas#limits
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
		return document{}, translate("read the profile", err)
	}
	d := document{version: versionOf(snap.UpdateTime), updated: snap.UpdateTime}
	if err := snap.DataTo(&d.profile); err != nil {
		return document{}, fmt.Errorf("read the profile: %w", err)
	}
	d.profile.UpdatedAt = &d.updated
	d.writeID, _ = snap.Data()[writeIDField].(string)
	return d, nil
}

// write applies the updates, or fails if the stored document is no longer the one that was
// read. It never uses Set, which would delete the fields that it doesn't name.
func (s *Store) write(
	ctx context.Context, uid string, before document, updates []firestore.Update,
) (time.Time, error) {
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

// create saves the first version, unless the user is being erased. It checks that in the same
// transaction, so that a request that started before an erasure doesn't recreate the document.
// Later versions need no such check, because an update requires that the document exists.
//
// It deletes the record of an erasure that has expired.
func (s *Store) create(
	ctx context.Context, uid string, updates []firestore.Update,
) (time.Time, error) {
	fields := make(map[string]any, len(updates))
	for _, u := range updates {
		fields[u.Path] = u.Value
	}
	var committed firestore.CommitResponse
	err := s.client.RunTransaction(ctx, func(_ context.Context, tx *firestore.Transaction) error {
		record, err := tx.Get(s.erasure(uid))
		switch {
		case status.Code(err) == codes.NotFound: // the user isn't being erased
		case err != nil:
			return err
		case !hasExpired(record):
			return ErrErased
		default:
			if err := tx.Delete(s.erasure(uid)); err != nil {
				return err
			}
		}
		return tx.Create(s.doc(uid), fields)
	}, firestore.WithCommitResponseTo(&committed))
	if err != nil {
		return time.Time{}, err
	}
	return committed.CommitTime(), nil // the update time of the new document
}

// resolve finds out whether a write that failed was applied. If the response to a commit is
// lost, the client commits again and fails because of its own success: with FailedPrecondition
// for an update, with AlreadyExists for a create. Only the write ID in the document tells whose
// write it is.
func (s *Store) resolve(
	ctx context.Context, uid, writeID string, cause error,
) (Profile, Version, error) {
	if errors.Is(cause, ErrErased) {
		return Profile{}, "", ErrErased
	}
	stored, err := s.read(ctx, uid)
	if err != nil {
		return Profile{}, "", err
	}
	if stored.writeID == writeID {
		return stored.profile, stored.version, nil
	}
	switch status.Code(cause) {
	case codes.FailedPrecondition, codes.AlreadyExists, codes.NotFound, codes.Aborted:
		return Profile{}, "", ErrConflict
	case codes.InvalidArgument:
		// The client repeated the commit of a create, but its transaction had ended. If there
		// is a document now, it was saved again after our commit. If not, our commit wasn't
		// applied.
		if stored.version != NoVersion {
			return Profile{}, "", ErrConflict
		}
		return Profile{}, "", fmt.Errorf("save the profile: %w: %w", ErrUnavailable, cause)
	}
	return Profile{}, "", translate("save the profile", cause)
}

func versionOf(updated time.Time) Version {
	return Version(strconv.FormatInt(updated.UnixNano(), 36))
}

// translate adds the action to an error of Firestore. It marks errors that mean that Firestore
// cannot be reached as ErrUnavailable.
func translate(action string, err error) error {
	if err == nil {
		return nil
	}
	unavailable := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal,
		codes.Canceled, codes.Aborted:
		unavailable = true
	}
	if unavailable {
		return fmt.Errorf("%s: %w: %w", action, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", action, err)
}
