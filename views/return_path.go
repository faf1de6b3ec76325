package views

import (
	"net/url"
	"regexp"

	"github.com/a-h/templ"
)

// plainPath matches a safe subset of the values that js/auth/return-path.js accepts for ?next=:
// paths without dots, escapes, or empty segments. Every page of this app has such a path. The
// links on the sign-in page drop any other value.
var plainPath = regexp.MustCompile(`^/([\w-]+(/[\w-]+)*)?(\?[\w=&-]*)?(#[\w-]*)?$`)

// signInLink returns the URL of a mode of the sign-in page; "" is the first one. It includes
// ?next=, so links keep it even if they're clicked before js/pages/signin.js has loaded.
func (p Page) signInLink(mode string) templ.SafeURL {
	query := url.Values{}
	if mode != "" {
		query.Set("mode", mode)
	}
	if plainPath.MatchString(p.Next) {
		query.Set("next", p.Next)
	}
	if len(query) == 0 {
		return "/signin"
	}
	return templ.SafeURL("/signin?" + query.Encode())
}
