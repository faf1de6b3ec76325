package simulator

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestTheTableFitsGooglesDescriptions checks each command's method and fields with Google's
// description of the API.
func TestTheTableFitsGooglesDescriptions(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		c := commands[name]
		if c.method == "" {
			continue
		}
		method, ok := methods()[c.method]
		if !ok {
			t.Errorf("%s: there is no method %s", name, c.method)
		}
		if c.permission == "" {
			t.Errorf("%s needs no permission", name)
		}
		for flag, field := range c.flags {
			if field == "" {
				continue
			}
			if err := method.Field(field); err != nil {
				t.Errorf("%s --%s: %v", name, flag, err)
			}
		}
	}
	for id, e := range endpoints {
		if _, ok := methods()[id]; !ok || e.permission == "" {
			t.Errorf("there is no method %s, or it needs no permission", id)
		}
	}
}

// TestWritesAreRecognized: a second deployment must make none.
func TestWritesAreRecognized(t *testing.T) {
	for method, want := range map[string]bool{
		"run.namespaces.services.replaceService":              true,
		"cloudresourcemanager.projects.setIamPolicy":          true,
		"serviceusage.services.batchEnable":                   true,
		"identitytoolkit.projects.updateConfig":               true,
		"run.projects.locations.services.getIamPolicy":        false,
		"cloudresourcemanager.projects.getIamPolicy":          false,
		"apikeys.projects.locations.keys.getKeyString":        false,
		"firebaserules.projects.releases.get":                 false,
		"cloudresourcemanager.projects.getEffectiveOrgPolicy": false,
	} {
		if got := (Call{Method: method}).Writes(); got != want {
			t.Errorf("%s writes: %t, want %t", method, got, want)
		}
	}
}

// TestOnlyWellFormedCallsAreAccepted tries what Google would reject.
func TestOnlyWellFormedCallsAreAccepted(t *testing.T) {
	for _, c := range []struct{ command, want string }{
		{"run services describe x --zone=a --project=my-project", "unrecognized arguments: --zone"},
		{"run services explain x --project=my-project", "not in the simulator's table"},
		{"services list --enabled", "[project] is not currently set"},
		{"run services describe x --region=us-central1 --project=my-project", "SERVICE_DISABLED"},
		{"storage buckets describe gs://x --project=my-project", "gs://x not found: 404"},
		{"projects describe nothing --project=my-project", "or it may not exist"},
	} {
		g := New(t)
		_, stderr, status := g.gcloud(commandLine{
			Identity: Owner, Words: strings.Fields(c.command)})
		if status == 0 || !strings.Contains(stderr, c.want) {
			t.Errorf("gcloud %s: %d %s, want %s", c.command, status, stderr, c.want)
		}
	}
}

// TestAPIsCheckRequests sends requests that don't fit Google's description of the API.
func TestAPIsCheckRequests(t *testing.T) {
	const config = "https://identitytoolkit.googleapis.com/v2/projects/my-project/config"
	const good = `{"signIn":{"email":{"enabled":true}}}`
	for _, c := range []struct{ method, url, body, want string }{
		{"PATCH", config + "?updateMask=signIn.email", good, ""},
		{"GET", config + "s", "", "has no method"},
		{"PATCH", config + "?mask=signIn.email", good, "has no parameter mask"},
		{"PATCH", config + "?updateMask=signIn.mail", good, "has no field mail"},
		{"PATCH", config + "?updateMask=mfa", good, "the body doesn't"},
		{"PATCH", config + "?updateMask=signIn.email", `{"signIn":{"email":{"enabled":"yes"}}}`,
			"is a string, want a boolean"},
		{"PATCH", config + "?updateMask=signIn", `{"signIn":{"e_mail":{}}}`, "has no field e_mail"},
		{"PATCH", config + "?updateMask=passwordPolicyConfig",
			`{"passwordPolicyConfig":{"passwordPolicyEnforcementState":"ON"}}`, "want one of"},
		{"PATCH", config + "?updateMask=client.apiKey", `{"client":{"apiKey":"k"}}`,
			"can't be set"},
	} {
		g := New(t)
		g.resources[g.project()+"/services/identitytoolkit.googleapis.com"] = object{}
		g.resources[ConfigName] = newConfig(g)
		status, body := g.send(t, c.method, c.url, c.body)
		problems := strings.Join(g.Problems(), "\n")
		if (status == 200) != (c.want == "") || !strings.Contains(problems, c.want) {
			t.Errorf("%s %s %s: %d %s %s, want %q", c.method, c.url, c.body, status, body, problems,
				c.want)
		}
	}
}

// TestANewAccountIsRefusedAFewTimes and then accepted, also where it isn't the first use.
func TestANewAccountIsRefusedAFewTimes(t *testing.T) {
	g := New(t)
	g.Delay.Account = 2
	g.resources[g.project()+"/services/iam.googleapis.com"] = object{}
	gcloud := func(command string) int {
		_, _, status := g.gcloud(commandLine{Identity: Owner,
			Words: strings.Fields(command + " --project=my-project")})
		return status
	}
	grant := "projects add-iam-policy-binding my-project --role=roles/datastore.user " +
		"--condition=None --member=serviceAccount:latchkey@my-project.iam.gserviceaccount.com"
	if gcloud(grant) == 0 {
		t.Error("an account that doesn't exist got a role")
	}
	if gcloud("iam service-accounts create latchkey") != 0 {
		t.Error("the account wasn't created")
	}
	for i, want := range []int{1, 1, 0} {
		if got := gcloud(grant); got != want {
			t.Errorf("grant %d: got status %d, want %d", i+1, got, want)
		}
	}
}

// send sends a request as the owner.
func (g *Google) send(t *testing.T, method, url, body string) (status int, reply string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer access:"+Owner)
	r.Header.Set("X-Goog-User-Project", g.Project)
	got, err := g.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(content)
}
