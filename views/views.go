// Package views holds the pages as templ components, and what they need to know.
//
// A page is a public shell: the same bytes for everybody who asks for its address, but for the nonce. Who is signed in
// is known to the browser alone (bearer tokens, no cookies), so the page's module reveals the signed-in or the
// signed-out part and fills it.
package views

//go:generate go tool templ generate -log-level=warn -include-version=false

// WebConfig is what the browser must know to talk to Firebase. All of it is public: an API key names the project and
// does not authorise anything.
type WebConfig struct {
	APIKey     string `json:"apiKey"`
	AuthDomain string `json:"authDomain"`
	ProjectID  string `json:"projectId"`

	// Emulator is "" in production, "same-origin" for the local Firebase in this process, or the address of another
	// Auth emulator, such as "http://127.0.0.1:9099".
	Emulator string `json:"emulator,omitempty"`

	// Methods are the sign-in methods to offer: "password", "phone", "emailLink", "anonymous" or a provider's id, such
	// as "google.com".
	Methods []string `json:"methods"`

	// TenantID is the one tenant that people sign in to; empty in a project without tenants.
	TenantID string `json:"tenantId,omitempty"`

	// Support is the link to whom people ask for what they may not do themselves, mailto: or https:, or empty.
	Support string `json:"support,omitempty"`
}

// Page is what every page is given.
type Page struct {
	Title  string // of the document, without the app's name; may be empty on the landing page
	Path   string // the page's own path, for the navigation
	Config WebConfig
	Next   string // ?next= as it came: where to go after signing in

	SessionPanel bool // whether the account page shows the tokens and what happens to them
}

// appName is what a fork changes first.
const appName = "Latchkey"

// documentTitle is the title in the browser's tab.
func (p Page) documentTitle() string {
	if p.Title == "" {
		return appName
	}
	return p.Title + " · " + appName
}
