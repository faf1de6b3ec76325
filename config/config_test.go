package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/config"
)

// Environments that many tests start from.
var (
	realProject = []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"}
	cloudRun    = []string{"K_SERVICE=app", "FIREBASE_API_KEY=k"}
	suite       = []string{"FIREBASE_AUTH_EMULATOR_HOST=a:1", "FIRESTORE_EMULATOR_HOST=b:1"}
)

// load reads settings in a build that has the local Firebase.
func load(t *testing.T, environ ...string) config.Config {
	t.Helper()
	cfg, err := config.Load(environ, true)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// with returns base and further settings.
func with(base []string, settings ...string) []string {
	return append(slices.Clone(base), settings...)
}

// TestInvalidSettingsAreRejectedInOneSentence includes R11: nothing that would make a deployed
// service accept forged tokens gets as far as listening.
func TestInvalidSettingsAreRejectedInOneSentence(t *testing.T) {
	for _, tt := range []struct {
		name    string
		environ []string
		want    string // in the error
	}{
		{"R11: Cloud Run with the Auth emulator",
			with(cloudRun, "FIREBASE_AUTH_EMULATOR_HOST=localhost:9099"),
			"unset FIREBASE_AUTH_EMULATOR_HOST"},
		{"R11: Cloud Run with the Firestore emulator",
			with(cloudRun, "FIRESTORE_EMULATOR_HOST=localhost:8081"),
			"unset FIRESTORE_EMULATOR_HOST"},
		{"R11: Cloud Run with any other emulator",
			with(cloudRun, "PUBSUB_EMULATOR_HOST=localhost:1"), "unset PUBSUB_EMULATOR_HOST"},
		{"a real project and an emulator", with(realProject, suite...), "FIREBASE_API_KEY"},
		{"half of the Emulator Suite", suite[:1], "set both"},
		{"Cloud Run without an API key", []string{"K_SERVICE=app"}, "set FIREBASE_API_KEY"},
		{"an API key without a project", []string{"FIREBASE_API_KEY=k"},
			"set GOOGLE_CLOUD_PROJECT"},
		{"an auth domain with a path",
			with(realProject, "FIREBASE_AUTH_DOMAIN=https://a.example/"),
			"set FIREBASE_AUTH_DOMAIN"},
		{"a tenant of the local Firebase", []string{"TENANT_ID=customers-x1y2z"},
			"unset TENANT_ID"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantError(t, tt.environ, tt.want) })
	}
	for _, setting := range []string{
		"PORT=http", "PORT=65536", "SIGN_IN_METHODS=password,telepathy", "SIGN_IN_METHODS=,",
		"SESSION_PANEL=maybe", "TENANT_ID=a/b",
		"TRUSTED_PROXIES=-1", "TRUSTED_PROXIES=2", "TRUSTED_PROXIES=11", "TRUSTED_PROXIES=all",
		"TRUSTED_PROXIES=,", "TRUSTED_PROXIES= ",
		"TRUSTED_PROXIES=1,203.0.113.10", "TRUSTED_PROXIES=203.0.113.10:443",
		"TRUSTED_PROXIES=0.0.0.0/0", "TRUSTED_PROXIES=::/0", "TRUSTED_PROXIES=::ffff:0:0/96",
		"TRUSTED_PROXIES=203.0.113.0/33", "TRUSTED_PROXIES=app.example.com",
		"RATE_LIMIT_ADDRESS=0", "RATE_LIMIT_ACCOUNT=-5", "RATE_LIMIT_ACCOUNT=10/s",
		"SUPPORT_CONTACT=javascript:alert(1)", "SUPPORT_CONTACT=http://example.com",
		"SUPPORT_CONTACT=//example.com", "SUPPORT_CONTACT=https://", "SUPPORT_CONTACT=support",
		"SUPPORT_CONTACT=Help <help@example.com>", "SUPPORT_CONTACT=https://user@example.com/",
		"SUPPORT_CONTACT=help@example.com?bcc=all@example.com",
		"CORS_ORIGINS=*", "CORS_ORIGINS=null", "CORS_ORIGINS=https://app.example.com/",
		"CORS_ORIGINS=http://app.example.com", "CORS_ORIGINS=https://*.example.com",
		"CORS_ORIGINS=https://app.example.com,example.com",
		"IAP_AUDIENCE=latchkey",
		"IAP_AUDIENCE=/projects/my-project/locations/europe-west1/services/latchkey",
		"IAP_AUDIENCE=/projects/12/locations/europe-west1/services/latchkey/",
		"GOOGLE_CLIENT_IDS=*", "GOOGLE_CLIENT_IDS=latchkey", "LOCAL_HOSTS=http://devbox.lan",
		"LOCAL_HOSTS=devbox.lan:8080", "LOCAL_HOSTS=*", "LOCAL_HOSTS=*.lan", "LOCAL_HOSTS=dev box/",
		"LOCAL_HOSTS=.lan",
	} {
		name, _, _ := strings.Cut(setting, "=")
		t.Run(setting, func(t *testing.T) { wantError(t, with(realProject, setting), "set "+name) })
	}
}

