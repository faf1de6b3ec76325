package profile

import (
	"context"
	"time"

	"cloud.google.com/go/firestore"
)

// erasureKept is how long it stays known that a user was erased: far longer than any request takes. Firestore removes
// the note then by itself (a TTL policy on the field expireAt; firestore.indexes.json). It holds no personal data.
const erasureKept = 24 * time.Hour

// Erase deletes everything that this package keeps of uid, and notes first that it did, so that no request that was let
// in before can save a new profile afterwards. It may be repeated until it succeeds, and repeating it changes nothing.
func (s *Store) Erase(ctx context.Context, uid string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	note := map[string]any{"expireAt": time.Now().Add(erasureKept)}
	if _, err := s.erasure(uid).Set(ctx, note); err != nil {
		return translate("note the erasure", err)
	}
	if _, err := s.doc(uid).Delete(ctx); err != nil {
		return translate("delete profile", err)
	}
	return nil
}

func (s *Store) erasure(uid string) *firestore.DocumentRef {
	return s.client.Collection(erasures).Doc(documentID(uid))
}
