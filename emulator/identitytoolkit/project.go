package identitytoolkit

import (
	"net/url"
	"strings"
)

// projectConfig is what a client may know of the project; the SDK checks its own domain against the list.
func (s *Service) projectConfig(*call, empty) (any, error) {
	return map[string]any{"projectId": projectNumber, "authorizedDomains": s.config().AuthorizedDomains}, nil
}

func (s *Service) recaptchaParams(*call, empty) (any, error) {
	return map[string]string{
		"kind":            "identitytoolkit#GetRecaptchaParamResponse",
		"recaptchaStoken": "local-token-that-no-recaptcha-service-knows",
		// The SDK's own verifier for emulators never shows a challenge, so the key is never used.
		"recaptchaSiteKey": "local-key-that-no-recaptcha-service-knows",
	}, nil
}

// recaptchaConfig says that nothing is protected by reCAPTCHA Enterprise.
func (s *Service) recaptchaConfig(*call, empty) (any, error) {
	type enforcement struct {
		Provider         string `json:"provider"`
		EnforcementState string `json:"enforcementState"`
	}
	return map[string]any{
		"recaptchaKey":              "projects/" + s.projectID + "/keys/local", // the SDK insists on one
		"recaptchaEnforcementState": []enforcement{{"EMAIL_PASSWORD_PROVIDER", "OFF"}, {"PHONE_PROVIDER", "OFF"}},
	}, nil
}

// revokeToken revokes a provider's OAuth token in production. No provider is behind this service.
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

// createAuthURI tells how an email can sign in (the SDK's fetchSignInMethodsForEmail), and nothing while email
// enumeration protection is on.
func (s *Service) createAuthURI(_ *call, req createAuthURIRequest) (any, error) {
	resp := createAuthURIResponse{Kind: "identitytoolkit#CreateAuthUriResponse", SessionID: req.SessionID}
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

// signInMethods lists the providers of the account but the phone, and the ways to use them: an email's "password"
// provider stands for a password, a link, or both.
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
