package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/latchkey/views"
)

// mode says which Firebase the program talks to.
type mode int

const (
	production mode = iota // Identity Platform and Firestore
	local                  // the local Firebase in this process: no project is configured
	emulators              // the official Emulator Suite, which the standard variables name
)

// config is every setting. loadConfig makes it, from nothing but the environment.
type config struct {
	mode        mode
	onCloudRun  bool
	host        string // address to listen on; "" is all of them
	port        string
	projectID   string // "" on Cloud Run without a variable: the metadata server tells
	apiKey      string // of the Firebase web app: names the project, is not a secret
	authDomain  string // where Firebase's sign-in helper pages are
	methods     []string
	stateFolder string   // of the local Firebase; "" keeps nothing
	localHosts  []string // further names of this machine, for what accepts unsigned tokens
	abuse       abuse
	pages       pageSettings
	platform    platform

	// Hosts of emulators; set by startLocal, or by the standard variables.
	authEmulator      string
	firestoreEmulator string
}

const (
	authEmulatorVariable      = "FIREBASE_AUTH_EMULATOR_HOST"
	firestoreEmulatorVariable = "FIRESTORE_EMULATOR_HOST"

	// localProjectID starts with demo-, which the Firebase tools take as: never talk to the real platform.
	localProjectID = "demo-latchkey"
)

// signInMethods are the values that SIGN_IN_METHODS may list. The sign-in page offers providers in the order given there.
var signInMethods = []string{"password", "emailLink", "google.com", "apple.com", "microsoft.com", "facebook.com", "github.com",
	"twitter.com", "yahoo.com", "phone", "anonymous"}

// localMethods is what is offered without a project: one of each kind, and the providers that people ask for first. The
// local Firebase plays the others too.
var localMethods = []string{"password", "emailLink", "google.com", "github.com", "facebook.com", "phone", "anonymous"}

// loadConfig reads the settings from an environment such as os.Environ's. What is missing or contradictory is an error
// of one sentence that says what to set.
func loadConfig(environ []string) (config, error) {
	env := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && value != "" {
			env[name] = value
		}
	}
	cfg := config{
		onCloudRun:        env["K_SERVICE"] != "",
		port:              cmp.Or(env["PORT"], "8080"),
		host:              env["HOST"],
		apiKey:            env["FIREBASE_API_KEY"],
		authEmulator:      env[authEmulatorVariable],
		firestoreEmulator: env[firestoreEmulatorVariable],
	}
	if err := refuseEmulators(cfg, env); err != nil {
		return config{}, err
	}
	cfg.mode = modeOf(cfg)
	steps := []func(*config, map[string]string) error{checkAddress, loadProject, loadMethods, loadState, loadLocalHosts, loadAbuse, loadPlatform, loadPageSettings}
	for _, step := range steps {
		if err := step(&cfg, env); err != nil {
			return config{}, err
		}
	}
	return cfg, nil
}

// refuseEmulators ends the start where an emulator variable meets production. With FIREBASE_AUTH_EMULATOR_HOST set the
// Admin SDK accepts unsigned tokens: anybody could be anybody.
func refuseEmulators(cfg config, env map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasSuffix(name, "_EMULATOR_HOST") {
			continue
		}
		switch {
		case cfg.onCloudRun:
			return fmt.Errorf("unset %s: on Cloud Run it would make the service accept forged tokens", name)
		case !hasLocalFirebase:
			return fmt.Errorf("unset %s: this is a production build, which talks to no emulator", name)
		case cfg.apiKey != "":
			return fmt.Errorf("unset either %s or FIREBASE_API_KEY: one asks for an emulator, the other for a real project", name)
		}
	}
	if (cfg.authEmulator == "") != (cfg.firestoreEmulator == "") {
		return fmt.Errorf("set both %s and %s, or neither", authEmulatorVariable, firestoreEmulatorVariable)
	}
	return nil
}

func modeOf(cfg config) mode {
	switch {
	case cfg.apiKey != "" || cfg.onCloudRun || !hasLocalFirebase:
		return production
	case cfg.authEmulator != "":
		return emulators
	}
	return local
}

