// Package config reads every setting of the program from its environment, once, at startup.
//
// [Config] lists the settings and [Load] applies the defaults. If a setting is missing or
// invalid, Load returns an error that says what to set.
package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// Mode says which Firebase the program talks to.
type Mode int

const (
	// Production is Identity Platform and Firestore in a Google Cloud project.
	Production Mode = iota
	// Local is the local Firebase inside this process. It is the mode when no project is set.
	Local
	// EmulatorSuite is the official Firebase Emulator Suite, found through its own variables.
	EmulatorSuite
)

// Config holds every setting. The comment above each field names its environment variable.
type Config struct {
	// Mode follows from the other settings: Production if FIREBASE_API_KEY or K_SERVICE is set
	// or if this build has no local Firebase, EmulatorSuite if the two emulator variables are
	// set, and Local otherwise.
	Mode Mode
	// OnCloudRun is true if K_SERVICE is set, which Cloud Run does for every instance.
	OnCloudRun bool

	// Host is the address to listen on (HOST). Empty means all interfaces, which is the default
	// in production. Everywhere else the default is 127.0.0.1.
	Host string
	// Port is the port to listen on (PORT, default 8080). 0 picks a free one.
	Port string

	// ProjectID is the Google Cloud project (FIREBASE_PROJECT, GOOGLE_CLOUD_PROJECT or
	// GCLOUD_PROJECT, in this order). On Cloud Run it may be empty: the metadata server knows it.
	ProjectID string
	// APIKey is the project's web API key (FIREBASE_API_KEY). It identifies the project to
	// Google and is not a secret.
	APIKey string
	// AuthDomain serves Firebase's sign-in helper pages (FIREBASE_AUTH_DOMAIN). It should be the
	// host that users open, because redirects work on no other. Empty means
	// PROJECT.firebaseapp.com.
	AuthDomain string
	// TenantID is the only Identity Platform tenant that users can sign in to (TENANT_ID).
	TenantID string

	// SignInMethods are the methods that the sign-in page offers (SIGN_IN_METHODS), in order.
	// The default is password in production and localMethods elsewhere.
	SignInMethods []string
	// SupportContact is a mailto: or https: link to the operator (SUPPORT_CONTACT).
	SupportContact string
	// SessionPanel shows token claims and SDK events on the account page (SESSION_PANEL, default
	// on).
	SessionPanel bool

	// CORSOrigins may call /api/ from other sites (CORS_ORIGINS).
	CORSOrigins []string
	// IAPAudiences are the services whose Identity-Aware Proxy assertions are accepted
	// (IAP_AUDIENCE). If there are none, the internal area does not exist.
	IAPAudiences []string
	// GoogleClientIDs are the OAuth clients whose Google ID tokens /api/google/tokeninfo accepts
	// (GOOGLE_CLIENT_IDS). If there are none, that route does not exist.
	GoogleClientIDs []string

	// BehindProxy says whether every request comes through a proxy that appends its client's
	// address to X-Forwarded-For, and LoadBalancers has the addresses of load balancers in front
	// of that proxy. TRUSTED_PROXIES sets both: 0, 1 or a list of addresses. The default is 1 on
	// Cloud Run, whose front end is such a proxy, and 0 elsewhere.
	BehindProxy   bool
	LoadBalancers []netip.Prefix
	// AddressLimit bounds the requests of one client address (RATE_LIMIT_ADDRESS, default 100).
	AddressLimit RateLimit
	// AccountLimit bounds the requests of one account (RATE_LIMIT_ACCOUNT, default 20).
	AccountLimit RateLimit

	// StateDir is where the local Firebase keeps its data (LOCAL_STATE, default .local). If it is
	// empty (LOCAL_STATE=off), the data is kept in memory and lost when the program stops.
	StateDir string
	// LocalHosts are additional host names under which this machine may be opened in local mode
	// (LOCAL_HOSTS).
	LocalHosts []string

	// AuthEmulatorHost and FirestoreEmulatorHost are the addresses of the Emulator Suite
	// (FIREBASE_AUTH_EMULATOR_HOST, FIRESTORE_EMULATOR_HOST).
	AuthEmulatorHost      string
	FirestoreEmulatorHost string
}

// RateLimit allows PerSecond requests per second on average, and Burst at once. The zero value
// means no limit.
type RateLimit struct{ PerSecond, Burst int }

// The environment variables of the Emulator Suite. Google's SDKs read them too.
const (
	AuthEmulatorVariable      = "FIREBASE_AUTH_EMULATOR_HOST"
	FirestoreEmulatorVariable = "FIRESTORE_EMULATOR_HOST"
)

