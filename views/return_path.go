package views

import (
	"net/url"
	"regexp"

	"github.com/a-h/templ"
)

// plainPath is a narrow part of what js/auth/return-path.js lets ?next= be, and it needs no parser: no dots, escapes or empty
// segments in the path. Every page here is one; of anything else the links on the sign-in page say nothing.
var plainPath = regexp.MustCompile(`^/([\w-]+(/[\w-]+)*)?(\?[\w=&-]*)?(#[\w-]*)?$`)

// signInLink leads to one of the sign-in page's forms and keeps where to go afterwards, also for those who press it
// before js/pages/signin.js is there to do so. The mode is "" for the first form.
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
