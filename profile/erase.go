package profile

import (
	"context"
	"time"

	"cloud.google.com/go/firestore"
)

// erasureKept is how long an erasure stays recorded: far longer than any request takes. Then the
// record no longer counts, and Firestore deletes it (firestore.indexes.json sets a TTL policy on
// its field expireAt). It contains no personal data.
const erasureKept = 24 * time.Hour

const expireAtField = "expireAt"

// Erase deletes everything that this package stores about the user, except for the records of
// erasures and demotions, which expire. It first records this erasure, so that a request that is
// still running cannot save a new profile afterwards. It is safe to repeat.
func (s *Store) Erase(ctx context.Context, uid string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	record := map[string]any{expireAtField: time.Now().Add(erasureKept)}
	if _, err := s.erasure(uid).Set(ctx, record); err != nil {
		return translate("record the erasure", err)
	}
	if _, err := s.doc(uid).Delete(ctx); err != nil {
		return translate("delete the profile", err)
	}
	return nil
}

func (s *Store) erasure(uid string) *firestore.DocumentRef {
	return s.client.Collection(erasures).Doc(documentID(uid))
}

// hasExpired reports whether the record of an erasure or a demotion no longer counts. Firestore may
// take a day to delete an expired record, and the local Firestore never deletes one.
// https://firebase.google.com/docs/firestore/ttl
//
// A record without a time was not written by this package, and it never expires. Refusing a change
// can be undone by deleting the record. Data that comes back after its erasure is worse.
func hasExpired(record *firestore.DocumentSnapshot) bool {
	expireAt, ok := record.Data()[expireAtField].(time.Time)
	return ok && !time.Now().Before(expireAt)
}
