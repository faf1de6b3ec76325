package identitytoolkit

import "time"

// maxAge is the largest number of seconds that one call of age accepts: 60 days, which is longer
// than any code lasts.
const maxAge = 60 * 24 * 60 * 60

type ageRequest struct {
	Seconds int64 `json:"seconds"`
}

// age makes every sign-in and every pending email link older by the given number of seconds. A
// test can use it to see what happens when a sign-in is no longer recent or a link has expired,
// without waiting. A browser keeps its ID token, and the sign-in time in it, until the next
// refresh. The official emulator has no such endpoint because its sign-ins and links don't
// expire.
func (s *Service) age(_ *call, req ageRequest) (any, error) {
	if req.Seconds < 1 || req.Seconds > maxAge {
		return nil, invalidArgument("seconds must be from 1 to 5184000")
	}
	for token, sess := range s.sessions.all() {
		sess.AuthTime -= req.Seconds
		s.sessions.put(token, sess)
	}
	for id, u := range s.users.all() { // otherwise the sign-ins would predate the last revocation
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
