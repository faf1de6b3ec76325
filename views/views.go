// Package views contains the pages as templ components, and their view models.
//
// A page is a public shell: except for the nonce, every visitor gets the same bytes. Only the
// browser knows who is signed in, because the app uses bearer tokens and no cookies. The page's
// JavaScript module reveals the signed-in or signed-out part and fills it.
package views

//go:generate go tool templ generate -log-level=warn -include-version=false

// WebConfig is the Firebase configuration for the browser. All of it is public: the API key
// identifies the project and doesn't authorize anything.
type WebConfig struct {
	APIKey     string `json:"apiKey"`
	AuthDomain string `json:"authDomain"`
	ProjectID  string `json:"projectId"`

	// Emulator is "" in production, "same-origin" for the local Firebase in this process, or
	// the URL of another Auth emulator, such as "http://127.0.0.1:9099".
	Emulator string `json:"emulator,omitempty"`

	// Methods are the sign-in methods to offer: "password", "phone", "emailLink", "anonymous",
	// or the ID of an identity provider, such as "google.com".
	Methods []string `json:"methods"`

	// TenantID is the tenant that users sign in to. It's empty for a project without tenants.
	TenantID string `json:"tenantId,omitempty"`

	// Support is a mailto: or https: link that users can ask for help. It may be empty.
	Support string `json:"support,omitempty"`
}

// Page is the data that every page needs.
type Page struct {
	Title  string // document title without the app's name; empty on the landing page
	Path   string // path of this page, for the navigation
	Config WebConfig
	Next   string // raw ?next= parameter: where to go after signing in

	SessionPanel bool // whether the account page has the session panel for developers
}

// appName is the product's name on screen. A fork changes it first.
const appName = "Latchkey"

// local reports whether the app runs with the local Firebase in its own process.
func (p Page) local() bool { return p.Config.Emulator == "same-origin" }

// documentTitle returns the title of the browser tab.
func (p Page) documentTitle() string {
	if p.Title == "" {
		return appName
	}
	return p.Title + " · " + appName
}
