package identitytoolkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// widget is the page of a provider: here one is whoever one says.
type providerPage struct {
	Provider string
	ID       string
	Heading  string
	Rule     string
	Accounts []pageAccount
	Problem  string // what stands in the way; without a provider there is nothing but this
}

// widgetAccount is an account to pick.
type pageAccount struct {
	Name    string
	Email   string
	Initial string
	Claims  string // a JSON object, given back to the app as the provider's token
}

// headings says for each kind of event that the SDK waits for what the person is about to do.
var pageHeadings = map[string]string{
	"signInViaPopup": "Sign in with %s", "signInViaRedirect": "Sign in with %s",
	"linkViaPopup": "Link your %s account", "linkViaRedirect": "Link your %s account",
	"reauthViaPopup": "Confirm with %s that it is you", "reauthViaRedirect": "Confirm with %s that it is you",
}

// serveWidget is the page that the SDK opens in a popup or goes to. It signs nobody in by itself: it hands the chosen
// account back to the app's page, which calls signInWithIdp.
func serveProviderPage(s *Service, w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	provider, known := providerByID(query.Get("providerId"))
	heading, expected := pageHeadings[query.Get("authType")]
	if !known || !expected || query.Get("apiKey") == "" || query.Get("appName") == "" {
		s.writePage(w, r, http.StatusBadRequest, "provider", "'none'", providerPage{
			Heading: "Nothing to do here",
			Problem: "This page is a step of signing in with a provider. Go back to the app and start there.",
		})
		return
	}
	data := providerPage{
		Provider: provider.name, ID: provider.id, Heading: fmt.Sprintf(heading, provider.name), Rule: provider.rule,
	}
	if !s.enabled(provider) {
		data.Problem = provider.name + " is switched off in this project: signing in with it will be refused."
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
	// What was stored has been decoded this way before.
	_ = json.Unmarshal(a.Claims, &claims)
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
