package main

import (
	"regexp"
	"strings"
	"testing"
)

// These tests are about the hosts that sign-in depends on: the auth domain, the redirect URI at
// the providers, and the page that links in emails open.

const (
	ownHost    = "latchkey-42.us-central1.run.app"
	ownPage    = "https://" + ownHost + "/auth/action"
	configPath = "https://identitytoolkit.googleapis.com/admin/v2/projects/my-project/config"

	// healthy is the end of a fake program: the API key exists, and the site passes its smoke test.
	healthy = `*"api-keys list"*) echo keys/1 ;; *get-key-string*) echo key ;; ` +
		`*/health/ready) printf 'HTTP/2 200\n' ;; ` +
		`*/api/profile) printf 'HTTP/2 401\nwww-authenticate: Bearer\n' ;; ` +
		`*/nowhere) printf 'HTTP/2 404\n' ;; ` +
		`*https://*/) printf 'HTTP/2 200\ncontent-security-policy: default-src\n' ;; esac`
)

// describes is a part of a fake program: a service with this auth domain, as gcloud prints it.
func describes(authDomain string) string {
	return `*"services describe"*--format=json*) printf '` +
		`"env": [\n  {\n   "name": "FIREBASE_API_KEY",\n   "value": "key"\n  },\n` +
		`  {\n   "name": "FIREBASE_AUTH_DOMAIN",\n   "value": "` + authDomain + `"\n  },\n` +
		`  {\n   "name": "SIGN_IN_METHODS",\n   "value": "password"\n  }\n]\n' ;; `
}

const noService = `*"services describe"*) echo "Cannot find service [latchkey]" >&2; exit 1 ;; `

func TestTheScriptStopsIfItCannotLookUpTheAuthDomain(t *testing.T) {
	const failure = "PERMISSION_DENIED: run.services.get"
	fakes := fakePrograms(t, recordCalls+
		`*"services describe"*) echo "`+failure+`" >&2; exit 1 ;; `+healthy)
	out, err := runScript(t, fakes.environ)
	if err == nil || !strings.Contains(out, failure) || strings.Contains(fakes.calls(t), "builds submit") {
		t.Errorf("the script went on, or did not say why it stopped:\n%s", out)
	}
}

// authDomains returns the host that the build gets, and the authorized domains of the project.
func authDomains(t *testing.T, calls string) (authDomain, authorized string) {
	t.Helper()
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(calls)
		if found == nil {
			t.Fatalf("no call with %s:\n%s", pattern, calls)
		}
		return found[1]
	}
	return find(`_FIREBASE_AUTH_DOMAIN=([^;]*);`), find(`"authorizedDomains":\[([^\]]*)\]`)
}

func TestTheAuthDomainIsTheHostThatUsersOpen(t *testing.T) {
	for name, c := range map[string]struct {
		service string
		environ []string
		want    string
	}{
		"first run": {noService, nil, ownHost},
		"first run, with another site's page": {
			noService, []string{"DOMAINS=other.example.com"}, ownHost},
		"chosen": {
			describes(ownHost), []string{"AUTH_DOMAIN=app.example.com"}, "app.example.com"},
		"kept":                  {describes("app.example.com"), nil, "app.example.com"},
		"kept, though Firebase": {describes("x.firebaseapp.com"), nil, "x.firebaseapp.com"},
		"empty":                 {describes(""), nil, ownHost},
		"behind a load balancer": {
			noService, behindLoadBalancer, "app.example.com"},
		"a load balancer closes the run.app URL": {
			describes(ownHost), behindLoadBalancer, "app.example.com"},
		"kept behind a load balancer": {
			describes("www.example.com"), behindLoadBalancer, "www.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			fakes := fakePrograms(t, recordCalls+c.service+healthy)
			script(t, append(fakes.environ, c.environ...))
			got, authorized := authDomains(t, fakes.calls(t))
			if got != c.want || !strings.Contains(authorized, `"`+c.want+`"`) {
				t.Errorf("got %s, authorized %s; want %s", got, authorized, c.want)
			}
		})
	}
}

func TestTheBuildAndTerraformUseTheSitesOwnHost(t *testing.T) {
	const build = "  _FIREBASE_AUTH_DOMAIN: ${_SERVICE}-${PROJECT_NUMBER}.${_REGION}.run.app\n"
	if !strings.Contains(read(t, "../cloudbuild.yaml"), build) {
		t.Errorf("cloudbuild.yaml has no %s", build)
	}
	locals := source(t, "local.auth_domain")
	for _, want := range []string{
		`this.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"`,
		`var.auth_domain != "" ? var.auth_domain : (local.closed ? try(var.domains[0], local.host) : local.host)`,
	} {
		if !strings.Contains(locals, want) {
			t.Errorf("got %s, want %s", locals, want)
		}
	}
	if domains := argument(t, "google_identity_platform_config.this",
		"authorized_domains"); !strings.Contains(domains, "local.auth_domain") {
		t.Errorf("the auth domain is not an authorized domain: %s", domains)
	}
	if build := source(t, "output.build"); !strings.Contains(build,
		"_FIREBASE_AUTH_DOMAIN=${local.auth_domain}") {
		t.Errorf("the build gets another auth domain: %s", build)
	}
	if got := argument(t, "output.redirect_uri", "value"); got !=
		"https://${local.auth_domain}/__/auth/handler" {
		t.Errorf("redirect_uri is %s", got)
	}
}

