package identitytoolkit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// profileClaims is the profile that a provider asserts: the claims of an OpenID Connect ID
// token.
type profileClaims struct {
	Subject       string `json:"sub"`
	Email         string `json:"email"`
	EmailVerified any    `json:"email_verified"` // true, or Apple's "true"
	Name          string `json:"name"`
	GivenName     string `json:"given_name"`
	FamilyName    string `json:"family_name"`
	ScreenName    string `json:"screen_name"`
	Picture       string `json:"picture"`
}

// idpIdentity is a user as identified by a provider.
type idpIdentity struct {
	profileClaims
	provider identityProvider
	email    string          // the canonical email address, or empty
	verified bool            // whether the email address counts as verified
	raw      json.RawMessage // the claims as received
	token    string          // the token that the claims were read from
}

// readIdentity returns the identity in the request. It comes from the provider page's redirect
// URL, from a credential that the app sends, or from the pending token of an earlier attempt.
func (s *Service) readIdentity(c *call, req idpRequest) (idpIdentity, error) {
	if req.PendingToken != "" {
		pending, err := openPendingToken(c, req.PendingToken)
		if err != nil {
			return idpIdentity{}, err
		}
		return s.parseIdentity(pending.ProviderID, pending.Token)
	}
	params, err := idpParams(req)
	if err != nil {
		return idpIdentity{}, err
	}
	token := params.Get("id_token")
	if token == "" {
		token = params.Get("access_token")
	}
	return s.parseIdentity(params.Get("providerId"), token)
}

// idpParams merges the parameters of the URL that the provider redirected to with those of the
// body. The body overrides the query, and the fragment overrides both.
func idpParams(req idpRequest) (url.Values, error) {
	if req.RequestURI == "" {
		return nil, badRequest("MISSING_REQUEST_URI")
	}
	u, err := url.Parse(req.RequestURI)
	if err != nil || !u.IsAbs() {
		return nil, badRequest("INVALID_REQUEST_URI")
	}
	params := u.Query()
	for _, more := range []string{req.PostBody, u.EscapedFragment()} {
		values, err := url.ParseQuery(more)
		if err != nil {
			return nil, badRequest("INVALID_IDP_RESPONSE : The credential is not form-encoded.")
		}
		for name := range values {
			params.Set(name, values.Get(name))
		}
	}
	return params, nil
}

// parseIdentity reads a provider's token: a JWT whose signature isn't checked, or a JSON object
// of claims. It may be an ID token or an access token.
func (s *Service) parseIdentity(providerID, token string) (idpIdentity, error) {
	if providerID == "" {
		return idpIdentity{}, badRequest("INVALID_CREDENTIAL_OR_PROVIDER_ID : " +
			"Invalid IdP response/credential.")
	}
	provider, known := providerByID(providerID)
	if !known || !s.idpConfig(provider.id).Enabled {
		return idpIdentity{}, badRequest("OPERATION_NOT_ALLOWED : " +
			"The identity provider configuration is not found.")
	}
	p := idpIdentity{provider: provider, token: token}
	var err error
	if p.raw, err = rawClaims(token); err != nil {
		return p, badRequest("INVALID_IDP_RESPONSE : Unable to parse the credential. " +
			"The local Firebase accepts a JWT or a JSON object of claims.")
	}
	if json.Unmarshal(p.raw, &p.profileClaims) != nil || p.Subject == "" || len(p.Subject) > 256 {
		return p, badRequest("INVALID_IDP_RESPONSE : " +
			"The credential must have a sub claim and claims of the standard types.")
	}
	if p.Email != "" {
		if p.email, err = canonicalEmail(p.Email); err != nil {
			return p, badRequest("INVALID_IDP_RESPONSE : " +
				"The email address in the credential is invalid.")
		}
	}
	p.verified = provider.trustedWith(p.email, p.EmailVerified == true || p.EmailVerified == "true")
	return p, nil
}

// rawClaims returns the claims in a provider's token as compact JSON.
func rawClaims(token string) (json.RawMessage, error) {
	var raw json.RawMessage
	if strings.HasPrefix(token, "{") {
		if err := json.Unmarshal([]byte(token), &raw); err != nil {
			return nil, err
		}
	} else if err := jwtClaims(token, &raw); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, raw)
	return compact.Bytes(), err
}

// pendingTokenLifetime is how long the SDK may keep a credential before it is linked.
const pendingTokenLifetime = time.Hour

// pendingToken holds a credential that can't be used yet, until the SDK sends it back. The SDK
// gets it as base64-encoded JSON.
type pendingToken struct {
	ProviderID string `json:"providerId"`
	Token      string `json:"token"`
	Expires    int64  `json:"exp"` // Unix time in seconds
}

func (p idpIdentity) pendingToken(c *call) (string, error) {
	expires := c.now.Add(pendingTokenLifetime).Unix()
	text, err := json.Marshal(pendingToken{p.provider.id, p.token, expires})
	return base64.RawURLEncoding.EncodeToString(text), err
}

func openPendingToken(c *call, token string) (pendingToken, error) {
	var pending pendingToken
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || json.Unmarshal(text, &pending) != nil || pending.Expires <= c.now.Unix() {
		return pending, badRequest("INVALID_PENDING_TOKEN")
	}
	return pending, nil
}
