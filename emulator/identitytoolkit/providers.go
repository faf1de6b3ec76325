package identitytoolkit

import (
	"regexp"
	"strings"
)

// identityProvider is a federated provider: who it is, and whose email addresses it vouches for.
type identityProvider struct {
	id   string
	name string // as people know it
	// idTokens: it identifies people by an OpenID Connect ID token; the others only by an access token.
	idTokens bool
	// pending: the SDK keeps its credential, for a later link, as a pending token instead of the provider's own tokens.
	pending bool
	// owns matches the addresses that the provider itself issues; nil means none.
	owns *regexp.Regexp
	// always: it vouches for every address that it names.
	always bool
	rule   string // the trust as a sentence for people
}

const neverTrusted = "is not trusted with email addresses: whatever it says, the email counts as unverified."

// identityProviders are the providers that can sign people in. Whom they are trusted with is the rule of the page
// "Identity Platform users in projects": a provider that owns the address's domain, or verifies every change of it.
var identityProviders = []identityProvider{
	{
		id: "google.com", name: "Google", idTokens: true, owns: regexp.MustCompile(`@(gmail|googlemail)\.com$`),
		rule: "is trusted with verified addresses of gmail.com and googlemail.com. Any other counts as unverified.",
	},
	{
		id: "apple.com", name: "Apple", idTokens: true, pending: true, always: true,
		rule: "is always trusted: the email counts as verified whatever you choose here.",
	},
	{
		id: "microsoft.com", name: "Microsoft", idTokens: true, pending: true,
		owns: regexp.MustCompile(`@(outlook|hotmail)\.com$`),
		rule: "is trusted with verified addresses of outlook.com and hotmail.com. Any other counts as unverified.",
	},
	{
		// The country domains are listed by their form: yahoo.example.org belongs to example.org.
		id: "yahoo.com", name: "Yahoo", idTokens: true, pending: true,
		owns: regexp.MustCompile(`@yahoo\.(com|[a-z]{2}|com?\.[a-z]{2})$`),
		rule: "is trusted with verified addresses of yahoo.com and its countries. Any other counts as unverified.",
	},
	{id: "facebook.com", name: "Facebook", rule: neverTrusted},
	{id: "github.com", name: "GitHub", rule: neverTrusted},
	{id: "twitter.com", name: "Twitter", rule: neverTrusted},
}

func providerByID(id string) (identityProvider, bool) {
	for _, p := range identityProviders {
		if p.id == strings.ToLower(id) {
			return p, true
		}
	}
	return identityProvider{}, false
}

// vouchesFor tells whether an email that the provider names counts as verified. claimed is what the provider says
// itself.
func (p identityProvider) trustedWith(email string, claimed bool) bool {
	if email == "" {
		return false
	}
	return p.always || claimed && p.owns != nil && p.owns.MatchString(email)
}

// idpConfig is the DefaultSupportedIdpConfig resource of a provider. The client is kept but never used.
type idpConfig struct {
	Name         string `json:"name"`
	Enabled      bool   `json:"enabled"`
	ClientID     string `json:"clientId,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"`
}

// idpConfig is the configuration of a provider: enabled until an administrator says otherwise.
func (s *Service) idpConfig(id string) idpConfig {
	if c, ok := s.idpConfigs.get(id); ok {
		return c
	}
	return idpConfig{Name: "projects/" + s.projectID + "/defaultSupportedIdpConfigs/" + id, Enabled: true}
}

func (s *Service) listIdpConfigs(*call, empty) (any, error) {
	var list []idpConfig
	for _, p := range identityProviders {
		list = append(list, s.idpConfig(p.id))
	}
	return map[string]any{"defaultSupportedIdpConfigs": list}, nil
}

// patchIdpConfig changes the fields that the body has.
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

const idpConfigPath = toolkit + "v2/projects/{project}/defaultSupportedIdpConfigs"

// idpConfigRoutes switch providers on and off: one row for each.
func idpConfigRoutes() []route {
	routes := []route{{"GET " + idpConfigPath, admins, decoded((*Service).listIdpConfigs), nil}}
	for _, p := range identityProviders {
		routes = append(routes, route{"PATCH " + idpConfigPath + "/" + p.id, admins, patchIdpConfig(p.id), nil})
	}
	return routes
}
