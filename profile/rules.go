package profile

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	_ "time/tzdata" // the container has no time zone files
	"unicode"
	"unicode/utf8"
)

// MaxBio bounds the bio, in characters (not bytes).
const MaxBio = 500

// rule is what a text field must satisfy. Every field may be empty.
type rule struct {
	max       int  // in characters
	multiline bool // whether line breaks, tabs and format characters are allowed
	// check returns what else is wrong with a text, or "". It may be nil.
	check func(text string) string
}

// problem returns what is wrong with a text as a sentence for the user, or "".
func (r rule) problem(text string) string {
	switch {
	case text == "":
		return ""
	case utf8.RuneCountInString(text) > r.max:
		return fmt.Sprintf("Use at most %d characters.", r.max)
	case !r.multiline && !IsSingleLine(text):
		return "Use a single line of text, without hidden characters."
	case strings.ContainsFunc(text, isUnprintable):
		return "Remove the characters that can't be displayed."
	case r.check == nil:
		return ""
	}
	return r.check(text)
}

// IsSingleLine reports whether text is one line without hidden characters: control characters, and
// Unicode's format characters (category Cf). Format characters are invisible, and some reverse the
// text around them, so they could make one user's name look like another's. A text of several
// lines may have them, because writers of right-to-left languages need some, such as U+200F.
//
// The two joiners, U+200C and U+200D, are allowed after a letter, mark or symbol. Many Persian and
// Indic names, and emoji that combine others, can't be written without them.
func IsSingleLine(text string) bool {
	var previous rune
	for _, r := range text {
		joins := (r == '\u200c' || r == '\u200d') &&
			unicode.In(previous, unicode.L, unicode.M, unicode.S)
		if !joins && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return false
		}
		previous = r
	}
	return true
}

// isUnprintable reports whether r is a control character other than a line break or tab.
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
}

// checkWebsite only accepts https. The address becomes a link, and a javascript: or data: link
// would run code in the page of the user who clicks it.
func checkWebsite(text string) string {
	const hint = "Enter a full web address, such as https://example.com."
	if strings.ContainsFunc(text, unicode.IsSpace) || strings.Contains(text, `\`) {
		return hint
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return hint
	case u.Scheme != "https":
		return "Enter an address that starts with https://."
	case u.User != nil:
		return "Remove the username and password from the address."
	}
	return ""
}

// checkTimezone accepts IANA names, such as Europe/Lisbon.
func checkTimezone(text string) string {
	// "Local" isn't an IANA name. To Go it means the server's time zone.
	if _, err := time.LoadLocation(text); err != nil || text == "Local" {
		return "Choose a time zone from the list, such as Europe/Lisbon."
	}
	return ""
}
