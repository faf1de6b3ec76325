package identitytoolkit

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

// passwordRounds is the number of PBKDF2 iterations, chosen so that checking a password takes
// about a millisecond. That is fine for a development tool; a production service needs many
// times more.
const passwordRounds = 5_000

// passwordHash is a salted PBKDF2-SHA256 hash. An imported hash may use any algorithm. It has
// Rounds 0 and never matches.
type passwordHash struct {
	Salt   []byte `json:"salt,omitempty"`
	Hash   []byte `json:"hash,omitempty"`
	Rounds int    `json:"rounds,omitempty"`
}

func (h passwordHash) set() bool { return len(h.Hash) > 0 }

func hashPassword(password string) (passwordHash, error) {
	h := passwordHash{Salt: make([]byte, 16), Rounds: passwordRounds}
	rand.Read(h.Salt) // never returns an error
	var err error
	h.Hash, err = pbkdf2.Key(sha256.New, password, h.Salt, h.Rounds, sha256.Size)
	if err != nil {
		return passwordHash{}, fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

func (h passwordHash) matches(password string) bool {
	if !h.set() || h.Rounds == 0 {
		return false
	}
	got, err := pbkdf2.Key(sha256.New, password, h.Salt, h.Rounds, len(h.Hash))
	return err == nil && subtle.ConstantTimeCompare(got, h.Hash) == 1
}

// setPassword checks the password against the policy and sets it. It deletes the account's
// pending codes for a password reset.
func (s *Service) setPassword(c *call, u *User, password string) error {
	if err := s.config().PasswordPolicyConfig.check(password); err != nil {
		return err
	}
	hash, err := hashPassword(password)
	if err != nil {
		return err
	}
	u.Password, u.PasswordUpdatedAt = hash, c.now
	s.dropOobCodes(u.LocalID, oobPasswordReset)
	return nil
}