func TestTheScriptSaysWhatToRegisterWithEachProvider(t *testing.T) {
	providers := map[string]string{
		"google.com": "Google:", "facebook.com": "Facebook:", "github.com": "GitHub:",
		"apple.com": "Apple:", "microsoft.com": "Microsoft:", "twitter.com": "X:",
		"yahoo.com": "Yahoo:",
	}
	for method, name := range providers {
		out := script(t, []string{"SIGN_IN_METHODS=password," + method}, "--dry-run")
		uri := "https://latchkey-123456789.us-central1.run.app/__/auth/handler"
		_, list, found := strings.Cut(out, uri+"\n")
		if !found || !strings.HasPrefix(list, "#   "+name) {
			t.Errorf("%s: want %s and a line for %s:\n%s", method, uri, name, out)
		}
		if strings.Contains(out, "redirects don't work") {
			t.Errorf("%s: the own host was called wrong", method)
		}
	}
	if out := script(t, []string{"SIGN_IN_METHODS=password,phone"}, "--dry-run"); strings.Contains(
		out, "/__/auth/handler") {
		t.Errorf("no provider is offered:\n%s", out)
	}
}

func TestTheScriptSaysThatFirebasesHostIsNoAuthDomainForRedirects(t *testing.T) {
	fakes := fakePrograms(t, recordCalls+describes("my-project.firebaseapp.com")+healthy)
	out := script(t, append(fakes.environ, "SIGN_IN_METHODS=microsoft.com"))
	for _, want := range []string{
		"https://my-project.firebaseapp.com/__/auth/handler", "redirects don't work",
		"Register https://" + ownHost + "/__/auth/handler, too", "set AUTH_DOMAIN=" + ownHost,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

// withLink is recordCalls for a project whose emails link to this page.
func withLink(page string) string {
	return strings.Replace(recordCalls, ` "authorizedDomains"`,
		` "notification": {\n  "callbackUri": "`+page+`"\n },\n "authorizedDomains"`, 1)
}

func TestLinksInEmailsOpenTheSite(t *testing.T) {
	const firebase = "https://my-project.firebaseapp.com/__/auth/action"
	for name, c := range map[string]struct {
		current string
		environ []string
		want    string // empty if the script must not change it
	}{
		"new project":       {firebase, nil, ownPage},
		"never set":         {"", nil, ownPage},
		"set by an earlier": {ownPage, nil, ""},
		"moved to a domain": {ownPage, []string{"AUTH_DOMAIN=app.example.com"},
			"https://app.example.com/auth/action"},
		"behind a load balancer": {firebase, behindLoadBalancer,
			"https://app.example.com/auth/action"},
		"an auth domain of Firebase": {
			firebase, []string{"AUTH_DOMAIN=my-project.firebaseapp.com"}, ownPage},
		"chosen by the operator": {"https://www.example.com/confirm", nil, ""},
		"a private service":      {firebase, []string{"ACCESS=private"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			fakes := fakePrograms(t, withLink(c.current)+noService+healthy)
			out := script(t, append(fakes.environ, c.environ...))
			body := `{"notification":{"sendEmail":{"callbackUri":"` + c.want + `"}}}`
			want := "-X PATCH " + configPath +
				"?updateMask=notification.sendEmail.callbackUri -d " + body + " "
			calls := fakes.calls(t)
			if c.want == "" && strings.Contains(calls, `"callbackUri"`) {
				t.Errorf("the script changed the page:\n%s", calls)
			}
			if c.want != "" && !strings.Contains(calls, want) {
				t.Errorf("want %s:\n%s", want, calls)
			}
			if name == "chosen by the operator" && !strings.Contains(out,
				"They lead to "+c.current) {
				t.Errorf("the output doesn't name the page:\n%s", out)
			}
		})
	}
}

func TestTheScriptContinuesIfTheLinksInEmailsCannotBeChanged(t *testing.T) {
	fakes := fakePrograms(t, withLink("")+noService+
		`*PATCH*callbackUri*) echo EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED; exit 22 ;; `+healthy)
	out := script(t, fakes.environ)
	for _, want := range []string{"EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED", "The links stay", "Done:"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}
