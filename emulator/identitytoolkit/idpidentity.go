package identitytoolkit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// profileClaims is what a provider says of a person: the claims of an OpenID Connect ID token.
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

// idpPerson is somebody whom a provider has identified.
type idpIdentity struct {
	profileClaims
	provider identityProvider
	email    string // canonical, or empty
	verified bool   // the email counts as verified
	raw      json.RawMessage
	token    string // from which all this was read
}

// idpPerson reads who signs in: from the answer of the provider's page, from a credential that the app holds, or from
// the pending token of an attempt before.
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

// idpParams merges the parameters of the URL that the provider sent the browser back to: query, body and fragment.
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

// identify reads a provider's token. Nothing is signed here: a token is a JWT with any signature, or just its claims
// as a JSON object, in the place of the ID token or the access token.
func (s *Service) parseIdentity(providerID, token string) (idpIdentity, error) {
	if providerID == "" {
		return idpIdentity{}, badRequest("INVALID_CREDENTIAL_OR_PROVIDER_ID : Invalid IdP response/credential.")
	}
	provider, known := providerByID(providerID)
	if !known || !s.idpConfig(provider.id).Enabled {
		return idpIdentity{}, badRequest("OPERATION_NOT_ALLOWED : The identity provider configuration is not found.")
	}
	p := idpIdentity{provider: provider, token: token}
	var err error
	if p.raw, err = rawClaims(token); err != nil {
		return p, badRequest("INVALID_IDP_RESPONSE : Unable to parse the credential: " +
			"the local Firebase takes JWTs, or claims as a JSON object.")
	}
	if json.Unmarshal(p.raw, &p.profileClaims) != nil || p.Subject == "" || len(p.Subject) > 256 {
		return p, badRequest("INVALID_IDP_RESPONSE : The credential needs a sub, and claims of the usual types.")
	}
	if p.Email != "" {
		if p.email, err = canonicalEmail(p.Email); err != nil {
			return p, badRequest("INVALID_IDP_RESPONSE : The email of the credential is malformed.")
		}
	}
	p.verified = provider.trustedWith(p.email, p.EmailVerified == true || p.EmailVerified == "true")
	return p, nil
}

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

// pendingTokenLifetime is how long the SDK may keep a credential before it links it.
const pendingTokenLifetime = time.Hour

// pendingToken stands for a credential that could not be used yet.
type pendingToken struct {
	ProviderID string `json:"providerId"`
	Token      string `json:"token"`
	Expires    int64  `json:"exp"` // seconds of Unix time
}

func (p idpIdentity) pendingToken(c *call) (string, error) {
	text, err := json.Marshal(pendingToken{p.provider.id, p.token, c.now.Add(pendingTokenLifetime).Unix()})
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
