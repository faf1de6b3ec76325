package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

func encode(value any) string {
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestABadRevisionGetsNoTraffic breaks the first revision, which responds to nothing, and then what
// the next one needs. The build's smoke test must notice it at the revision's own URL.
func TestABadRevisionGetsNoTraffic(t *testing.T) {
	g := newProject(t)
	working := g.App
	g.App = "http://127.0.0.1:1"
	if got := deploy(t, g, nil); got.err == nil {
		t.Error("a broken app was deployed")
	}
	if now := g.Serving("latchkey"); strings.HasPrefix(now, "latchkey-b") {
		t.Errorf("the broken revision %s has the traffic", now)
	}
	g.App = working
	mustDeploy(t, g)
	serving := g.Serving("latchkey")
	if !strings.HasPrefix(serving, "latchkey-b") {
		t.Errorf("%s has the traffic, not the revision of the build", serving)
	}
	for _, name := range g.Names("/keys/") {
		key, _ := g.Resource(name)
		key["restrictions"] = map[string]any{"apiTargets": []any{
			map[string]any{"service": "maps.googleapis.com"}}}
		g.SetResource(name, key)
	}
	got := deploy(t, g, nil)
	if got.err == nil || !strings.Contains(got.err.Error(), "step smoke failed") ||
		!strings.Contains(got.err.Error(), "https://console.cloud.google.com/cloud-build/builds") {
		t.Errorf("got the error %v", got.err)
	}
	if now := g.Serving("latchkey"); now != serving || now == "" {
		t.Errorf("the traffic went from %s to %s", serving, now)
	}
	if strings.Contains(got.out+g.BuildLog(), "eyJ") {
		t.Error("the output contains a token")
	}
}

// TestEachBuildHasItsOwnTag looks at the service after two builds: no tag is left, and all traffic
// goes to the second revision.
func TestEachBuildHasItsOwnTag(t *testing.T) {
	g := newProject(t)
	g.Delay = simulator.Delay{URL: 2}
	var tags []string
	for range 2 {
		for _, call := range mustDeploy(t, g).calls {
			for _, word := range call.Words {
				if tag, ok := strings.CutPrefix(word, "--tag="); ok {
					tags = append(tags, tag)
				}
			}
		}
	}
	if len(tags) != 2 || tags[0] == tags[1] {
		t.Errorf("the builds used the tags %q", tags)
	}
	found, _ := g.Resource("projects/my-project/locations/us-central1/services/latchkey")
	traffic := encode(found["status"].(map[string]any)["traffic"])
	if strings.Contains(traffic, `"tag"`) || !strings.Contains(traffic, tags[1]) {
		t.Errorf("the traffic is %s after the tags %q", traffic, tags)
	}
}

// TestABuildInARegionThatIsNotAllowed says which setting to change.
func TestABuildInARegionThatIsNotAllowed(t *testing.T) {
	g := newProject(t)
	got := deploy(t, g, []string{"BUILD_REGION=europe-west3"})
	if got.err == nil || !strings.Contains(got.err.Error(), "cannot run builds in this region") ||
		!strings.Contains(got.err.Error(), "Set BUILD_REGION") {
		t.Errorf("got the error %v", got.err)
	}
	mustDeploy(t, g)
}

// TestAProjectWithoutSelfServiceSignUp can still be deployed to: the smoke test says what it
// couldn't test.
func TestAProjectWithoutSelfServiceSignUp(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g)
	config, _ := g.Resource(simulator.ConfigName)
	config["client"].(map[string]any)["permissions"] = map[string]any{"disabledUserSignup": true}
	g.SetResource(simulator.ConfigName, config)
	if got := mustDeploy(t, g); !strings.Contains(got.out, "ADMIN_ONLY_OPERATION") {
		t.Errorf("the output doesn't say that sign-up is closed:\n%s", got.out)
	}
}

// TestARunThatWasInterruptedCanBeRepeated stops the first run at different calls. The next one
// continues.
func TestARunThatWasInterruptedCanBeRepeated(t *testing.T) {
	for _, command := range []string{
		"firestore databases create", "projects add-iam-policy-binding", "run deploy",
		"services api-keys create", "builds submit",
	} {
		g := newProject(t)
		g.Delay = simulator.Delay{}
		g.Break = command
		got := deploy(t, g, nil)
		if got.err == nil || !strings.Contains(got.err.Error(), "broken") {
			t.Fatalf("%s: got the error %v", command, got.err)
		}
		g.Break = ""
		mustDeploy(t, g)
	}
}

// TestARunThatStoppedAtTheNewServiceAsksForAccess stops after the service was created and before
// it was opened. Whether it should be public isn't known then.
func TestARunThatStoppedAtTheNewServiceAsksForAccess(t *testing.T) {
	g := newProject(t)
	g.Break = "run services get-iam-policy"
	if got := deploy(t, g, nil); got.err == nil {
		t.Fatal("the first run didn't stop")
	}
	g.Break = ""
	got := deploy(t, g, nil)
	if got.err == nil || !strings.Contains(got.err.Error(), "set ACCESS") {
		t.Errorf("got the error %v", got.err)
	}
	if got := mustDeploy(t, g, "ACCESS=public"); !strings.Contains(got.out, "an administrator") {
		t.Errorf("the output doesn't say how to become an administrator:\n%s", got.out)
	}
}

