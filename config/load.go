package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file has one function for each group of variables. Load calls them in order.

const (
	// Requests per second. A whole office may share one address, so an address gets more than
	// an account. Loading one page takes about five requests.
	defaultAddressLimit = "100"
	defaultAccountLimit = "20"
	// burstSeconds is how many seconds' worth of requests may arrive at once.
	burstSeconds = 10
)

var (
	hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
	tenantID = regexp.MustCompile(`^[a-zA-Z0-9_-]{4,}$`)

	// iapAudience matches the two forms for Cloud Run and for a load balancer:
	// https://cloud.google.com/iap/docs/signed-headers-howto
	iapAudience = regexp.MustCompile(`^/projects/[0-9]+/` +
		`(locations/[a-z0-9-]+/services/[a-z0-9-]+|global/backendServices/[0-9]+)$`)
)

func loadAddress(cfg *Config, _ map[string]string) error {
	if n, err := strconv.Atoi(cfg.Port); err != nil || n < 0 || n > 65535 {
		return errors.New("set PORT to a number from 0 to 65535")
	}
	if cfg.Host == "" && cfg.Mode != Production {
		cfg.Host = "127.0.0.1" // emulators accept unsigned tokens: keep other machines out
	}
	return nil
}

func loadProject(cfg *Config, env map[string]string) error {
	project := cmp.Or(env["FIREBASE_PROJECT"], env["GOOGLE_CLOUD_PROJECT"], env["GCLOUD_PROJECT"])
	if cfg.Mode != Production {
		cfg.ProjectID, cfg.APIKey, cfg.AuthDomain = LocalProjectID, "local", "localhost"
		// Ignore a project that happens to be set in the developer's shell. The Emulator Suite is
		// the exception: it is started for one project, and this one must match it.
		if cfg.Mode == EmulatorSuite && project != "" {
			cfg.ProjectID = project
		}
		return nil
	}
	if cfg.APIKey == "" {
		return errors.New("set FIREBASE_API_KEY to the web API key of the Firebase project " +
			"(Firebase console, Project settings)")
	}
	if project == "" && !cfg.OnCloudRun {
		return errors.New("set GOOGLE_CLOUD_PROJECT to the ID of the project " +
			"that FIREBASE_API_KEY belongs to")
	}
	cfg.ProjectID, cfg.AuthDomain = project, env["FIREBASE_AUTH_DOMAIN"]
	if strings.ContainsAny(cfg.AuthDomain, "/: ") {
		return errors.New("set FIREBASE_AUTH_DOMAIN to a host name only, " +
			"such as app.example.com")
	}
	return nil
}

func loadTenant(cfg *Config, env map[string]string) error {
	cfg.TenantID = env["TENANT_ID"]
	switch {
	case cfg.TenantID == "":
		return nil
	case cfg.Mode == Local:
		return errors.New("unset TENANT_ID: the local Firebase has no tenants, " +
			"but the official Emulator Suite does")
	case !tenantID.MatchString(cfg.TenantID):
		return errors.New("set TENANT_ID to the ID of a tenant, such as customers-x1y2z")
	}
	return nil
}

func loadSignInMethods(cfg *Config, env map[string]string) error {
	value, set := env["SIGN_IN_METHODS"]
	if !set {
		cfg.SignInMethods = localMethods
		if cfg.Mode == Production {
			cfg.SignInMethods = []string{"password"} // the only one that needs no further setup
		}
		return nil
	}
	cfg.SignInMethods = list(value)
	unknown := func(method string) bool { return !slices.Contains(SignInMethods, method) }
	if len(cfg.SignInMethods) == 0 || slices.ContainsFunc(cfg.SignInMethods, unknown) {
		return fmt.Errorf("set SIGN_IN_METHODS to a comma-separated list of these: %s",
			strings.Join(SignInMethods, ", "))
	}
	return nil
}

func loadPages(cfg *Config, env map[string]string) error {
	link, err := contactLink(env["SUPPORT_CONTACT"])
	if err != nil {
		return err
	}
	cfg.SupportContact = link
	switch env["SESSION_PANEL"] {
	case "", "on":
		cfg.SessionPanel = true
	case "off":
	default:
		return errors.New("set SESSION_PANEL to on or off")
	}
	return nil
}

// contactLink turns an email address or an https URL into a link.
func contactLink(contact string) (string, error) {
	if contact == "" {
		return "", nil
	}
	u, err := url.Parse(contact)
	if err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil {
		return u.String(), nil
	}
	address, err := mail.ParseAddress(contact)
	if err != nil || address.Address != contact || strings.ContainsAny(contact, `?&%"`) {
		return "", errors.New("set SUPPORT_CONTACT to an email address or an https URL")
	}
	return "mailto:" + contact, nil
}

