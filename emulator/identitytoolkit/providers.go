package identitytoolkit

import (
	"regexp"
	"strings"
)

// identityProvider is a federated provider.
type identityProvider struct {
	id   string
	name string // display name
	// idTokens is true if the provider issues OpenID Connect ID tokens, not only access tokens.
	idTokens bool
	// pendingTokens is true if the SDK keeps the provider's credential as a pending token, to
	// link it later. For the other providers, the SDK keeps the provider's own tokens.
	pendingTokens bool
	// ownDomains matches the email addresses that the provider itself issues. Nil matches none.
	ownDomains *regexp.Regexp
	// alwaysTrusted is true if every address from the provider counts as verified.
	alwaysTrusted bool
	// rule describes the trust on the provider page. The display name precedes it.
	rule string
}

const neverTrusted = "isn't trusted to verify email addresses. " +
	"The email address always counts as unverified."

// identityProviders are the supported providers. The trust in their email addresses follows
// Google's documentation page "Identity Platform users in projects". A provider is trusted with
// an address if it issues the addresses of that domain, or if it verifies every address.
var identityProviders = []identityProvider{
	{
		id: "google.com", name: "Google", idTokens: true,
		ownDomains: regexp.MustCompile(`@(gmail|googlemail)\.com$`),
		rule: "is trusted to verify only gmail.com and googlemail.com addresses. " +
			"Any other address counts as unverified.",
	},
	{
		id: "apple.com", name: "Apple", idTokens: true, pendingTokens: true, alwaysTrusted: true,
		rule: "is always trusted. The email address counts as verified, whatever you select here.",
	},
	{
		id: "microsoft.com", name: "Microsoft", idTokens: true, pendingTokens: true,
		ownDomains: regexp.MustCompile(`@(outlook|hotmail)\.com$`),
		rule: "is trusted to verify only outlook.com and hotmail.com addresses. " +
			"Any other address counts as unverified.",
	},
	{
		// The pattern lists the forms of country domains, so that yahoo.example.org doesn't
		// match.
		id: "yahoo.com", name: "Yahoo", idTokens: true, pendingTokens: true,
		ownDomains: regexp.MustCompile(`@yahoo\.(com|[a-z]{2}|com?\.[a-z]{2})$`),
		rule: "is trusted to verify only addresses of yahoo.com and its country domains. " +
			"Any other address counts as unverified.",
	},
	{id: "facebook.com", name: "Facebook", rule: neverTrusted},
	{id: "github.com", name: "GitHub", rule: neverTrusted},
	{id: "twitter.com", name: "X", rule: neverTrusted},
}

func providerByID(id string) (identityProvider, bool) {
	for _, p := range identityProviders {
		if p.id == strings.ToLower(id) {
			return p, true
		}
	}
	return identityProvider{}, false
}

// trustedWith reports whether an email address from the provider counts as verified. claimed is
// the provider's own email_verified claim.
func (p identityProvider) trustedWith(email string, claimed bool) bool {
	if email == "" {
		return false
	}
	return p.alwaysTrusted || claimed && p.ownDomains != nil && p.ownDomains.MatchString(email)
}

// idpConfig is a provider's DefaultSupportedIdpConfig resource. The client ID and secret are
// stored, but never used.
type idpConfig struct {
	Name         string `json:"name"`
	Enabled      bool   `json:"enabled"`
	ClientID     string `json:"clientId,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"`
}

// idpConfig returns a provider's configuration. A provider is enabled until an administrator
// disables it.
func (s *Service) idpConfig(id string) idpConfig {
	if c, ok := s.idpConfigs.get(id); ok {
		return c
	}
	name := "projects/" + s.projectID + "/defaultSupportedIdpConfigs/" + id
	return idpConfig{Name: name, Enabled: true}
}

func (s *Service) listIdpConfigs(*call, empty) (any, error) {
	var list []idpConfig
	for _, p := range identityProviders {
		list = append(list, s.idpConfig(p.id))
	}
	return map[string]any{"defaultSupportedIdpConfigs": list}, nil
}

// patchIdpConfig returns an operation that changes the fields in the body.
func patchIdpConfig(id string) operation {
	return func(s *Service, _ *call, body []byte) (any, error) {
		config := s.idpConfig(id)
		name := config.Name
		if err := decode(body, &config); err != nil {
			return nil, err
		}
		config.Name = name
		s.idpConfigs.put(id, config)
		return config, nil
	}
}

// idpConfigOperations let administrators turn providers on and off.
func idpConfigOperations() map[string]operation {
	const configs = toolkit + "v2/projects/{project}/defaultSupportedIdpConfigs"
	operations := map[string]operation{"GET " + configs: decoded((*Service).listIdpConfigs)}
	for _, p := range identityProviders {
		operations["PATCH "+configs+"/"+p.id] = patchIdpConfig(p.id)
	}
	return operations
}