// TestABuildIsRepeatedOnlyIfItsRolesAreNew takes a role away that the build has had for long.
func TestABuildIsRepeatedOnlyIfItsRolesAreNew(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g)
	g.Withheld = buildAccount + ": roles/storage.objectViewer on " + theBucket
	got := deploy(t, g, nil)
	if got.err == nil || strings.Count(transcript(got.calls), "gcloud builds submit") != 1 {
		t.Errorf("got the error %v after\n%s", got.err, transcript(got.calls))
	}
}

// TestADryRunDoesNothing has a gcloud that would be noticed.
func TestADryRunDoesNothing(t *testing.T) {
	for _, arguments := range [][]string{{"--dry-run"}, {"delete", "--dry-run"}} {
		g := simulator.New(t)
		got := deploy(t, g, nil, arguments...)
		if got.err != nil || len(got.calls) > 0 {
			t.Errorf("%q: %v, called\n%s", arguments, got.err, transcript(got.calls))
		}
		if !strings.HasPrefix(got.out, "# This is a dry run: it runs nothing.") {
			t.Errorf("%q doesn't say first that nothing is run:\n%s", arguments, got.out)
		}
		if strings.Contains(got.out, "42") {
			t.Errorf("%q printed the number of the project:\n%s", arguments, got.out)
		}
	}
}

// TestADryRunHasPlaceholders checks the parts of requests that only Google knows or that are long.
func TestADryRunHasPlaceholders(t *testing.T) {
	out := dryRun(t)
	for _, want := range []string{
		`"content":"(the content of firestore.rules)"`,
		`"authorizedDomains":["EXISTING_DOMAINS","latchkey-PROJECT_NUMBER.us-central1.run.app"]`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the dry run has no %s:\n%s", want, out)
		}
	}
}

// TestHelp prints the usage to stdout.
func TestHelp(t *testing.T) {
	for _, argument := range []string{"--help", "-h", "help"} {
		var out strings.Builder
		err := run(t.Context(), []string{argument}, nil, host{out: &out})
		if err != nil || out.String() != usage+"\n" {
			t.Errorf("%s: %v, printed %q", argument, err, out.String())
		}
	}
}

// TestADryRunPrintsWhatAFirstRunDoes compares the changes of a dry run with those of a run.
func TestADryRunPrintsWhatAFirstRunDoes(t *testing.T) {
	for _, environ := range [][]string{
		nil, {"ACCESS=private", "DEVELOPERS=user:dev@example.com"},
		{"ACCESS=staff", "STAFF=group:staff@example.com"}, balanced,
	} {
		g := newProject(t)
		g.Delay = simulator.Delay{}
		g.Balancer["app.example.com"] = "latchkey"
		g.Policies["gcp.resourceLocations"] = []string{"us-central1"} // as in an organization
		printed := changes(deploy(t, g, environ, "--dry-run").out)
		made := changes(mustDeploy(t, g, environ...).out)
		if !slices.Equal(printed, made) {
			t.Errorf("%v: the dry run printed\n%s\nand the run\n%s", environ,
				strings.Join(printed, "\n"), strings.Join(made, "\n"))
		}
	}
}

// changes returns the commands in the output of a run, up to what only Google knows.
func changes(out string) []string {
	var commands []string
	for line := range strings.Lines(out) {
		line, isCommand := strings.CutPrefix(line, "gcloud ")
		if !isCommand {
			continue
		}
		line, _, _ = strings.Cut(line, "services enable ") // a new project has some APIs
		line, _, _ = strings.Cut(line, " --substitutions=")
		line, _, _ = strings.Cut(line, " '--substitutions=")
		line = strings.ReplaceAll(line, "PROJECT_NUMBER", "42")
		commands = append(commands, strings.TrimSpace(line))
	}
	return commands
}

// TestDelete removes everything but the users, the database and the shared metric, also if there is
// nothing left. Afterwards the program can deploy again.
func TestDelete(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g)
	for range 2 {
		got := deploy(t, g, nil, "delete")
		if got.err != nil {
			t.Fatalf("%v\n%s", got.err, got.out)
		}
		if !strings.Contains(got.out, "repeat it with REGION=us-central1") {
			t.Errorf("the output doesn't say how to repeat it:\n%s", got.out)
		}
	}
	for _, kind := range []string{
		"/services/latchkey", "/serviceAccounts/", "/repositories/", "b/gs://", "/keys/",
	} {
		if left := g.Names(kind); len(left) > 0 {
			t.Errorf("%q is left", left)
		}
	}
	for _, grant := range g.Grants() {
		if !strings.HasPrefix(grant, simulator.Owner+": ") {
			t.Errorf("the grant %s is left", grant)
		}
	}
	if _, ok := g.Resource(theDatabase); !ok {
		t.Error("the database was deleted")
	}
	if _, ok := g.Resource(simulator.ConfigName); !ok {
		t.Error("the settings for sign-in were deleted")
	}
	if len(g.Names("/metrics/latchkey_refusals")) == 0 {
		t.Error("the metric was deleted")
	}
	mustDeploy(t, g)
}
