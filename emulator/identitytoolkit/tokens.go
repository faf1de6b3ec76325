package identitytoolkit

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

const (
	idTokenLifetime = time.Hour
	// recentSignIn is how long after a sign-in sensitive changes are allowed, as in production.
	recentSignIn = 5 * time.Minute
)

// session is a sign-in. Its key in the table is the refresh token.
type session struct {
	LocalID  string         `json:"localId"`
	Provider string         `json:"provider"`         // sign_in_provider of the ID tokens
	Claims   map[string]any `json:"claims,omitempty"` // from the custom token, if any
	AuthTime int64          `json:"authTime"`         // Unix time in seconds
	IssuedAt int64          `json:"issuedAt"`         // Unix time in seconds
}

// tokens is the part of a response that signs the user in.
type tokens struct {
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	ExpiresIn    string `json:"expiresIn,omitempty"` // seconds
}

// signIn starts a session for the user, and stages the user and the session. Every sign-in
// method ends here. claims are those of a custom token, otherwise nil. signIn rejects a
// disabled user.
func (s *Service) signIn(c *call, u User, provider string, claims map[string]any) (tokens, error) {
	if u.Disabled {
		return tokens{}, badRequest("USER_DISABLED")
	}
	u.LastLoginAt = c.now
	return s.startSession(c, u, provider, claims)
}

// startSession is signIn for a user who is already signed in. It replaces tokens that a change
// has just revoked. It doesn't update LastLoginAt.
func (s *Service) startSession(
	c *call, u User, provider string, claims map[string]any,
) (tokens, error) {
	u.LastRefreshAt = c.now
	s.putUser(u)
	sess := session{
		LocalID: u.LocalID, Provider: provider, Claims: claims,
		AuthTime: c.now.Unix(), IssuedAt: c.now.Unix(),
	}
	refreshToken := randomToken(96)
	s.sessions.put(refreshToken, sess)
	idToken, err := s.mintIDToken(c, u, sess)
	if err != nil {
		return tokens{}, err
	}
	return tokens{idToken, refreshToken, secondsText(idTokenLifetime)}, nil
}

func secondsText(d time.Duration) string { return fmt.Sprint(int(d.Seconds())) }

// mintIDToken creates an unsigned ID token, like the official emulator's. The Admin SDKs accept
// it only in emulator mode.
func (s *Service) mintIDToken(c *call, u User, sess session) (string, error) {
	claims := map[string]any{}
	setIf(claims, "name", u.DisplayName)
	setIf(claims, "picture", u.PhotoURL)
	var custom map[string]json.RawMessage // raw, to keep large numbers exact
	if u.CustomAttributes != "" {
		if err := json.Unmarshal([]byte(u.CustomAttributes), &custom); err != nil {
			return "", fmt.Errorf("decode custom attributes: %w", err)
		}
	}
	for name, value := range custom {
		claims[name] = value
	}
	maps.Copy(claims, sess.Claims)
	if u.Email != "" {
		claims["email"], claims["email_verified"] = u.Email, u.EmailVerified
	}
	setIf(claims, "phone_number", u.PhoneNumber)
	if sess.Provider == providerAnonymous {
		claims["provider_id"] = providerAnonymous
	}
	claims["iss"] = s.issuer()
	claims["aud"] = s.projectID
	claims["sub"], claims["user_id"] = u.LocalID, u.LocalID
	claims["auth_time"] = sess.AuthTime
	claims["iat"] = c.now.Unix()
	claims["exp"] = c.now.Add(idTokenLifetime).Unix()
	claims["firebase"] = map[string]any{
		"identities":       u.identities(),
		"sign_in_provider": sess.Provider,
	}
	return unsignedJWT(claims)
}

func (s *Service) issuer() string { return "https://securetoken.google.com/" + s.projectID }

func setIf(claims map[string]any, name, value string) {
	if value != "" {
		claims[name] = value
	}
}

// identities returns the account's email address, phone number and IDs at federated providers,
// by kind.
func (u User) identities() map[string][]string {
	ids := map[string][]string{}
	if u.Email != "" {
		ids["email"] = []string{u.Email}
	}
	if u.PhoneNumber != "" {
		ids[providerPhone] = []string{u.PhoneNumber}
	}
	for _, p := range u.Providers {
		ids[p.ProviderID] = append(ids[p.ProviderID], p.RawID)
	}
	return ids
}

func unsignedJWT(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(payload) + ".", nil
}

// jwtClaims decodes the claims of a JWT. It doesn't check the signature, because tokens are
// unsigned.
func jwtClaims(token string, into any) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return fmt.Errorf("JWT has %d parts, want 3", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return fmt.Errorf("decode claims: %w", err)
	}
	return json.Unmarshal(payload, into)
}

// idClaims are the claims of an ID token that operations use.
type idClaims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	AuthTime int64  `json:"auth_time"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	Firebase struct {
		SignInProvider string `json:"sign_in_provider"`
		Tenant         string `json:"tenant"`
	} `json:"firebase"`
}

// userFromToken returns the user and claims of an ID token. It rejects a token that has expired
// or has been revoked, or whose account has been deleted or disabled.
func (s *Service) userFromToken(c *call, idToken string) (User, idClaims, error) {
	var claims idClaims
	if idToken == "" {
		return User{}, claims, badRequest("MISSING_ID_TOKEN")
	}
	if err := jwtClaims(idToken, &claims); err != nil {
		return User{}, claims, badRequest("INVALID_ID_TOKEN")
	}
	foreign := claims.Issuer != s.issuer() || claims.Audience != s.projectID ||
		claims.Firebase.Tenant != ""
	if foreign || claims.Expires <= c.now.Unix() {
		return User{}, claims, badRequest("INVALID_ID_TOKEN")
	}
	u, ok := s.users.get(claims.Subject)
	switch {
	case !ok:
		return User{}, claims, badRequest("USER_NOT_FOUND")
	case claims.IssuedAt < u.ValidSince:
		return User{}, claims, badRequest("TOKEN_EXPIRED")
	case u.Disabled:
		return User{}, claims, badRequest("USER_DISABLED")
	}
	return u, claims, nil
}

// requireRecent returns an error if the sign-in isn't recent. It allows an anonymous account,
// because that has no way to sign in again.
func requireRecent(c *call, u User, claims idClaims) error {
	if u.anonymous() || c.now.Sub(time.Unix(claims.AuthTime, 0)) <= recentSignIn {
		return nil
	}
	return badRequest("CREDENTIAL_TOO_OLD_LOGIN_AGAIN")
}
