package identitytoolkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// providerPage is the data of web/provider.html, which stands in for a provider's own sign-in
// page. The developer can sign in as any user.
type providerPage struct {
	Provider string // display name
	ID       string // empty if the URL is invalid; then the page only shows Heading and Problem
	Heading  string
	Rule     string // how far the provider is trusted with email addresses
	Accounts []pageAccount
	Problem  string
}

// pageAccount is an account that the page lists.
type pageAccount struct {
	Name    string
	Email   string
	Initial string
	Claims  string // a JSON object, returned to the app as the provider's token
}

// pageHeadings holds the heading for each authType parameter that the SDK sends.
var pageHeadings = map[string]string{
	"signInViaPopup":    "Sign in with %s",
	"signInViaRedirect": "Sign in with %s",
	"linkViaPopup":      "Connect your %s account",
	"linkViaRedirect":   "Connect your %s account",
	"reauthViaPopup":    "Confirm your identity with %s",
	"reauthViaRedirect": "Confirm your identity with %s",
}

// serveProviderPage serves the page that the SDK opens in a popup or redirects to. The page
// doesn't sign the user in. It returns the chosen account to the app, and the SDK there calls
// signInWithIdp.
func serveProviderPage(s *Service, w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	provider, known := providerByID(query.Get("providerId"))
	heading, expected := pageHeadings[query.Get("authType")]
	if !known || !expected || query.Get("apiKey") == "" || query.Get("appName") == "" {
		s.writePage(w, r, http.StatusBadRequest, "provider", "'none'", providerPage{
			Heading: "Sign in from the app",
			Problem: "This page is one step of signing in with a provider. " +
				"Go back to the app and start the sign-in there.",
		})
		return
	}
	data := providerPage{
		Provider: provider.name,
		ID:       provider.id,
		Heading:  fmt.Sprintf(heading, provider.name),
		Rule:     provider.rule,
	}
	if !s.enabled(provider) {
		data.Problem = provider.name + " is turned off in this project, so this sign-in will fail."
	}
	for _, account := range s.providerAccountsOf(provider.id) {
		data.Accounts = append(data.Accounts, newPageAccount(account))
	}
	s.writePage(w, r, http.StatusOK, "provider", "'none'", data)
}

func (s *Service) enabled(p identityProvider) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.idpConfig(p.id).Enabled
}

func newPageAccount(a providerAccount) pageAccount {
	var claims profileClaims
	_ = json.Unmarshal(a.Claims, &claims) // succeeds, because it did before the claims were stored
	w := pageAccount{Name: claims.Name, Email: claims.Email, Claims: string(a.Claims)}
	if w.Name == "" {
		w.Name = "No name"
	}
	if w.Email == "" {
		w.Email = "No email"
	}
	first, _ := utf8.DecodeRuneInString(w.Name)
	w.Initial = strings.ToUpper(string(first))
	return w
}