func wantError(t *testing.T, environ []string, want string) {
	t.Helper()
	_, err := config.Load(environ, true)
	if err == nil {
		t.Fatal("the settings were accepted")
	}
	if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q, want one sentence that contains %q", err, want)
	}
}

func TestModeFollowsFromTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name    string
		environ []string
		mode    config.Mode
		project string
		host    string
	}{
		{"no settings", nil, config.Local, "demo-latchkey", "127.0.0.1"},
		{"a project left in the shell", []string{"GOOGLE_CLOUD_PROJECT=our-production"},
			config.Local, "demo-latchkey", "127.0.0.1"},
		{"all interfaces", []string{"HOST=0.0.0.0"}, config.Local, "demo-latchkey", "0.0.0.0"},
		{"empty variables count as unset", []string{"FIREBASE_API_KEY=", "K_SERVICE="},
			config.Local, "demo-latchkey", "127.0.0.1"},
		{"the Emulator Suite", with(suite, "GCLOUD_PROJECT=demo-x"),
			config.EmulatorSuite, "demo-x", "127.0.0.1"},
		{"a real project", realProject, config.Production, "p", ""},
		{"FIREBASE_PROJECT takes precedence", with(realProject, "FIREBASE_PROJECT=f"),
			config.Production, "f", ""},
		{"Cloud Run, where the metadata server knows the project", cloudRun,
			config.Production, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := load(t, tt.environ...)
			if cfg.Mode != tt.mode || cfg.ProjectID != tt.project || cfg.Host != tt.host {
				t.Errorf("got mode %v, project %q, host %q; want %v, %q, %q",
					cfg.Mode, cfg.ProjectID, cfg.Host, tt.mode, tt.project, tt.host)
			}
		})
	}
}

// TestBuildsWithoutTheLocalFirebaseNeedAProject is about the container.
func TestBuildsWithoutTheLocalFirebaseNeedAProject(t *testing.T) {
	_, err := config.Load(nil, false)
	if err == nil || !strings.Contains(err.Error(), "set FIREBASE_API_KEY") {
		t.Errorf("no settings: got %v, want an error that says what to set", err)
	}
	_, err = config.Load(suite, false)
	if err == nil || !strings.Contains(err.Error(), "unset FIREBASE_AUTH") {
		t.Errorf("R11: an emulator: got %v, want an error that names it", err)
	}
	if cfg, err := config.Load(realProject, false); err != nil || cfg.Mode != config.Production {
		t.Errorf("a real project: got %+v, %v", cfg, err)
	}
}

func TestStateDir(t *testing.T) {
	for value, want := range map[string]string{"": ".local", "off": "", "/srv/state": "/srv/state"} {
		if cfg := load(t, "LOCAL_STATE="+value); cfg.StateDir != want {
			t.Errorf("LOCAL_STATE=%q: got %q, want %q", value, cfg.StateDir, want)
		}
	}
}

func TestSignInMethods(t *testing.T) {
	all := strings.Join(config.SignInMethods, ",")
	defaults := "password,emailLink,google.com,github.com,facebook.com,phone,anonymous"
	for _, tt := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"a real project", realProject, "password"},
		{"no project", nil, defaults},
		{"the Emulator Suite", suite, defaults},
		{"chosen, with a repetition", with(realProject, "SIGN_IN_METHODS=phone, github.com,phone"),
			"phone,github.com"},
		{"every method", []string{"SIGN_IN_METHODS=" + all}, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(load(t, tt.environ...).SignInMethods, ","); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestMicrosoftAndXNeedTheSitesOwnHostAsAuthDomain(t *testing.T) {
	both := with(realProject, "SIGN_IN_METHODS=password,google.com,microsoft.com,twitter.com")
	for _, tt := range []struct {
		environ []string
		want    string
	}{
		{both, "microsoft.com,twitter.com"},
		{with(both, "FIREBASE_AUTH_DOMAIN=p.firebaseapp.com"), "microsoft.com,twitter.com"},
		{with(both, "FIREBASE_AUTH_DOMAIN=p.web.app"), "microsoft.com,twitter.com"},
		{with(both, "FIREBASE_AUTH_DOMAIN=app.example.com"), ""},
		{with(realProject, "SIGN_IN_METHODS=password,google.com"), ""},
		{[]string{"SIGN_IN_METHODS=microsoft.com"}, ""}, // the local Firebase
	} {
		got := strings.Join(load(t, tt.environ...).MethodsWithoutRedirect(), ",")
		if got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.environ, got, tt.want)
		}
	}
}

