package views

import (
	"slices"
	"strings"
)

// methodNames are the display names of the sign-in methods. static/js/auth/method-names.js has the
// same names.
var methodNames = map[string]string{
	"password":      "Email and password",
	"google.com":    "Google",
	"apple.com":     "Apple",
	"microsoft.com": "Microsoft",
	"facebook.com":  "Facebook",
	"github.com":    "GitHub",
	"twitter.com":   "X",
	"yahoo.com":     "Yahoo",
	"phone":         "Phone",
	"emailLink":     "Email link",
	"anonymous":     "Guest",
}

// methodName returns the display name of a sign-in method, or its ID if the method is unknown.
func methodName(id string) string {
	if name, ok := methodNames[id]; ok {
		return name
	}
	return id
}

// offers reports whether the configuration offers the sign-in method.
func (p Page) offers(method string) bool { return slices.Contains(p.Config.Methods, method) }

// providers returns the IDs of the offered identity providers, such as google.com, in the order of
// the configuration.
func (p Page) providers() []string {
	var ids []string
	for _, id := range p.Config.Methods {
		if IsProvider(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// IsProvider reports whether a sign-in method is an identity provider, such as google.com. The
// platform's own methods, such as password, contain no dot.
func IsProvider(method string) bool { return strings.Contains(method, ".") }
