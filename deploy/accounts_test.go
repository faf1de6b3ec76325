package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// serviceRoles and buildRoles are all roles of the two service accounts, each with what it is
// granted on (R31). customRoles lists the permissions of the custom roles.
var (
	serviceRoles = []string{"project: accounts", "project: roles/datastore.user"}
	buildRoles   = []string{
		"bucket: roles/storage.objectViewer", "project: deployments",
		"project: roles/logging.logWriter", "repository: roles/artifactregistry.writer",
		"service account: roles/iam.serviceAccountUser", "service: roles/run.developer",
		"service: roles/run.invoker",
	}
	customRoles = map[string][]string{
		"accounts": {
			"firebaseauth.configs.get", "firebaseauth.users.delete", "firebaseauth.users.get",
			"firebaseauth.users.update", "identitytoolkit.tenants.get",
		},
		"deployments": {"run.operations.get"},
	}
)

// resources maps the start of a command and the type of a Terraform resource to what they grant
// a role on.
var resources = map[string]string{
	"gcloud projects my-project":   "project",
	"gcloud run services latchkey": "service",
	"gcloud iam service-accounts latchkey@my-project.iam.gserviceaccount.com": "service account",
	"gcloud artifacts repositories latchkey":                                  "repository",
	"gcloud storage buckets gs://my-project-latchkey-build":                   "bucket",
	"google_project_iam_member":                                               "project",
	"google_cloud_run_v2_service_iam_member":                                  "service",
	"google_service_account_iam_member":                                       "service account",
	"google_artifact_registry_repository_iam_member":                          "repository",
	"google_storage_bucket_iam_member":                                        "bucket",
	"google_iap_web_cloud_run_service_iam_member":                             "service",
}

// TestR31TheScriptRunsTheGrantsOfTheDryRunAndNoOthers runs the script with a gcloud that records
// its calls. The tests of the roles read the dry run.
func TestR31TheScriptRunsTheGrantsOfTheDryRunAndNoOthers(t *testing.T) {
	relevant := regexp.MustCompile(`iam-policy|iam roles|iam service-accounts|--service-account=`)
	submit := regexp.MustCompile(` --substitutions=.*`) // contains the key and the project's number
	grants := func(output string) (found []string) {
		for _, line := range strings.Split(strings.ReplaceAll(output, "'", ""), "\n") {
			line = submit.ReplaceAllString(line, "")
			if relevant.MatchString(line) && !strings.Contains(line, " describe ") {
				found = append(found, line)
			}
		}
		slices.Sort(found)
		return found
	}
	fakes := fakePrograms(t, recordCalls+noService+`*describe*) exit 1 ;; *get-key-string*) echo key ;; esac`)
	private := []string{"ACCESS=private"} // a public service gets a smoke test, which would fail
	script(t, append(fakes.environ, private...))
	wantSame(t, "grants", grants(fakes.calls(t)), grants(script(t, private, "--dry-run")))
}

func TestR31TheServiceAndTheBuildRunAsTheirOwnAccounts(t *testing.T) {
	dryRun := script(t, nil, "--dry-run")
	const account = "latchkey@my-project.iam.gserviceaccount.com"
	const builder = "projects/my-project/serviceAccounts/" +
		"latchkey-build@my-project.iam.gserviceaccount.com"
	wantSame(t, "accounts", matches(`--service-account=(\S+)`, dryRun), []string{account, builder})
	wantSame(t, "account of the next revisions", matches(`[;^]_SERVICE_ACCOUNT=([^;]+)`, dryRun),
		[]string{account})
	terraform := argument(t, "google_cloud_run_v2_service.this", "template", "service_account")
	wantSame(t, "account in Terraform", []string{terraform},
		[]string{"google_service_account.service.email"})
}

