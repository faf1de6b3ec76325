package views

import (
	"slices"
	"strings"
)

// methodNames is what people call the sign-in methods; static/js/auth/method-names.js has the same names.
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

// methodName is what people call a sign-in method, or its id where that is not known.
func methodName(id string) string {
	if name, ok := methodNames[id]; ok {
		return name
	}
	return id
}

// offers tells whether people can sign in by the method.
func (p Page) offers(method string) bool { return slices.Contains(p.Config.Methods, method) }

// providers are the methods that are somebody else's accounts, in the order of the configuration.
func (p Page) providers() []string {
	var ids []string
	for _, id := range p.Config.Methods {
		if strings.Contains(id, ".") {
			ids = append(ids, id)
		}
	}
	return ids
}
