package profile

import (
	"context"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// demotionKept is how long a demotion stays recorded: longer than any request takes that has
// checked the role of its caller before.
const demotionKept = time.Minute

// BeginDemotion records that the administrator actor is about to demote the administrator target:
// to remove the role, or to disable or delete the account. It returns [ErrDemoted] if the actor
// was the target of another demotion in the last minute. An empty actor can't be demoted.
//
// Identity Platform has no transactions, so two administrators could otherwise demote each other
// at the same time, and the project would have none.
func (s *Store) BeginDemotion(ctx context.Context, actor, target string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	record := map[string]any{expireAtField: time.Now().Add(demotionKept)}
	err := s.client.RunTransaction(ctx, func(_ context.Context, tx *firestore.Transaction) error {
		if actor != "" {
			if err := checkNotDemoted(tx, s.demotion(actor)); err != nil {
				return err
			}
		}
		return tx.Set(s.demotion(target), record)
	})
	return translate("record the demotion", err)
}

func (s *Store) demotion(uid string) *firestore.DocumentRef {
	return s.client.Collection(demotions).Doc(documentID(uid))
}

func checkNotDemoted(tx *firestore.Transaction, record *firestore.DocumentRef) error {
	snap, err := tx.Get(record)
	if status.Code(err) == codes.NotFound {
		return nil
	}
	if err != nil || hasExpired(snap) {
		return err
	}
	return ErrDemoted
}
