package identitytoolkit

// updateAny applies an administrator's changes to any account.
func (s *Service) updateAny(c *call, req updateRequest) (any, error) {
	if req.LocalID == "" {
		return nil, badRequest("MISSING_LOCAL_ID")
	}
	u, ok := s.users.get(req.LocalID)
	if !ok {
		return nil, badRequest("USER_NOT_FOUND")
	}
	oldEmail := u.Email
	if err := s.applyIdentifiers(c, &u, req); err != nil {
		return nil, err
	}
	applyProfile(&u, req)
	applyAdminFields(&u, req)
	if req.Password != "" || u.Email != oldEmail {
		u.revoke(c.now)
	}
	s.putUser(u)
	return newUpdateResponse(u), nil
}

// applyIdentifiers applies the changes that can fail: the email address, phone number, password,
// custom claims and linked provider.
func (s *Service) applyIdentifiers(c *call, u *User, req updateRequest) error {
	if req.Email != "" {
		if err := s.setEmail(u, req.Email); err != nil {
			return err
		}
	}
	if req.PhoneNumber != "" {
		if err := s.setPhone(u, req.PhoneNumber); err != nil {
			return err
		}
	}
	if req.Password != "" {
		if err := s.setPassword(c, u, req.Password); err != nil {
			return err
		}
	}
	if req.CustomAttributes != nil {
		if err := checkCustomAttributes(*req.CustomAttributes); err != nil {
			return err
		}
		u.CustomAttributes = *req.CustomAttributes
	}
	if req.LinkProvider != nil {
		return s.linkProvider(u, *req.LinkProvider)
	}
	return nil
}

// linkProvider adds a federated identity that an administrator describes. It fails if another
// account has that identity.
func (s *Service) linkProvider(u *User, p Provider) error {
	switch {
	case p.ProviderID == "":
		return badRequest("MISSING_PROVIDER_ID")
	case p.RawID == "":
		return badRequest("MISSING_RAW_ID")
	}
	other, taken := s.userByProvider(p.ProviderID, p.RawID)
	if taken && other.LocalID != u.LocalID {
		return badRequest("FEDERATED_USER_ID_ALREADY_LINKED")
	}
	p.FederatedID = p.RawID
	u.setProvider(p)
	return nil
}

// applyAdminFields applies the changes that can't fail. They are reserved for administrators.
func applyAdminFields(u *User, req updateRequest) {
	if req.EmailVerified != nil {
		u.EmailVerified = *req.EmailVerified
	}
	if req.DisableUser != nil {
		u.Disabled = *req.DisableUser
	}
	if req.CreatedAt != 0 {
		u.CreatedAt = req.CreatedAt.time()
	}
	if req.LastLoginAt != 0 {
		u.LastLoginAt = req.LastLoginAt.time()
	}
	if req.ValidSince != 0 {
		u.ValidSince = int64(req.ValidSince)
	}
}
