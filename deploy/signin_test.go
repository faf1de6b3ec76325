package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestIdentityPlatformIsNeverLowered compares the fields of the update, which are the only ones
// that change.
func TestIdentityPlatformIsNeverLowered(t *testing.T) {
	const complete = `"signIn": {"email": {"enabled": true, "passwordRequired": true}},
		"emailPrivacyConfig": {"enableImprovedEmailPrivacy": true},
		"passwordPolicyConfig": {"passwordPolicyEnforcementState": "ENFORCE"}`
	const hosts = `"authorizedDomains": ["other.example.com", "localhost",
		"latchkey-1.us-central1.run.app"]`
	off := strings.Replace(complete, `"enabled": true`, `"enabled": false`, 1) + "," + hosts
	for _, tt := range []struct {
		name, config, methods, access string
		isNew                         bool
		fields                        string // of the update
		body                          string // in the update
	}{
		{name: "complete", config: complete + "," + hosts},
		{name: "email links are offered", config: complete + "," + hosts,
			methods: "password,emailLink",
			fields:  "signIn.email.passwordRequired", body: `"passwordRequired":false`},
		{name: "email links aren't offered, but are in use by another service",
			config: strings.Replace(complete, `: true}},`, `: false}},`, 1) + "," + hosts},
		{name: "new", config: hosts, isNew: true,
			fields: "signIn.email.enabled,signIn.email.passwordRequired,emailPrivacyConfig," +
				"passwordPolicyConfig,authorizedDomains",
			body: `"authorizedDomains":["other.example.com","latchkey-1.us-central1.run.app"]`},
		{name: "new, without email sign-in among the methods", config: hosts, isNew: true,
			methods: "google.com",
			fields: "signIn.email.enabled,signIn.email.passwordRequired,emailPrivacyConfig," +
				"passwordPolicyConfig,authorizedDomains"},
		{name: "email sign-in is off", config: off,
			fields: "signIn.email.enabled", body: `"enabled":true`},
		{name: "email sign-in is off and not offered", config: off, methods: "google.com,phone"},
		{name: "email sign-in is off and offered by link", config: off, methods: "emailLink",
			fields: "signIn.email.enabled,signIn.email.passwordRequired"},
		{name: "new and private", config: complete + "," + hosts, isNew: true, access: "private"},
		{name: "a new host", config: complete + `,"authorizedDomains": ["localhost"]`,
			fields: "authorizedDomains",
			body:   `["localhost","latchkey-1.us-central1.run.app"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &deployment{number: "1"}
			d.service, d.region, d.access = "latchkey", "us-central1", tt.access
			d.given = map[string]string{"SIGN_IN_METHODS": tt.methods}
			if err := json.Unmarshal([]byte("{"+tt.config+"}"), &d.identity); err != nil {
				t.Fatal(err)
			}
			body, fields := d.missingSignInSettings(tt.isNew)
			content, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(fields, ","); got != tt.fields {
				t.Errorf("updates %q, want %q", got, tt.fields)
			}
			if !strings.Contains(string(content), tt.body) {
				t.Errorf("sends %s, want %s in it", content, tt.body)
			}
		})
	}
}

func TestTheAuthDomainIsChosenOnceAndKept(t *testing.T) {
	const own = "latchkey-1.us-central1.run.app"
	for _, tt := range []struct {
		name, live, given, want string
		closed                  bool
	}{
		{name: "the first run", want: own},
		{name: "kept", live: "app.example.com", want: "app.example.com"},
		{name: "chosen", live: own, given: "AUTH_DOMAIN=app.example.com", want: "app.example.com"},
		{name: "back to the default", live: "app.example.com", given: "AUTH_DOMAIN=", want: own},
		{name: "behind a new load balancer", live: own,
			given: "LOAD_BALANCER=203.0.113.1 DOMAINS=b.example.com,c.example.com",
			want:  "b.example.com"},
		{name: "chosen behind a load balancer", live: "app.example.com",
			given: "LOAD_BALANCER=203.0.113.1 DOMAINS=b.example.com", want: "app.example.com"},
		{name: "a later run behind a load balancer", live: "app.example.com", closed: true,
			want: "app.example.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			environ := append([]string{"PROJECT=my-project"}, strings.Fields(tt.given)...)
			s, err := loadSettings(environ)
			if err != nil {
				t.Fatal(err)
			}
			d := &deployment{settings: s, number: "1", live: liveService(t, tt.live, tt.closed)}
			if got := d.authDomain(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if !slices.Contains(d.authorizedDomains(false), tt.want) {
				t.Errorf("%s isn't authorized", tt.want)
			}
		})
	}
}

// liveService returns a service with this auth domain, behind a load balancer if it is closed.
func liveService(t *testing.T, authDomain string, closed bool) (s runService) {
	t.Helper()
	ingress := map[bool]string{true: "internal-and-cloud-load-balancing", false: "all"}[closed]
	err := json.Unmarshal([]byte(`{
		"metadata": {"annotations": {"run.googleapis.com/ingress": "`+ingress+`"}},
		"spec": {"template": {"spec": {"containers": [{
			"image": "us-central1-docker.pkg.dev/my-project/latchkey/latchkey@sha256:0",
			"env": [{"name": "FIREBASE_AUTH_DOMAIN", "value": "`+authDomain+`"}]
		}]}}}}`), &s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