func TestR31TheScriptGrantsOnlyTheListedRoles(t *testing.T) {
	granted, permissions := map[string][]string{}, map[string][]string{}
	grant := regexp.MustCompile(`^(.*) add-iam-policy-binding (\S+) .*--member=(\S+) --role=(\S+)`)
	role := regexp.MustCompile(`roles create latchkey_(\w+) .*--permissions=(\S+)`)
	for _, command := range commands(script(t, nil, "--dry-run")) {
		if found := grant.FindStringSubmatch(command); found != nil {
			on := resources[found[1]+" "+found[2]]
			name := strings.TrimPrefix(found[4], "projects/my-project/roles/latchkey_")
			granted[found[3]] = append(granted[found[3]], on+": "+name)
		}
		if found := role.FindStringSubmatch(command); found != nil {
			permissions[found[1]] = slices.Sorted(slices.Values(strings.Split(found[2], ",")))
		}
	}
	wantGrants(t, granted, map[string][]string{
		"serviceAccount:latchkey@my-project.iam.gserviceaccount.com":       serviceRoles,
		"serviceAccount:latchkey-build@my-project.iam.gserviceaccount.com": buildRoles,
		"allUsers": {"service: roles/run.invoker"},
	})
	if !maps.EqualFunc(permissions, customRoles, slices.Equal) {
		t.Errorf("the custom roles are %q, want %q", permissions, customRoles)
	}
}

func TestR31TerraformGrantsTheSameRoles(t *testing.T) {
	granted, permissions := map[string][]string{}, map[string][]string{}
	for name, block := range declared(t) {
		kind, _, _ := strings.Cut(name, ".")
		switch {
		case kind == "google_project_iam_custom_role":
			permissions[block.Labels[1]] = matches(`"(\w+\.\w+\.\w+)"`, source(t, name))
		case strings.HasSuffix(kind, "_iam_member"):
			role := strings.TrimPrefix(argument(t, name, "role"), "google_project_iam_custom_role.")
			member := argument(t, name, "member")
			granted[member] = append(granted[member],
				resources[kind]+": "+strings.TrimSuffix(role, ".id"))
		case strings.Contains(kind, "_iam_"):
			t.Errorf("%s would take the role away from other accounts; use _iam_member", name)
		}
	}
	wantGrants(t, granted, map[string][]string{
		"google_service_account.service.member":         serviceRoles,
		"google_service_account.build.member":           buildRoles,
		"allUsers":                                      {"service: roles/run.invoker"},
		"google_project_service_identity.iap[0].member": {"service: roles/run.invoker"},
		"each.value": {
			"service: roles/iap.httpsResourceAccessor", "service: roles/run.invoker",
		},
	})
	if !maps.EqualFunc(permissions, customRoles, slices.Equal) {
		t.Errorf("the custom roles are %q, want %q", permissions, customRoles)
	}
}

// wantGrants compares the roles of each account.
func wantGrants(t *testing.T, granted, want map[string][]string) {
	t.Helper()
	for _, account := range slices.Sorted(maps.Keys(granted)) {
		got := slices.Sorted(slices.Values(granted[account]))
		if !slices.Equal(got, want[account]) {
			t.Errorf("%s has %q, want %q", account, got, want[account])
		}
	}
	for account := range want {
		if granted[account] == nil {
			t.Errorf("%s has no role, want %q", account, want[account])
		}
	}
}

func TestR31TheServiceHasItsOwnAccountAndNoAccountIsEditorOrOwner(t *testing.T) {
	files := map[string]string{
		"dry run":   script(t, nil, "--dry-run"),
		"terraform": terraform(t),
		"build":     read(t, "../cloudbuild.yaml"),
	}
	comment := regexp.MustCompile(`(?m)^\s*#.*$`)
	broad := regexp.MustCompile(`roles/(editor|owner|viewer|firebase\.admin|\w+\.admin)\b`)
	for name, content := range files {
		if found := broad.FindString(comment.ReplaceAllString(content, "")); found != "" {
			t.Errorf("%s: grants %s", name, found)
		}
		if strings.Contains(content, "compute@developer") {
			t.Errorf("%s: uses the default service account", name)
		}
	}
	if !strings.Contains(files["build"], `--service-account="$SERVICE_ACCOUNT"`) {
		t.Error("the build does not deploy with the service's own account")
	}
}