func loadOrigins(cfg *Config, env map[string]string) error {
	cfg.CORSOrigins = list(env["CORS_ORIGINS"])
	for _, origin := range cfg.CORSOrigins {
		if !validOrigin(origin) {
			return fmt.Errorf("set CORS_ORIGINS to origins "+
				"such as https://app.example.com, not %q", origin)
		}
	}
	return nil
}

func loadAudiences(cfg *Config, env map[string]string) error {
	cfg.IAPAudiences = list(env["IAP_AUDIENCE"])
	for _, audience := range cfg.IAPAudiences {
		if !iapAudience.MatchString(audience) {
			return fmt.Errorf("set IAP_AUDIENCE to "+
				"/projects/NUMBER/locations/REGION/services/SERVICE "+
				"or /projects/NUMBER/global/backendServices/ID, not %q", audience)
		}
	}
	return nil
}

func loadClientIDs(cfg *Config, env map[string]string) error {
	cfg.GoogleClientIDs = list(env["GOOGLE_CLIENT_IDS"])
	for _, id := range cfg.GoogleClientIDs {
		if !strings.HasSuffix(id, ".apps.googleusercontent.com") {
			return fmt.Errorf("set GOOGLE_CLIENT_IDS to OAuth client IDs, "+
				"which end in .apps.googleusercontent.com, not %q", id)
		}
	}
	return nil
}

// loadProxies accepts no number above 1. Behind two proxies, the second to last address in
// X-Forwarded-For would count, but a client that bypasses the first proxy could choose it.
func loadProxies(cfg *Config, env map[string]string) error {
	value, set := env["TRUSTED_PROXIES"]
	switch {
	case !set:
		cfg.BehindProxy = cfg.OnCloudRun
		return nil
	case value == "0" || value == "1":
		cfg.BehindProxy = value == "1"
		return nil
	}
	networks, ok := parseNetworks(value)
	if !ok {
		return fmt.Errorf("set TRUSTED_PROXIES to 0, to 1, or to the public addresses of the "+
			"load balancer in front, such as 203.0.113.10,2001:db8::/64, not %q", value)
	}
	cfg.BehindProxy, cfg.LoadBalancers = true, networks
	return nil
}

// parseNetworks parses a list. It rejects an empty one.
func parseNetworks(value string) (networks []netip.Prefix, ok bool) {
	for _, entry := range list(value) {
		network, ok := parseNetwork(entry)
		if !ok {
			return nil, false
		}
		networks = append(networks, network)
	}
	return networks, len(networks) > 0
}

// parseNetwork parses an address, or a prefix such as 203.0.113.0/24. It rejects prefixes that
// contain a large part of the internet, and so addresses of clients.
func parseNetwork(text string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	network, err := netip.ParsePrefix(text)
	return network, err == nil && network.Bits() >= 8 && !network.Addr().Is4In6()
}

func loadLimits(cfg *Config, env map[string]string) (err error) {
	cfg.AddressLimit, err = rateLimit(env, "RATE_LIMIT_ADDRESS", defaultAddressLimit)
	if err != nil {
		return err
	}
	cfg.AccountLimit, err = rateLimit(env, "RATE_LIMIT_ACCOUNT", defaultAccountLimit)
	return err
}

func rateLimit(env map[string]string, name, byDefault string) (RateLimit, error) {
	value := cmp.Or(env[name], byDefault)
	if value == "off" {
		return RateLimit{}, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 1_000_000 {
		return RateLimit{}, fmt.Errorf("set %s to a number of requests per second, or to off", name)
	}
	return RateLimit{PerSecond: n, Burst: n * burstSeconds}, nil
}

func loadLocal(cfg *Config, env map[string]string) error {
	if cfg.StateDir = cmp.Or(env["LOCAL_STATE"], ".local"); cfg.StateDir == "off" {
		cfg.StateDir = ""
	}
	cfg.LocalHosts = list(strings.ToLower(env["LOCAL_HOSTS"]))
	for _, host := range cfg.LocalHosts {
		if !hostName.MatchString(host) {
			return fmt.Errorf("set LOCAL_HOSTS to host names without scheme and port, "+
				"such as devbox.lan, not %q", host)
		}
	}
	return nil
}

// list splits a value at commas and spaces, and drops duplicates.
func list(value string) []string {
	var entries []string
	isSeparator := func(r rune) bool { return r == ',' || r == ' ' }
	for entry := range strings.FieldsFuncSeq(value, isSeparator) {
		if !slices.Contains(entries, entry) {
			entries = append(entries, entry)
		}
	}
	return entries
}
