package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

const host42 = "latchkey-42.us-central1.run.app"

// balanced are the settings of a service behind a load balancer.
var balanced = []string{
	"LOAD_BALANCER=203.0.113.10,2001:db8::/64", "DOMAINS=app.example.com,www.example.com",
}

// aDeployment is a kind of project and the settings of a deployment to it.
type aDeployment struct {
	name    string
	environ []string
	project func(*simulator.Google)
	wants   []string // in the output of the first run
}

var deployments = []aDeployment{
	{name: "of a brand-new project", project: func(g *simulator.Google) {
		g.Delay = simulator.Delay{API: 3, Account: 3, Grant: 1, URL: 3}
	}, wants: []string{
		".googleapis.com was just turned on and isn't available yet",
		"was just created and isn't known everywhere yet",
		"step traffic: success", "ok: DELETE /api/account returned 204",
	}},
	{name: "that is private", environ: []string{
		"ACCESS=private", "DEVELOPERS=user:dev@example.com,group:team@example.com",
	}},
	{name: "for staff", environ: []string{
		"ACCESS=staff", "STAFF=group:staff@example.com", "SERVICE=latchkey-staff",
	}},
	{name: "behind a load balancer", environ: balanced},
	{
		name:    "in another region than the build",
		environ: []string{"REGION=europe-west3"},
	},
	{
		name: "in an organization that forbids allUsers",
		project: func(g *simulator.Google) {
			g.Policies["iam.allowedPolicyMemberDomains"] = []string{"C01234567"}
			g.Policies["run.allowedIngress"] = []string{"is:all", "is:internal"}
			g.Policies["gcp.resourceLocations"] = []string{"is:us-central1"}
		},
		wants: []string{"so allUsers isn't one"},
	},
	{
		name: "in an organization that requires the IAM check",
		project: func(g *simulator.Google) {
			g.Policies["run.managed.requireInvokerIam"] = []string{"enforced"}
		},
		wants: []string{"allUsers gets the role"},
	},
	{
		name: "by an operator who can't see policies and billing",
		project: func(g *simulator.Google) {
			g.Policies["gcp.resourceLocations"] = []string{"in:us-central1-locations"}
			g.Denied = []string{"orgpolicy.policy.get"}
		},
		wants: []string{"can't look up the organization policy gcp.resourceLocations"},
	},
	{name: "next to bindings with conditions", project: func(g *simulator.Google) {
		g.Conditional = true
	}},
	{
		name: "where emails can't be changed",
		project: func(g *simulator.Google) {
			g.Policies["simulator.fixedEmails"] = []string{"enforced"}
		},
		wants: []string{"EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED", "The links stay as they are"},
	},
}

var aCommandOrComment = regexp.MustCompile(`^(# .*|(gcloud|curl|go) .*)?\n$`)

// TestADeployment runs the program on each kind of project, from its beginning to the end of the
// build. Another run must change nothing, also without the settings.
func TestADeployment(t *testing.T) {
	for _, c := range deployments {
		t.Run(c.name, func(t *testing.T) {
			g := newProject(t)
			g.Balancer["app.example.com"] = "latchkey"
			if c.project != nil {
				c.project(g)
			}
			first := mustDeploy(t, g, c.environ...)
			for _, want := range append(c.wants, "# Done: https://") {
				if !strings.Contains(first.out, want) {
					t.Errorf("the output has no %q:\n%s", want, first.out)
				}
			}
			for line := range strings.Lines(first.out) {
				if !aCommandOrComment.MatchString(line) {
					t.Errorf("the output has a line that can't be pasted into a shell: %q", line)
				}
			}
			settled := state(g, service(c.environ))
			again := [][]string{c.environ}
			// A run without settings must keep them all.
			without := only(c.environ, "SERVICE", "DOMAINS")
			if len(without) < len(c.environ) {
				again = append(again, without)
			}
			for _, environ := range again {
				for _, call := range mustDeploy(t, g, environ...).writes() {
					if !strings.Contains(call.Failure, "EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED") {
						t.Errorf("another run with %v changed something:\n%s", environ, call)
					}
				}
				if got := state(g, service(c.environ)); got != settled {
					t.Errorf("another run with %v led to\n%s\nwant\n%s", environ, got, settled)
				}
			}
		})
	}
}

// only returns the variables with these names.
func only(environ []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return !slices.Contains(names, name)
	})
}

func service(environ []string) string {
	for _, entry := range only(environ, "SERVICE") {
		return strings.TrimPrefix(entry, "SERVICE=")
	}
	return "latchkey"
}

// state describes the project apart from what each build changes.
func state(g *simulator.Google, service string) string {
	config, _ := g.Resource(simulator.ConfigName)
	annotations, environment := g.Service(service)
	all := map[string]any{
		"grants": g.Grants(), "sign-in": config, "annotations": annotations,
		"environment": environment,
	}
	return encode(all)
}