// LocalProjectID is the project of the local Firebase. The prefix demo- tells Firebase tools never
// to contact the real platform for it.
const LocalProjectID = "demo-latchkey"

// SignInMethods are the values that SIGN_IN_METHODS accepts.
var SignInMethods = []string{
	"password", "emailLink", "google.com", "apple.com", "microsoft.com", "facebook.com",
	"github.com", "twitter.com", "yahoo.com", "phone", "anonymous",
}

// localMethods are offered by default in local mode: one method of each kind and the most common
// providers.
var localMethods = []string{
	"password", "emailLink", "google.com", "github.com", "facebook.com", "phone", "anonymous",
}

// Load reads the settings from environ, which has the form of os.Environ. hasLocalFirebase says
// whether this build contains the local Firebase.
func Load(environ []string, hasLocalFirebase bool) (Config, error) {
	env := parse(environ)
	cfg := Config{
		OnCloudRun:            env["K_SERVICE"] != "",
		Host:                  env["HOST"],
		Port:                  cmp.Or(env["PORT"], "8080"),
		APIKey:                env["FIREBASE_API_KEY"],
		AuthEmulatorHost:      env[AuthEmulatorVariable],
		FirestoreEmulatorHost: env[FirestoreEmulatorVariable],
	}
	if err := rejectEmulators(cfg, env, hasLocalFirebase); err != nil {
		return Config{}, err
	}
	cfg.Mode = modeOf(cfg, hasLocalFirebase)
	for _, load := range []func(*Config, map[string]string) error{
		loadAddress, loadProject, loadTenant, loadSignInMethods, loadPages,
		loadOrigins, loadAudiences, loadClientIDs, loadProxies, loadLimits, loadLocal,
	} {
		if err := load(&cfg, env); err != nil {
			return Config{}, err
		}
	}
	return cfg, nil
}

// redirectMethods are providers whose pages end the connection to the page that opened them
// (Cross-Origin-Opener-Policy: same-origin), so they need a redirect instead of a popup.
var redirectMethods = []string{"microsoft.com", "twitter.com"}

// MethodsWithoutRedirect returns the offered methods that need a redirect, if the auth domain is
// one of Firebase's. Redirects work only if users open the site at the auth domain, which is
// Firebase's only for a site on Firebase Hosting:
// https://firebase.google.com/docs/auth/web/redirect-best-practices
func (cfg Config) MethodsWithoutRedirect() []string {
	ofFirebase := cfg.AuthDomain == "" || strings.HasSuffix(cfg.AuthDomain, ".firebaseapp.com") ||
		strings.HasSuffix(cfg.AuthDomain, ".web.app")
	if cfg.Mode != Production || !ofFirebase {
		return nil
	}
	var methods []string
	for _, method := range cfg.SignInMethods {
		if slices.Contains(redirectMethods, method) {
			methods = append(methods, method)
		}
	}
	return methods
}

// parse returns the variables that have a value. An empty variable counts as unset.
func parse(environ []string) map[string]string {
	env := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && value != "" {
			env[name] = value
		}
	}
	return env
}

// rejectEmulators keeps emulators out of production. If FIREBASE_AUTH_EMULATOR_HOST is set, the
// Admin SDK accepts unsigned tokens, so any client could act as any user.
func rejectEmulators(cfg Config, env map[string]string, hasLocalFirebase bool) error {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasSuffix(name, "_EMULATOR_HOST") {
			continue
		}
		switch {
		case cfg.OnCloudRun:
			return fmt.Errorf("unset %s: "+
				"on Cloud Run it would make the service accept forged tokens", name)
		case !hasLocalFirebase:
			return fmt.Errorf("unset %s: production builds never use an emulator", name)
		case cfg.APIKey != "":
			return fmt.Errorf("unset %s or FIREBASE_API_KEY: "+
				"the first selects an emulator, the second a real project", name)
		}
	}
	if (cfg.AuthEmulatorHost == "") != (cfg.FirestoreEmulatorHost == "") {
		return fmt.Errorf("set both %s and %s, or neither",
			AuthEmulatorVariable, FirestoreEmulatorVariable)
	}
	return nil
}

func modeOf(cfg Config, hasLocalFirebase bool) Mode {
	switch {
	case cfg.APIKey != "" || cfg.OnCloudRun || !hasLocalFirebase:
		return Production
	case cfg.AuthEmulatorHost != "":
		return EmulatorSuite
	}
	return Local
}
