package identitytoolkit

import (
	"net/url"
	"strings"
)

// projectConfig returns the public part of the project's configuration. The SDK checks the
// page's domain against the list.
func (s *Service) projectConfig(*call, empty) (any, error) {
	return map[string]any{
		"projectId":         projectNumber,
		"authorizedDomains": s.config().AuthorizedDomains,
	}, nil
}

// recaptchaParams returns placeholders. The SDK doesn't use them, because its verifier never
// shows a challenge in emulator mode.
func (s *Service) recaptchaParams(*call, empty) (any, error) {
	return map[string]string{
		"kind":             "identitytoolkit#GetRecaptchaParamResponse",
		"recaptchaStoken":  "local-recaptcha-token",
		"recaptchaSiteKey": "local-recaptcha-key",
	}, nil
}

// recaptchaConfig reports that reCAPTCHA Enterprise is off for every sign-in method.
func (s *Service) recaptchaConfig(*call, empty) (any, error) {
	type enforcement struct {
		Provider         string `json:"provider"`
		EnforcementState string `json:"enforcementState"`
	}
	return map[string]any{
		"recaptchaKey": "projects/" + s.projectID + "/keys/local", // the SDK requires a key
		"recaptchaEnforcementState": []enforcement{
			{"EMAIL_PASSWORD_PROVIDER", "OFF"},
			{"PHONE_PROVIDER", "OFF"},
		},
	}, nil
}

// revokeToken revokes a provider's OAuth token in production. Here there is no provider, so it
// only checks the ID token.
func (s *Service) revokeToken(c *call, req struct {
	IDToken string `json:"idToken"`
	Token   string `json:"token"`
}) (any, error) {
	if _, _, err := s.userFromToken(c, req.IDToken); err != nil {
		return nil, err
	}
	return empty{}, nil
}

type createAuthURIRequest struct {
	Identifier  string `json:"identifier"`
	ContinueURI string `json:"continueUri"`
	SessionID   string `json:"sessionId"`
}

type createAuthURIResponse struct {
	Kind          string   `json:"kind"`
	Registered    *bool    `json:"registered,omitempty"`
	AllProviders  []string `json:"allProviders,omitempty"`
	SigninMethods []string `json:"signinMethods,omitempty"`
	SessionID     string   `json:"sessionId"`
}

// createAuthURI returns the sign-in methods of an email address. The SDK's
// fetchSignInMethodsForEmail calls it. While email enumeration protection is on, the response
// is the same for every address.
func (s *Service) createAuthURI(_ *call, req createAuthURIRequest) (any, error) {
	resp := createAuthURIResponse{
		Kind: "identitytoolkit#CreateAuthUriResponse", SessionID: req.SessionID,
	}
	if resp.SessionID == "" {
		resp.SessionID = randomToken(20)
	}
	if req.Identifier == "" {
		return nil, badRequest("MISSING_IDENTIFIER")
	}
	if req.ContinueURI == "" {
		return nil, badRequest("MISSING_CONTINUE_URI")
	}
	if u, err := url.Parse(req.ContinueURI); err != nil || u.Scheme == "" {
		return nil, badRequest("INVALID_CONTINUE_URI")
	}
	email, err := canonicalEmail(req.Identifier)
	if err != nil {
		return nil, badRequest("INVALID_IDENTIFIER")
	}
	if s.config().EmailPrivacyConfig.EnableImprovedEmailPrivacy {
		return resp, nil
	}
	u, registered := s.userByEmail(email)
	resp.Registered = &registered
	resp.AllProviders, resp.SigninMethods = u.signInMethods()
	return resp, nil
}

// signInMethods returns the account's providers except phone, and the sign-in methods of these.
// The "password" provider stands for two methods: a password and an email link.
func (u User) signInMethods() (providers, methods []string) {
	for _, p := range u.providerUserInfo() {
		if p.ProviderID == providerPhone {
			continue
		}
		providers = append(providers, p.ProviderID)
		if p.ProviderID != providerPassword {
			methods = append(methods, strings.ToLower(p.ProviderID))
			continue
		}
		if u.Password.set() {
			methods = append(methods, providerPassword)
		}
		if u.EmailLinkSignin {
			methods = append(methods, "emailLink")
		}
	}
	return providers, methods
}
