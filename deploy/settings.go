package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/latchkey/config"
)

// settings are what the operator chose.
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
	// given has every variable that is set, also to the empty string, which means the default. A
	// setting that is left out keeps the value that the service has.
	given map[string]string
}

// serviceSettings are the settings that the service reads, with its own name for each.
var serviceSettings = []struct{ name, variable string }{
	{"AUTH_DOMAIN", "FIREBASE_AUTH_DOMAIN"},
	{"CORS_ORIGINS", "CORS_ORIGINS"},
	{"GOOGLE_CLIENT_IDS", "GOOGLE_CLIENT_IDS"},
	{"IAP_AUDIENCE", "IAP_AUDIENCE"},
	{"LOAD_BALANCER", "TRUSTED_PROXIES"},
	{"RATE_LIMIT_ACCOUNT", "RATE_LIMIT_ACCOUNT"},
	{"RATE_LIMIT_ADDRESS", "RATE_LIMIT_ADDRESS"},
	{"SESSION_PANEL", "SESSION_PANEL"},
	{"SIGN_IN_METHODS", "SIGN_IN_METHODS"},
	{"SUPPORT_CONTACT", "SUPPORT_CONTACT"},
	{"TENANT_ID", "TENANT_ID"},
}

var (
	projectID   = regexp.MustCompile(`^[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	regionName  = regexp.MustCompile(`^([a-z]+-[a-z]+[0-9]+|global)$`)
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9-]{4,22}[a-z0-9]$`)
	hostName    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$`)
	// https://docs.cloud.google.com/iam/docs/principal-identifiers
	member = regexp.MustCompile(`^(user|group|serviceAccount|domain):[^\s:,]+$|` +
		`^(principal|principalSet)://[^\s,]+$`)
)

// loadSettings reads the settings. It rejects what Google or the service would reject later.
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
	if _, set := given["ACCESS"]; set && s.access == "" {
		s.access = "public"
	}
	for _, check := range []func(settings) error{
		checkNames, checkMembers, checkHosts, checkInstances, checkServiceSettings,
	} {
		if err := check(s); err != nil {
			return settings{}, err
		}
	}
	return s, nil
}

func checkNames(s settings) error {
	switch {
	case s.project == "":
		return errors.New("set PROJECT to the ID of a Google Cloud project")
	case !projectID.MatchString(s.project):
		return fmt.Errorf("set PROJECT to the ID of a project, which has 6 to 30 lowercase "+
			"letters, digits and hyphens, not %q", s.project)
	case !serviceName.MatchString(s.service):
		return fmt.Errorf("set SERVICE to 6 to 24 lowercase letters, digits and hyphens, "+
			"beginning with a letter, because accounts are named after it, not %q", s.service)
	case !regionName.MatchString(s.region) || s.region == "global":
		return fmt.Errorf("set REGION to a region such as us-central1, not %q", s.region)
	case !regionName.MatchString(s.buildRegion):
		return fmt.Errorf("set BUILD_REGION to a region such as us-central1, or to global, not %q",
			s.buildRegion)
	case !slices.Contains([]string{"", "public", "private", "staff"}, s.access):
		return fmt.Errorf("set ACCESS to public, private or staff, not %q", s.access)
	}
	return nil
}

func checkMembers(s settings) error {
	for name, members := range map[string][]string{"DEVELOPERS": s.developers, "STAFF": s.staff} {
		for _, m := range members {
			if !member.MatchString(m) {
				return fmt.Errorf("set %s to members such as user:you@example.com or "+
					"group:team@example.com, not %q", name, m)
			}
		}
	}
	return nil
}

func checkHosts(s settings) error {
	if domain := s.given["AUTH_DOMAIN"]; domain != "" && !hostName.MatchString(domain) {
		return fmt.Errorf("set AUTH_DOMAIN to a host name such as app.example.com, not %q", domain)
	}
	for _, host := range s.domains {
		if !hostName.MatchString(host) {
			return fmt.Errorf("set DOMAINS to host names such as app.example.com, not %q", host)
		}
	}
	switch addresses := s.given["LOAD_BALANCER"]; {
	case addresses == "":
	case addresses == "0" || addresses == "1": // valid in TRUSTED_PROXIES
		return fmt.Errorf("set LOAD_BALANCER to the public addresses of the load balancer, not %q",
			addresses)
	case len(s.domains) == 0:
		return errors.New("also set DOMAINS, with the load balancer's domain first")
	}
	return nil
}

func checkInstances(s settings) error {
	for name, least := range map[string]int{"MIN_INSTANCES": 0, "MAX_INSTANCES": 1} {
		if value := s.given[name]; value != "" {
			if n, err := strconv.Atoi(value); err != nil || n < least {
				return fmt.Errorf("set %s to a number of at least %d, not %q", name, least, value)
			}
		}
	}
	return nil
}

// checkServiceSettings lets the service's own package judge the values.
func checkServiceSettings(s settings) error {
	environ := []string{"K_SERVICE=" + s.service, "FIREBASE_API_KEY=unknown"}
	for name, value := range s.environment(nil) {
		// Cloud Build replaces $NAME in substitutions, and gcloud ends a list at a line break.
		if strings.ContainsAny(value, "$\n") {
			return fmt.Errorf("remove the dollar sign or the line break from %s", name)
		}
		environ = append(environ, name+"="+value)
	}
	if _, err := config.Load(environ, false); err != nil {
		message := err.Error()
		for _, setting := range serviceSettings {
			message = strings.ReplaceAll(message, "set "+setting.variable, "set "+setting.name)
		}
		return errors.New(message)
	}
	return nil
}

// environment returns the variables of the next revision of the service: those of the current one,
// changed by the settings that are set.
func (s settings) environment(current map[string]string) map[string]string {
	next := maps.Clone(current)
	if next == nil {
		next = map[string]string{}
	}
	for _, setting := range serviceSettings {
		if value, set := s.given[setting.name]; set {
			next[setting.variable] = value
		}
	}
	maps.DeleteFunc(next, func(_, value string) bool { return value == "" })
	return next
}

// variables splits environ, which has the form of os.Environ, into names and values.
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
