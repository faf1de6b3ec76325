package main

import (
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

// withLoadBalancer is a project whose load balancer leads app.example.com to the service.
func withLoadBalancer(t *testing.T) *simulator.Google {
	t.Helper()
	g := newProject(t)
	g.Delay = simulator.Delay{}
	g.Balancer["app.example.com"] = "latchkey"
	return g
}

func TestTheDefaultURLIsClosedOnceTheLoadBalancerWorks(t *testing.T) {
	g := withLoadBalancer(t)
	got := mustDeploy(t, g, balanced...)
	annotations, environment := g.Service("latchkey")
	if annotations["run.googleapis.com/ingress"] != "internal-and-cloud-load-balancing" ||
		environment["TRUSTED_PROXIES"] != "203.0.113.10,2001:db8::/64" ||
		environment["FIREBASE_AUTH_DOMAIN"] != "app.example.com" {
		t.Errorf("the service has %q and %q", annotations, environment)
	}
	tested := strings.Index(got.out, "smoke https://app.example.com")
	closed := strings.Index(got.out, "--ingress=internal-and-cloud-load-balancing")
	if tested < 0 || closed < tested {
		t.Errorf("the load balancer wasn't tested first:\n%s", got.out)
	}

	// A build without the load balancer's settings can't reach the new revision and says so.
	later := mustDeploy(t, g)
	if !strings.Contains(g.BuildLog(), "Skipped. The startup probe has passed.") ||
		!strings.Contains(later.out, "Done: https://app.example.com") {
		t.Errorf("the second run went otherwise:\n%s\n%s", later.out, g.BuildLog())
	}
	// An empty setting opens it again.
	mustDeploy(t, g, "LOAD_BALANCER=")
	annotations, environment = g.Service("latchkey")
	if annotations["run.googleapis.com/ingress"] != "all" || environment["TRUSTED_PROXIES"] != "" {
		t.Errorf("the service has %q and %q", annotations, environment)
	}
}

func TestTheDefaultURLStaysOpenIfTheLoadBalancerDoesNotWork(t *testing.T) {
	g := newProject(t) // the domain leads nowhere
	g.Delay = simulator.Delay{}
	got := deploy(t, g, balanced)
	if got.err == nil || !strings.Contains(got.err.Error(), "https://app.example.com") {
		t.Errorf("got the error %v", got.err)
	}
	if annotations, _ := g.Service("latchkey"); annotations["run.googleapis.com/ingress"] != "all" {
		t.Errorf("the service has %q", annotations)
	}
}

// TestAPolicyThatRequiresTheLoadBalancer also runs without settings, because the service is closed.
func TestAPolicyThatRequiresTheLoadBalancer(t *testing.T) {
	const closed = "internal-and-cloud-load-balancing"
	g := withLoadBalancer(t)
	g.Policies["run.allowedIngress"] = []string{closed}
	for _, environ := range [][]string{balanced, nil} {
		mustDeploy(t, g, environ...)
		annotations, _ := g.Service("latchkey")
		if got := annotations["run.googleapis.com/ingress"]; got != closed {
			t.Errorf("%v: the ingress is %s", environ, got)
		}
	}
}

// TestAServiceThatCannotBeReadIsNotChanged: without its variables, a run would reset them.
func TestAServiceThatCannotBeReadIsNotChanged(t *testing.T) {
	g := withLoadBalancer(t)
	mustDeploy(t, g)
	g.Denied = []string{"run.services.get"}
	got := deploy(t, g, nil)
	if got.err == nil || !strings.Contains(got.err.Error(), "run.services.get") {
		t.Errorf("got the error %v", got.err)
	}
	if slices.ContainsFunc(got.calls, func(c simulator.Call) bool { return c.Writes() }) {
		t.Errorf("something was changed:\n%s", transcript(got.calls))
	}
}

func TestTheProgramSaysWhatToRegisterWithEachProvider(t *testing.T) {
	const uri = "https://latchkey-PROJECT_NUMBER.us-central1.run.app/__/auth/handler"
	for method, name := range map[string]string{
		"google.com": "Google:", "facebook.com": "Facebook:", "github.com": "GitHub:",
		"apple.com": "Apple:", "microsoft.com": "Microsoft:", "twitter.com": "X:",
		"yahoo.com": "Yahoo:",
	} {
		out := dryRun(t, "SIGN_IN_METHODS=password,"+method)
		_, list, found := strings.Cut(out, uri)
		if !found || !strings.Contains(list, "# "+name) ||
			strings.Contains(out, "redirects don't work") {
			t.Errorf("%s: want %s and a line for %s:\n%s", method, uri, name, out)
		}
	}
	out := dryRun(t, "SIGN_IN_METHODS=password,phone")
	if strings.Contains(out, "/__/auth/handler") {
		t.Errorf("no provider is offered:\n%s", out)
	}
	out = dryRun(t, "SIGN_IN_METHODS=microsoft.com", "AUTH_DOMAIN=my-project.firebaseapp.com")
	for _, want := range []string{
		"https://my-project.firebaseapp.com/__/auth/handler", "redirects don't work", uri,
		"set AUTH_DOMAIN=latchkey-PROJECT_NUMBER.us-central1.run.app",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

func TestLinksInEmailsOpenTheSite(t *testing.T) {
	const firebase = "https://my-project.firebaseapp.com/__/auth/action"
	const own = "https://" + host42 + "/auth/action"
	for name, c := range map[string]struct {
		current string
		environ []string
		want    string
	}{
		"new project": {firebase, nil, own},
		"never set":   {"", nil, own},
		"moved to a domain": {
			own, []string{"AUTH_DOMAIN=app.example.com"}, "https://app.example.com/auth/action"},
		"behind a load balancer": {firebase, balanced, "https://app.example.com/auth/action"},
		"an auth domain of Firebase": {
			firebase, []string{"AUTH_DOMAIN=my-project.firebaseapp.com"}, own},
		"chosen by the operator": {
			"https://www.example.com/confirm", nil, "https://www.example.com/confirm"},
		"a private service": {firebase, []string{"ACCESS=private"}, firebase},
	} {
		t.Run(name, func(t *testing.T) {
			g := withLoadBalancer(t)
			g.SetResource(simulator.ConfigName, map[string]any{"notification": map[string]any{
				"sendEmail": map[string]any{"callbackUri": c.current}}})
			mustDeploy(t, g, c.environ...)
			config, _ := g.Resource(simulator.ConfigName)
			if got := encode(config["notification"]); !strings.Contains(got, `"`+c.want+`"`) {
				t.Errorf("emails lead to %s, want %s", got, c.want)
			}
		})
	}
}