// TestSignInMethodsAreDocumented names what is missing after a sign-in method was added.
func TestSignInMethodsAreDocumented(t *testing.T) {
	for _, guide := range []string{"README.md", "docs/sign-in-methods.md"} {
		content, err := os.ReadFile(filepath.Join("..", guide))
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range config.SignInMethods {
			if !strings.Contains(string(content), "`"+method+"`") {
				t.Errorf("%s is not in the table of %s", method, guide)
			}
		}
	}
}

func TestSupportContactBecomesALink(t *testing.T) {
	for value, want := range map[string]string{
		"":                             "",
		"help@example.com":             "mailto:help@example.com",
		"https://example.com/help?a=b": "https://example.com/help?a=b",
	} {
		if got := load(t, "SUPPORT_CONTACT="+value).SupportContact; got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestSessionPanelIsOnByDefault(t *testing.T) {
	for value, want := range map[string]bool{"": true, "on": true, "off": false} {
		if got := load(t, "SESSION_PANEL="+value).SessionPanel; got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

func TestR52R54ProxiesAndLimits(t *testing.T) {
	byDefault := []config.RateLimit{{PerSecond: 100, Burst: 1000}, {PerSecond: 20, Burst: 200}}
	for _, tt := range []struct {
		name    string
		environ []string
		proxies string
		limits  []config.RateLimit
	}{
		{"locally", nil, "false []", byDefault},
		{"on Cloud Run", cloudRun, "true []", byDefault},
		{"no proxy", with(cloudRun, "TRUSTED_PROXIES=0"), "false []", byDefault},
		{"one proxy", []string{"TRUSTED_PROXIES=1"}, "true []", byDefault},
		{"a load balancer",
			with(cloudRun, "TRUSTED_PROXIES=203.0.113.10, 2001:db8::/64,::ffff:192.0.2.1"),
			"true [203.0.113.10/32 2001:db8::/64 192.0.2.1/32]", byDefault},
		{"chosen limits", with(cloudRun, "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=3"),
			"true []", []config.RateLimit{{}, {PerSecond: 3, Burst: 30}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := load(t, tt.environ...)
			limits := []config.RateLimit{cfg.AddressLimit, cfg.AccountLimit}
			proxies := fmt.Sprint(cfg.BehindProxy, cfg.LoadBalancers)
			if proxies != tt.proxies || !slices.Equal(limits, tt.limits) {
				t.Errorf("got %s, %v; want %s, %v", proxies, limits, tt.proxies, tt.limits)
			}
		})
	}
}

func TestListsAreEmptyUnlessSet(t *testing.T) {
	cfg := load(t, realProject...)
	if cfg.CORSOrigins != nil || cfg.IAPAudiences != nil || cfg.GoogleClientIDs != nil ||
		cfg.LocalHosts != nil || cfg.TenantID != "" {
		t.Errorf("got %+v, want no origins, audiences, client IDs, hosts and tenant", cfg)
	}
	cfg = load(t, with(realProject,
		"CORS_ORIGINS=https://app.example.com, http://localhost:3000,,https://app.example.com",
		"IAP_AUDIENCE=/projects/12/locations/europe-west1/services/latchkey,/projects/12/global/backendServices/34",
		"GOOGLE_CLIENT_IDS=1-a.apps.googleusercontent.com", "TENANT_ID=customers-x1y2z",
		"LOCAL_HOSTS=DevBox.lan")...)
	want := config.Config{
		CORSOrigins: []string{"https://app.example.com", "http://localhost:3000"},
		IAPAudiences: []string{"/projects/12/locations/europe-west1/services/latchkey",
			"/projects/12/global/backendServices/34"},
		GoogleClientIDs: []string{"1-a.apps.googleusercontent.com"},
		LocalHosts:      []string{"devbox.lan"},
		TenantID:        "customers-x1y2z",
	}
	got := config.Config{CORSOrigins: cfg.CORSOrigins, IAPAudiences: cfg.IAPAudiences,
		GoogleClientIDs: cfg.GoogleClientIDs, LocalHosts: cfg.LocalHosts, TenantID: cfg.TenantID}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
