package identitytoolkit

import "time"

// maxAge bounds one step of age, in seconds: longer than any code lives.
const maxAge = 60 * 24 * 60 * 60

type ageRequest struct {
	Seconds int64 `json:"seconds"`
}

// age makes every sign-in and every pending email link that many seconds older, so that a test need not wait to see
// what happens when a sign-in is no longer recent or a link has expired. A browser holds its ID token until it refreshes
// it, and with it the time of the sign-in. The official emulator has nothing like it, and needs nothing: there, neither
// gets old.
func (s *Service) age(_ *call, req ageRequest) (any, error) {
	if req.Seconds < 1 || req.Seconds > maxAge {
		return nil, invalidArgument("seconds must be from 1 to 5184000")
	}
	for token, sess := range s.sessions.all() {
		sess.AuthTime -= req.Seconds
		s.sessions.put(token, sess)
	}
	for id, u := range s.users.all() { // or the sign-ins would seem older than the last revocation
		u.ValidSince = max(0, u.ValidSince-req.Seconds)
		s.users.put(id, u)
	}
	by := time.Duration(req.Seconds) * time.Second
	for code, oob := range s.oobCodes.all() {
		oob.CreatedAt, oob.ExpiresAt = oob.CreatedAt.Add(-by), oob.ExpiresAt.Add(-by)
		s.oobCodes.put(code, oob)
	}
	return empty{}, nil
}
