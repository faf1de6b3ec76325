package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// behindLoadBalancer are the settings of a service behind a load balancer.
var behindLoadBalancer = []string{
	"LOAD_BALANCER=203.0.113.10,2001:db8::/64", "DOMAINS=app.example.com,www.example.com",
}

// closedService and openService are fake programs. In both, everything exists, and the sites
// respond as the smoke test expects. The run.app URL responds only to the build.
const (
	closedService = recordCalls + `*ingress*) echo internal-and-cloud-load-balancing ;; ` + sites
	openService   = recordCalls + `*ingress*) echo all ;; ` + sites

	sites = `*"api-keys list"*) echo keys/1 ;; *get-key-string*) echo key ;; ` +
		`*app.example.com/health/ready | *candidate*/health/ready) printf 'HTTP/2 200\n' ;; ` +
		`*app.example.com/ | *candidate*/) ` +
		`printf 'HTTP/2 200\ncontent-security-policy: default-src\n' ;; ` +
		`*/api/profile) printf 'HTTP/2 401\nwww-authenticate: Bearer\n' ;; ` +
		`*/nowhere) printf 'HTTP/2 404\n' ;; ` +
		`*run.app/*) printf 'HTTP/2 404\n' ;; esac`
)

func TestTheDefaultURLIsClosedOnceTheLoadBalancerWorks(t *testing.T) {
	fakes := fakePrograms(t, openService)
	script(t, append(fakes.environ, behindLoadBalancer...))
	calls := fakes.calls(t)
	at := -1
	for _, next := range []string{
		"_TRUSTED_PROXIES=203.0.113.10,2001:db8::/64", "https://app.example.com/health/ready",
		"run services update latchkey", "--ingress=internal-and-cloud-load-balancing",
	} {
		i := strings.Index(calls[at+1:], next)
		if i < 0 {
			t.Fatalf("%q is missing or too early:\n%s", next, calls)
		}
		at += 1 + i
	}
}

func TestTheDefaultURLStaysOpenIfTheLoadBalancerDoesNotWork(t *testing.T) {
	fakes := fakePrograms(t, strings.ReplaceAll(openService, "HTTP/2 200", "HTTP/2 502"))
	if out, err := tryScript(t, append(fakes.environ, behindLoadBalancer...)); err == nil {
		t.Errorf("the script succeeded:\n%s", out)
	}
	if calls := fakes.calls(t); strings.Contains(calls, "--ingress=") {
		t.Errorf("the default URL was closed:\n%s", calls)
	}
}

func TestALoadBalancerNeedsADomain(t *testing.T) {
	out, err := tryScript(t, behindLoadBalancer[:1], "--dry-run")
	if err == nil || !strings.Contains(out, "set DOMAINS") {
		t.Errorf("got %v:\n%s", err, out)
	}
}

// A run without LOAD_BALANCER must not weaken a service that is behind one.
func TestLaterRunsKeepTheDefaultURLClosed(t *testing.T) {
	for domains, want := range map[string]string{
		"DOMAINS=app.example.com": "Done: https://app.example.com",
		"DOMAINS=":                "Only the load balancer can reach the service.",
	} {
		fakes := fakePrograms(t, closedService)
		out := script(t, append(fakes.environ, domains))
		if !strings.Contains(out, want) {
			t.Errorf("%s: the output has no %q:\n%s", domains, want, out)
		}
		wrong := regexp.MustCompile(`.*(--ingress=|run\.app/health|_TRUSTED_PROXIES=[^; ]).*`)
		if call := wrong.FindString(fakes.calls(t)); call != "" {
			t.Errorf("%s: called %s", domains, call)
		}
	}
}

func TestTheBuildSetsTrustedProxiesOnlyIfAsked(t *testing.T) {
	for proxies, want := range map[string]bool{"": false, "203.0.113.10,2001:db8::/64": true} {
		fakes := fakePrograms(t, `echo "$@" >> "$CALLS"`)
		buildStep(t, "deploy", fakes, proxies)
		sets := strings.Contains(fakes.calls(t), "|TRUSTED_PROXIES="+proxies+"\n")
		mentions := strings.Contains(fakes.calls(t), "TRUSTED_PROXIES")
		if sets != want || mentions != want {
			t.Errorf("%q: the build called %s", proxies, fakes.calls(t))
		}
	}
}

// Cloud Run responds with 404 to the build if only a load balancer can reach the service.
func TestTheBuildSkipsItsSmokeTestOnlyIfItCannotReachTheService(t *testing.T) {
	for name, program := range map[string]string{"closed": closedService, "open": openService} {
		fakes := fakePrograms(t, program)
		out := buildStep(t, "smoke", fakes, "")
		skipped := strings.Contains(out, "skipped: the build can't reach the service")
		tested := strings.Contains(fakes.calls(t), "https://candidate---")
		if closed := name == "closed"; skipped != closed || tested == closed {
			t.Errorf("%s: got %s, calls:\n%s", name, out, fakes.calls(t))
		}
	}
}

func TestTerraformClosesTheDefaultURL(t *testing.T) {
	const want = `length(var.load_balancer) > 0 ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : null`
	if got := argument(t, "google_cloud_run_v2_service.this", "ingress"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// tryScript is script for a run that may fail.
func tryScript(t *testing.T, environ []string, arguments ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("bash", append([]string{"./deploy.sh"}, arguments...)...)
	cmd.Env = append(cmd.Environ(), append(environ, "PROJECT=my-project")...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// buildStep runs the shell script of a step of cloudbuild.yaml with fake programs and returns its
// output. Like Cloud Build, it inserts substitutions, of which only a few have a value.
func buildStep(t *testing.T, id string, fakes fakes, trustedProxies string) string {
	t.Helper()
	_, step, found := strings.Cut(read(t, "../cloudbuild.yaml"), "- id: "+id+"\n")
	step, _, _ = strings.Cut(step, "\n\n")
	values := strings.NewReplacer("$${", "${", "$$", "$", "${_SERVICE}", "latchkey",
		"${_TRUSTED_PROXIES}", trustedProxies, "${BUILD_ID}", "0123456789")
	step = regexp.MustCompile(`\$\{_?[A-Z_]+\}`).ReplaceAllString(values.Replace(step), "")
	script := regexp.MustCompile(`(?s)(?:script:|-) \|\n(.*)`).FindStringSubmatch(step)
	if !found || script == nil {
		t.Fatalf("cloudbuild.yaml has no script with the id %s", id)
	}
	code := regexp.MustCompile(`(?m)^ +`).ReplaceAllString(script[1], "")
	cmd := exec.Command("bash", "-ceu", code)
	cmd.Dir = ".."
	cmd.Env = append(cmd.Environ(), fakes.environ...)
	cmd.Env = append(cmd.Env, matches(`(?m)^ +- (\w+=.*)$`, step)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", id, err, out)
	}
	return string(out)
}
