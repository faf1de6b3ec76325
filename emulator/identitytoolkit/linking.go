package identitytoolkit

import (
	"strings"
	"time"
)

// resolveEmailConflict handles a sign-in with an identity that isn't linked yet, but whose
// email address belongs to an existing account. The four cases follow Google's documentation
// page "Identity Platform users in projects". An account is trusted if its email address is
// verified. A provider is trusted if its assertion makes the address count as verified.
//
//	account    provider   result
//	untrusted  untrusted  needConfirmation: the user signs in as before, then links the provider
//	trusted    untrusted  needConfirmation
//	untrusted  trusted    the provider's user gets the account: see reclaim
//	trusted    trusted    the provider is linked
func (s *Service) resolveEmailConflict(
	c *call, owner User, p idpIdentity, resp idpResponse,
) (any, error) {
	if !p.verified {
		resp.NeedConfirmation = true
		resp.LocalID = owner.LocalID
		resp.VerifiedProvider = owner.providerIDs()
		return resp, nil
	}
	for _, linked := range owner.Providers {
		resp.EmailRecycled = resp.EmailRecycled || linked.ProviderID == p.provider.id
	}
	if !owner.EmailVerified {
		s.reclaim(c, &owner, p.provider.name)
		owner.DisplayName, owner.PhotoURL = p.Name, p.Picture
	}
	owner.setProvider(p.link())
	owner.fillProfile(p)
	return s.finishIdp(c, owner, p, resp)
}

// reclaim gives an account whose email address was never verified to the user who just proved
// that they own the address. Someone else may have created the account, so reclaim removes
// every existing way to sign in and ends every session. It sends the owner of the address an
// email that lists the removed sign-in methods. Production sends none.
func (s *Service) reclaim(c *call, u *User, by string) {
	removed := u.methodNames()
	u.Password, u.PasswordUpdatedAt, u.EmailLinkSignin = passwordHash{}, time.Time{}, false
	u.Providers, u.PhoneNumber = nil, ""
	u.EmailVerified = true
	u.revoke(c.now)
	s.dropOobCodes(u.LocalID,
		oobPasswordReset, oobVerifyEmail, oobVerifyAndChangeEmail, oobRecoverEmail)
	if len(removed) == 0 {
		return
	}
	s.send(Message{
		Time: c.now, Kind: "email", Purpose: "METHODS_REMOVED", To: u.Email,
		Subject: "Sign-in methods were removed",
		Text: "Your email address had never been verified, so someone else could have created " +
			"this account. You proved with " + by + " that the email address is yours. To protect " +
			"the account, these sign-in methods were removed: " + strings.Join(removed, ", ") + ".",
	})
}

// methodNames returns the display names of the account's sign-in methods.
func (u User) methodNames() []string {
	var names []string
	if u.Password.set() {
		names = append(names, "password")
	}
	if u.EmailLinkSignin {
		names = append(names, "email link")
	}
	for _, id := range u.providerIDs() {
		if p, known := providerByID(id); known {
			id = p.name
		}
		names = append(names, id)
	}
	if u.PhoneNumber != "" {
		names = append(names, "phone number")
	}
	return names
}
