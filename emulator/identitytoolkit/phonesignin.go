package identitytoolkit

import "time"

// proofLifetime is how long a temporary proof is valid, as in production.
const proofLifetime = time.Hour

// phoneProof is a temporary proof. A user who entered a correct code gets one if the number
// couldn't be linked because another account has it.
type phoneProof struct {
	PhoneNumber string    `json:"phoneNumber"`
	ExpiresAt   time.Time `json:"expiresAt"`
}

type signInWithPhoneRequest struct {
	SessionInfo    string `json:"sessionInfo"`
	Code           string `json:"code"`
	PhoneNumber    string `json:"phoneNumber"`
	TemporaryProof string `json:"temporaryProof"`
	IDToken        string `json:"idToken"` // of the account to link, if any
	Operation      string `json:"operation"`
}

type signInWithPhoneResponse struct {
	IsNewUser   bool   `json:"isNewUser"`
	PhoneNumber string `json:"phoneNumber"`
	LocalID     string `json:"localId"`
	tokens
}

type phoneProofResponse struct {
	PhoneNumber string `json:"phoneNumber"`
	Proof       string `json:"temporaryProof"`
	ExpiresIn   string `json:"temporaryProofExpiresIn"` // seconds
}

// signInWithPhoneNumber signs in with a phone number that a code or a temporary proof verifies.
// With an ID token, it sets the phone number of that token's account instead.
func (s *Service) signInWithPhoneNumber(c *call, req signInWithPhoneRequest) (any, error) {
	if !s.config().SignIn.PhoneNumber.Enabled {
		return nil, badRequest("OPERATION_NOT_ALLOWED")
	}
	number, err := s.verifiedNumber(c, req)
	if err != nil {
		return nil, err
	}
	owner, known := s.userByPhone(number)
	switch {
	case req.IDToken != "":
		return s.linkPhone(c, req, number, owner)
	case known:
		return s.finishPhone(c, owner, false)
	case req.Operation == "REAUTH":
		return nil, badRequest("USER_NOT_FOUND")
	case s.config().Client.Permissions.DisabledUserSignup:
		return nil, badRequest("ADMIN_ONLY_OPERATION")
	}
	u := s.newUser(c, "")
	u.PhoneNumber = number
	return s.finishPhone(c, u, true)
}

// verifiedNumber returns the phone number that the request's code or temporary proof verifies,
// and uses that code or proof up.
func (s *Service) verifiedNumber(c *call, req signInWithPhoneRequest) (string, error) {
	if req.TemporaryProof == "" {
		return s.verifyCode(c, req.SessionInfo, req.Code)
	}
	if req.PhoneNumber == "" {
		return "", badRequest("MISSING_PHONE_NUMBER")
	}
	proof, ok := s.phoneProofs.get(req.TemporaryProof)
	if !ok || proof.PhoneNumber != req.PhoneNumber || !c.now.Before(proof.ExpiresAt) {
		return "", badRequest("INVALID_TEMPORARY_PROOF")
	}
	s.phoneProofs.del(req.TemporaryProof)
	return proof.PhoneNumber, nil
}

// linkPhone sets the phone number of the ID token's account. If another account has the number,
// the response is a temporary proof, because the code has been used up. The user can sign in to
// the other account with the proof. A proof can't be exchanged for another proof.
func (s *Service) linkPhone(
	c *call, req signInWithPhoneRequest, number string, owner User,
) (any, error) {
	u, _, err := s.userFromToken(c, req.IDToken)
	switch {
	case err != nil:
		return nil, err
	case owner.LocalID == "" || owner.LocalID == u.LocalID:
		u.PhoneNumber = number
		return s.finishPhone(c, u, false)
	case req.TemporaryProof != "":
		return nil, badRequest("PHONE_NUMBER_EXISTS")
	}
	proof := randomToken(89)
	s.phoneProofs.put(proof, phoneProof{number, c.now.Add(proofLifetime)})
	return phoneProofResponse{number, proof, secondsText(proofLifetime)}, nil
}

func (s *Service) finishPhone(c *call, u User, isNew bool) (any, error) {
	t, err := s.signIn(c, u, providerPhone, nil)
	return signInWithPhoneResponse{isNew, u.PhoneNumber, u.LocalID, t}, err
}
