// Package profile holds the extra fields of a user: what the platform's user object, whose schema is fixed, has no room
// for. They live in Firestore, one document per user in the collection "profiles", keyed by uid.
//
// A field has one name everywhere: in the form, in JSON, in Firestore and in an error's fields.
package profile

import (
	"net/url"
	"strings"
	"time"
	_ "time/tzdata" // the container has no time zone files; without them every timezone would be refused
	"unicode"
	"unicode/utf8"
)

// Limits, in characters (not bytes).
const (
	MaxBio     = 500
	MaxCompany = 100
	MaxWebsite = 200
)

// Profile is what a user says about themselves. The zero value is the profile of somebody who has not saved one.
type Profile struct {
	Bio        string `json:"bio" firestore:"bio"`
	Company    string `json:"company" firestore:"company"`
	Website    string `json:"website" firestore:"website"`   // "" or an https URL
	Timezone   string `json:"timezone" firestore:"timezone"` // "" or an IANA name, such as "Europe/Lisbon"
	Newsletter bool   `json:"newsletter" firestore:"newsletter"`

	// UpdatedAt is the document's own update time, nil before the first save. It is not stored as a field: Firestore
	// keeps it, and two copies could disagree.
	UpdatedAt *time.Time `json:"updatedAt" firestore:"-"`
}

// Changes names the fields to save; a nil field stays as it is stored.
type Changes struct {
	Bio        *string `json:"bio"`
	Company    *string `json:"company"`
	Website    *string `json:"website"`
	Timezone   *string `json:"timezone"`
	Newsletter *bool   `json:"newsletter"`
}

// Clean trims white space around the text fields and returns what is wrong with them, one sentence per field by its
// name. Nothing is wrong when the map is empty.
func (c *Changes) Clean() map[string]string {
	wrong := map[string]string{}
	check := func(field string, value *string, problem func(string) string) {
		if value == nil {
			return
		}
		*value = strings.TrimSpace(*value)
		if sentence := problem(*value); sentence != "" {
			wrong[field] = sentence
		}
	}
	check("bio", c.Bio, bioProblem)
	check("company", c.Company, companyProblem)
	check("website", c.Website, websiteProblem)
	check("timezone", c.Timezone, timezoneProblem)
	return wrong
}

func bioProblem(s string) string {
	switch {
	case utf8.RuneCountInString(s) > MaxBio:
		return "Keep the bio to 500 characters."
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }):
		return "The bio contains a character that cannot be shown."
	}
	return ""
}

func companyProblem(s string) string {
	switch {
	case utf8.RuneCountInString(s) > MaxCompany:
		return "Keep the company to 100 characters."
	case strings.ContainsFunc(s, unicode.IsControl):
		return "The company must be one line of text."
	}
	return ""
}

// websiteProblem accepts https only: the address becomes a link, and a javascript: or data: link would run in the page
// of whoever clicks it.
func websiteProblem(s string) string {
	const hint = "Enter a full address, such as https://example.com."
	if s == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > MaxWebsite {
		return "Keep the website to 200 characters."
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' }) {
		return hint
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return hint
	}
	if u.Scheme != "https" {
		return "The website must start with https://."
	}
	if u.User != nil {
		return "The website must not contain a user name or password."
	}
	return ""
}

func timezoneProblem(s string) string {
	if s == "" {
		return ""
	}
	// "Local" means this server's own zone to Go; it is not an IANA name.
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return "Choose a time zone from the list, such as Europe/Lisbon."
	}
	return ""
}

// apply returns p with the named fields changed.
func (c Changes) apply(p Profile) Profile {
	set(&p.Bio, c.Bio)
	set(&p.Company, c.Company)
	set(&p.Website, c.Website)
	set(&p.Timezone, c.Timezone)
	set(&p.Newsletter, c.Newsletter)
	return p
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
