package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// settings are what the operator chose. Those of the service itself are in given.
type settings struct {
	project     string // PROJECT
	region      string // REGION: of the service, the images and a new database
	buildRegion string // BUILD_REGION
	service     string // SERVICE
	// access is public, private or staff (ACCESS). Empty keeps the access that the service has.
	access     string
	developers []string // DEVELOPERS: members that may call a private service
	staff      []string // STAFF: members that Identity-Aware Proxy lets in
	domains    []string // DOMAINS: more hosts that users sign in on

	// given has the settings that are set, also to the empty string, which means the default. A
	// setting that isn't there keeps the value that the service has.
	given map[string]string
}

var (
	projectID   = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	regionName  = regexp.MustCompile(`^[a-z]+-[a-z]+[0-9]+$`)
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9-]{4,22}[a-z0-9]$`)
	member      = regexp.MustCompile(`^(user|group|serviceAccount|domain|principal|principalSet):\S+$`)
)

// loadSettings reads the settings. It rejects what Google would reject later.
func loadSettings(environ []string) (settings, error) {
	given := variables(environ)
	s := settings{
		project:     given["PROJECT"],
		region:      cmp.Or(given["REGION"], "us-central1"),
		buildRegion: cmp.Or(given["BUILD_REGION"], "us-central1"),
		service:     cmp.Or(given["SERVICE"], "latchkey"),
		access:      given["ACCESS"],
		developers:  list(given["DEVELOPERS"]),
		staff:       list(given["STAFF"]),
		domains:     list(given["DOMAINS"]),
		given:       given,
	}
	switch {
	case s.project == "":
		return s, errors.New("set PROJECT to the ID of a Google Cloud project")
	case !projectID.MatchString(s.project):
		return s, fmt.Errorf("set PROJECT to the ID of a project, not to its name or number: %q",
			s.project)
	case !serviceName.MatchString(s.service):
		return s, fmt.Errorf("set SERVICE to 6 to 24 lowercase letters, digits and hyphens, "+
			"with a letter first, because it also names service accounts: %q", s.service)
	case !slices.Contains([]string{"", "public", "private", "staff"}, s.access):
		return s, fmt.Errorf("set ACCESS to public, private or staff, not %q", s.access)
	}
	return s, nil
}

// variables splits environ into names and values.
func variables(environ []string) map[string]string {
	values := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			values[name] = value
		}
	}
	return values
}

// list splits a value at commas and spaces.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}
