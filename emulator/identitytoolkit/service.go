package identitytoolkit

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"example.com/latchkey/emulator/state"
)

// Options configure a Service.
type Options struct {
	// ProjectID is the project whose users sign in. It is the audience of the tokens. Required.
	ProjectID string
	// Now returns the current time. Nil means time.Now.
	Now func() time.Time
	// Logger receives internal errors, without email addresses or tokens. Nil discards them.
	Logger *slog.Logger
}

// Service is the local Identity Toolkit and Secure Token service of one project. It is safe for
// concurrent use.
type Service struct {
	projectID string
	clock     func() time.Time
	log       *slog.Logger
	store     *state.Store
	routes    map[string]route

	mu       sync.Mutex // guards everything below
	users    *table[User]
	sessions *table[session] // by refresh token
	oobCodes *table[oobCode] // by code
	outbox   *table[Message] // by sequence number
	configs  *table[Config]  // one row

	idpConfigs       *table[idpConfig]       // by provider ID
	providerAccounts *table[providerAccount] // by provider ID and the account's ID there
	verifications    *table[verification]    // by session info
	phoneProofs      *table[phoneProof]      // by temporary proof

	failures failureLimiter
}

// New loads the state from the store and returns the service. If a record can't be read, the
// error says which one.
func New(store *state.Store, opts Options) (*Service, error) {
	if opts.ProjectID == "" {
		return nil, fmt.Errorf("identity toolkit: no project ID")
	}
	s := &Service{
		projectID:        opts.ProjectID,
		clock:            opts.Now,
		log:              opts.Logger,
		store:            store,
		users:            newTable("auth/users", User.indexKeys),
		sessions:         newTable[session]("auth/sessions", nil),
		oobCodes:         newTable[oobCode]("auth/oobCodes", nil),
		outbox:           newTable[Message]("auth/outbox", nil),
		configs:          newTable[Config]("auth/config", nil),
		idpConfigs:       newTable[idpConfig]("auth/idpConfigs", nil),
		providerAccounts: newTable[providerAccount]("auth/providerAccounts", nil),
		verifications:    newTable[verification]("auth/verifications", nil),
		phoneProofs:      newTable[phoneProof]("auth/phoneProofs", nil),
		failures:         failureLimiter{},
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, t := range s.tables() {
		if err := t.load(store); err != nil {
			return nil, fmt.Errorf("identity toolkit: %w", err)
		}
	}
	s.routes = routeTable()
	return s, s.transact(s.dropOldRecords)
}

// tables returns every table. When you add a table to Service, add it here too. Otherwise its
// rows are neither loaded nor saved.
func (s *Service) tables() []anyTable {
	return []anyTable{
		s.users, s.sessions, s.oobCodes, s.outbox, s.configs,
		s.idpConfigs, s.providerAccounts, s.verifications, s.phoneProofs,
	}
}

// transact runs fn while holding the lock. If fn succeeds, transact saves the changes before it
// returns. If fn or saving fails, it discards the changes and returns the error.
func (s *Service) transact(fn func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		for _, t := range s.tables() {
			t.rollback()
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	return s.commit()
}

func (s *Service) commit() error {
	var changes []state.Change
	for _, t := range s.tables() {
		more, err := t.changes()
		if err != nil {
			return err
		}
		changes = append(changes, more...)
	}
	if err := s.store.Write(changes...); err != nil {
		return fmt.Errorf("save changes: %w", err)
	}
	for _, t := range s.tables() {
		t.commit()
	}
	return nil
}

// dropOldRecords deletes unusable sessions, expired codes and expired temporary proofs after 30
// days. It keeps them until then, because the errors for an expired and an unknown token or
// code differ.
func (s *Service) dropOldRecords() error {
	limit := s.clock().Add(-30 * 24 * time.Hour)
	for token, sess := range s.sessions.all() {
		user, ok := s.users.get(sess.LocalID)
		dead := !ok || user.hasRevoked(sess)
		if dead && sess.IssuedAt < limit.Unix() {
			s.sessions.del(token)
		}
	}
	for code, oob := range s.oobCodes.all() {
		if oob.ExpiresAt.Before(limit) {
			s.oobCodes.del(code)
		}
	}
	for proof, p := range s.phoneProofs.all() {
		if p.ExpiresAt.Before(limit) {
			s.phoneProofs.del(proof)
		}
	}
	return nil
}

var _ http.Handler = (*Service)(nil)