func checkAddress(cfg *config, _ map[string]string) error {
	if n, err := strconv.Atoi(cfg.port); err != nil || n < 0 || n > 65535 {
		return errors.New("set PORT to a number from 0 to 65535")
	}
	if cfg.host == "" && cfg.mode != production {
		cfg.host = "127.0.0.1" // what accepts unsigned tokens is nobody else's business
	}
	return nil
}

func loadProject(cfg *config, env map[string]string) error {
	configured := cmp.Or(env["FIREBASE_PROJECT"], env["GOOGLE_CLOUD_PROJECT"], env["GCLOUD_PROJECT"])
	switch cfg.mode {
	case local: // whatever project a shell still has in its environment, this run does not touch it
		cfg.projectID, cfg.apiKey, cfg.authDomain = localProjectID, "local", "localhost"
		return nil
	case emulators:
		cfg.projectID, cfg.apiKey = cmp.Or(configured, localProjectID), "local"
		cfg.authDomain = "localhost"
		return nil
	}
	cfg.projectID = configured
	if cfg.apiKey == "" {
		return errors.New("set FIREBASE_API_KEY to the Web API key of the Firebase project (Firebase console, Project settings)")
	}
	if cfg.projectID == "" && !cfg.onCloudRun {
		return errors.New("set GOOGLE_CLOUD_PROJECT to the id of the project that FIREBASE_API_KEY belongs to")
	}
	cfg.authDomain = env["FIREBASE_AUTH_DOMAIN"]
	if strings.ContainsAny(cfg.authDomain, "/: ") {
		return errors.New("set FIREBASE_AUTH_DOMAIN to a host name only, such as PROJECT.firebaseapp.com")
	}
	return nil
}

func loadMethods(cfg *config, env map[string]string) error {
	value, ok := env["SIGN_IN_METHODS"]
	if !ok {
		cfg.methods = localMethods
		if cfg.mode == production {
			cfg.methods = []string{"password"} // what a new project has once Email/Password is switched on
		}
		return nil
	}
	for method := range strings.SplitSeq(value, ",") {
		method = strings.TrimSpace(method)
		if !slices.Contains(signInMethods, method) {
			return fmt.Errorf("set SIGN_IN_METHODS to a comma-separated list out of: %s", strings.Join(signInMethods, ", "))
		}
		if !slices.Contains(cfg.methods, method) {
			cfg.methods = append(cfg.methods, method)
		}
	}
	return nil
}

func loadState(cfg *config, env map[string]string) error {
	cfg.stateFolder = cmp.Or(env["LOCAL_STATE"], ".local")
	if cfg.stateFolder == "off" {
		cfg.stateFolder = ""
	}
	return nil
}

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

// loadLocalHosts reads LOCAL_HOSTS, which localhosts.go is about.
func loadLocalHosts(cfg *config, env map[string]string) error {
	cfg.localHosts = list(strings.ToLower(env["LOCAL_HOSTS"]))
	for _, host := range cfg.localHosts {
		if !hostName.MatchString(host) {
			return fmt.Errorf("set LOCAL_HOSTS to host names without scheme and port, such as devbox.lan, not to %q", host)
		}
	}
	return nil
}

// webConfig is the part of the settings that the browser gets.
func (cfg config) webConfig() views.WebConfig {
	web := views.WebConfig{
		APIKey:     cfg.apiKey,
		AuthDomain: cmp.Or(cfg.authDomain, cfg.projectID+".firebaseapp.com"),
		ProjectID:  cfg.projectID,
		Methods:    cfg.methods,
		TenantID:   cfg.platform.tenantID,
		Support:    cfg.pages.support,
	}
	switch cfg.mode {
	case local:
		web.Emulator = "same-origin"
	case emulators:
		web.Emulator = "http://" + cfg.authEmulator
	}
	return web
}

// url is where a person on this machine opens the site.
func (cfg config) url(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return "http://localhost:" + port
}
