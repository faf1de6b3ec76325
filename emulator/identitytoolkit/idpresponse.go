package identitytoolkit

import "encoding/json"

// idpResponse describes the user as the provider knows them. After a successful sign-in, it also
// holds the account and its tokens.
type idpResponse struct {
	Kind             string `json:"kind"`
	Context          string `json:"context"`
	ProviderID       string `json:"providerId"`
	FederatedID      string `json:"federatedId"`
	DisplayName      string `json:"displayName,omitempty"`
	FullName         string `json:"fullName,omitempty"`
	FirstName        string `json:"firstName,omitempty"`
	LastName         string `json:"lastName,omitempty"`
	ScreenName       string `json:"screenName,omitempty"`
	Email            string `json:"email,omitempty"`
	EmailVerified    bool   `json:"emailVerified"`
	PhotoURL         string `json:"photoUrl,omitempty"`
	RawUserInfo      string `json:"rawUserInfo"`
	OAuthIDToken     string `json:"oauthIdToken,omitempty"`
	OAuthAccessToken string `json:"oauthAccessToken,omitempty"`
	OAuthTokenSecret string `json:"oauthTokenSecret,omitempty"`
	PendingToken     string `json:"pendingToken,omitempty"`
	LocalID          string `json:"localId,omitempty"`
	IsNewUser        bool   `json:"isNewUser,omitempty"`
	EmailRecycled    bool   `json:"emailRecycled,omitempty"`
	NeedConfirmation bool   `json:"needConfirmation,omitempty"`
	// VerifiedProvider lists the existing account's providers. It may be empty, but not absent,
	// if NeedConfirmation is set.
	VerifiedProvider []string `json:"verifiedProvider,omitzero"`
	ErrorMessage     string   `json:"errorMessage,omitempty"`
	tokens
}

// response returns the provider's part of the response. It includes the credential, because the
// SDK builds the result of credentialFromError from it. An app can link that credential after
// the user signs in by another method.
func (p idpIdentity) response(c *call) (idpResponse, error) {
	rawUserInfo, err := p.rawUserInfo()
	if err != nil {
		return idpResponse{}, err
	}
	a := idpResponse{
		Kind:             "identitytoolkit#VerifyAssertionResponse",
		ProviderID:       p.provider.id,
		FederatedID:      p.federatedID(),
		DisplayName:      p.Name,
		FullName:         p.Name,
		ScreenName:       p.ScreenName,
		PhotoURL:         p.Picture,
		Email:            p.email,
		EmailVerified:    p.verified,
		RawUserInfo:      rawUserInfo,
		OAuthAccessToken: p.token,
	}
	if p.provider.id == "google.com" {
		a.FirstName, a.LastName = p.GivenName, p.FamilyName
	}
	if p.provider.idTokens {
		a.OAuthIDToken = p.token
	}
	if p.provider.id == "twitter.com" {
		a.OAuthTokenSecret = "local" // OAuth 1.0a has one; the SDK drops a credential without it
	}
	if p.provider.pendingTokens {
		a.PendingToken, err = p.pendingToken(c)
	}
	return a, err
}

func (p idpIdentity) federatedID() string {
	if p.provider.id == "google.com" {
		return "https://accounts.google.com/" + p.Subject
	}
	return p.Subject
}

// rawUserInfo returns the provider's profile as JSON. Google's has the format of its userinfo
// API. The others are the claims as received.
func (p idpIdentity) rawUserInfo() (string, error) {
	if p.provider.id != "google.com" {
		return string(p.raw), nil
	}
	scopes := "openid https://www.googleapis.com/auth/userinfo.profile"
	if p.email != "" {
		scopes += " https://www.googleapis.com/auth/userinfo.email"
	}
	text, err := json.Marshal(struct {
		GrantedScopes string `json:"granted_scopes"`
		ID            string `json:"id"`
		Name          string `json:"name,omitempty"`
		GivenName     string `json:"given_name,omitempty"`
		FamilyName    string `json:"family_name,omitempty"`
		VerifiedEmail bool   `json:"verified_email"`
		Locale        string `json:"locale"`
		Email         string `json:"email,omitempty"`
		Picture       string `json:"picture,omitempty"`
	}{
		scopes, p.Subject, p.Name, p.GivenName, p.FamilyName, p.verified, "en", p.email, p.Picture,
	})
	return string(text), err
}

// link returns the identity in the form that an account stores.
func (p idpIdentity) link() Provider {
	return Provider{
		ProviderID: p.provider.id, RawID: p.Subject, FederatedID: p.Subject,
		Email: p.email, DisplayName: p.Name, PhotoURL: p.Picture, ScreenName: p.ScreenName,
	}
}
