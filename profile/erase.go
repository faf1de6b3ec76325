package profile

import (
	"context"
	"time"

	"cloud.google.com/go/firestore"
)

// erasureKept is how long an erasure stays recorded: far longer than any request takes. Then
// Firestore deletes the record (firestore.indexes.json sets a TTL policy on its field
// expireAt). It contains no personal data.
const erasureKept = 24 * time.Hour

// Erase deletes everything that this package stores about the user. It first records the
// erasure, so that a request that is still running cannot save a new profile afterwards. It is
// safe to repeat.
func (s *Store) Erase(ctx context.Context, uid string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	record := map[string]any{"expireAt": time.Now().Add(erasureKept)}
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
