package identitytoolkit

import "time"

type signInWithPasswordRequest struct {
	Email    *string `json:"email"`
	Password string  `json:"password"`
}

type signInWithPasswordResponse struct {
	Kind        string `json:"kind"`
	Registered  bool   `json:"registered"`
	LocalID     string `json:"localId"`
	Email       string `json:"email"`
	DisplayName string `json:"displayName"`
	tokens
}

// signInWithPassword signs in with email and password. An unknown address, an account without a password and a wrong
// password get one and the same answer while email enumeration protection is on.
func (s *Service) signInWithPassword(c *call, req signInWithPasswordRequest) (any, error) {
	config := s.config()
	switch {
	case !config.SignIn.Email.Enabled:
		return nil, badRequest("PASSWORD_LOGIN_DISABLED")
	case req.Email == nil:
		return nil, badRequest("MISSING_EMAIL")
	case req.Password == "":
		return nil, badRequest("MISSING_PASSWORD")
	}
	email, err := canonicalEmail(*req.Email)
	if err != nil {
		return nil, err
	}
	if s.failures.tooMany(email, c.now) {
		return nil, badRequest("TOO_MANY_ATTEMPTS_TRY_LATER : Too many wrong passwords. Reset the password or try again later.")
	}
	u, known := s.userByEmail(email)
	if !u.Password.matches(req.Password) {
		s.failures.add(email, c.now)
		return nil, badRequest(config.wrongPassword(known))
	}
	s.failures.forget(email)
	t, err := s.signIn(c, u, providerPassword, nil)
	if err != nil {
		return nil, err
	}
	return signInWithPasswordResponse{
		"identitytoolkit#VerifyPasswordResponse", true, u.LocalID, u.Email, u.DisplayName, t,
	}, nil
}

func (c Config) wrongPassword(known bool) string {
	switch {
	case c.EmailPrivacyConfig.EnableImprovedEmailPrivacy:
		return "INVALID_LOGIN_CREDENTIALS"
	case known:
		return "INVALID_PASSWORD"
	default:
		return "EMAIL_NOT_FOUND"
	}
}

// attempts counts wrong passwords by address. It is kept in memory alone: a restart forgives.
type attempts map[string]failures

type failures struct {
	count int
	since time.Time
}

const (
	maxFailures   = 25 // generous, so that nobody meets it by accident
	failureWindow = 5 * time.Minute
	maxAddresses  = 10_000
)

func (a attempts) tooMany(email string, now time.Time) bool {
	f := a[email]
	return f.count >= maxFailures && now.Sub(f.since) < failureWindow
}

func (a attempts) add(email string, now time.Time) {
	f := a[email]
	if now.Sub(f.since) >= failureWindow {
		f = failures{since: now}
	}
	f.count++
	if len(a) >= maxAddresses {
		clear(a) // a bound on memory matters more here than a perfect count
	}
	a[email] = f
}

func (a attempts) forget(email string) { delete(a, email) }
