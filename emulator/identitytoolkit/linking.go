package identitytoolkit

import (
	"strings"
	"time"
)

// meetOwner decides what happens when somebody comes with a provider that is new to us and names an email that an
// account has already. These are the four cases of the page "Identity Platform users in projects"; "trusted" means
// for the account that its email is verified, by whatever way, and for the provider that it vouches for the email.
//
//	account    provider
//	untrusted  untrusted  needConfirmation: sign in as before, then link
//	trusted    untrusted  needConfirmation
//	untrusted  trusted    the provider takes the account over: every other way to sign in goes, every session ends
//	trusted    trusted    linked
func (s *Service) resolveEmailConflict(c *call, owner User, p idpIdentity, resp idpResponse) (any, error) {
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

// takeOver gives an account whose email was never verified to the one who just proved to own the address: whoever
// made the account may be somebody else, so nothing by which they could come back stays. The owner of the address is
// told by a message what is gone; production tells nobody.
func (s *Service) reclaim(c *call, u *User, by string) {
	removed := u.methodNames()
	u.Password, u.PasswordUpdatedAt, u.EmailLinkSignin = passwordHash{}, time.Time{}, false
	u.Providers, u.PhoneNumber = nil, ""
	u.EmailVerified = true
	u.revoke(c.now)
	s.dropOobCodes(u.LocalID, oobPasswordReset, oobVerifyEmail, oobVerifyAndChangeEmail, oobRecoverEmail)
	if len(removed) == 0 {
		return
	}
	s.send(Message{
		Time: c.now, Kind: "email", Purpose: "METHODS_REMOVED", To: u.Email, Subject: "Sign-in methods were removed",
		Text: "The email of this account had never been verified. You proved with " + by + " that it is yours, so " +
			"the account is yours now, and the ways to sign in that it had before were removed: " +
			strings.Join(removed, ", ") + ".",
	})
}

// methodNames lists the ways to sign in, for people.
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
