package main

import (
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

const theDatabase = "projects/my-project/databases/(default)"

// obstacles are what would stop a deployment later.
var obstacles = []struct {
	name    string
	environ []string
	project func(*simulator.Google)
	want    string // in the error
	enabled bool   // found only after the APIs are on
}{
	{name: "signed out", environ: []string{"SIMULATOR_IDENTITY="}, want: "gcloud auth login"},
	{name: "no gcloud", environ: []string{"PATH="}, want: "gcloud isn't on the PATH"},
	{name: "another project", environ: []string{"PROJECT=other-project"},
		want: "gcloud projects create other-project"},
	{name: "no billing", want: "link a billing account to the project my-project",
		project: func(g *simulator.Google) { g.NoBilling = true }},
	{name: "a location that the organization forbids", want: "gcp.resourceLocations",
		project: func(g *simulator.Google) {
			g.Policies["gcp.resourceLocations"] = []string{"europe-west1"}
		}},
	{name: "no public ingress", want: "run.allowedIngress", enabled: true,
		project: func(g *simulator.Google) {
			g.Policies["run.allowedIngress"] = []string{"is:internal"}
		}},
	{name: "no new service accounts", want: "iam.disableServiceAccountCreation", enabled: true,
		project: func(g *simulator.Google) {
			g.Policies["iam.disableServiceAccountCreation"] = []string{"enforced"}
		}},
	{name: "Datastore mode", want: "Datastore mode", enabled: true,
		project: func(g *simulator.Google) {
			g.SetResource(theDatabase, map[string]any{
				"name": theDatabase, "type": "DATASTORE_MODE",
				"locationId": "us-central1"})
		}},
	{name: "no way to be public", want: "ACCESS=private",
		project: func(g *simulator.Google) {
			g.SetResource("projects/my-project/services/orgpolicy.googleapis.com", nil)
			g.Policies["iam.allowedPolicyMemberDomains"] = []string{"C01234567"}
			g.Policies["run.managed.requireInvokerIam"] = []string{"enforced"}
		}, enabled: true},
	{name: "no such region", environ: []string{"REGION=us-central9"}, enabled: true,
		want: "set REGION to a region of Cloud Run"},
	{name: "no such build region", environ: []string{"BUILD_REGION=us-central9"}, enabled: true,
		want: "set BUILD_REGION to a region of Cloud Build"},
	{name: "no such tenant", environ: []string{"TENANT_ID=unknown-1a2b3"}, enabled: true,
		want: "set TENANT_ID to a tenant of the project"},
	{name: "a service in two other regions", enabled: true, want: "set REGION: there is a service",
		project: func(g *simulator.Google) {
			for _, region := range []string{"europe-west1", "europe-west3"} {
				name := theProject + "/locations/" + region + "/services/latchkey"
				g.SetResource(name, map[string]any{"status": map[string]any{}})
			}
		}},
	{name: "staff of a public service", environ: []string{"STAFF=user:a@example.com"},
		enabled: true, want: "set ACCESS=staff"},
}

// TestPreflight checks that the program finds obstacles before it changes anything, and says what
// to do.
func TestPreflight(t *testing.T) {
	for _, c := range obstacles {
		t.Run(c.name, func(t *testing.T) {
			g := simulator.New(t)
			if c.project != nil {
				c.project(g)
			}
			got := deploy(t, g, c.environ)
			if got.err == nil || !strings.Contains(got.err.Error(), c.want) {
				t.Errorf("got the error %v, want %q", got.err, c.want)
			}
			writes := got.writes()
			if c.enabled && len(writes) == 1 && writes[0].Command == "services enable" {
				writes = nil
			}
			if len(writes) > 0 {
				t.Errorf("the program changed something before it stopped:\n%s", transcript(writes))
			}
		})
	}
}
