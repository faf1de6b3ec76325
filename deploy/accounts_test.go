package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

const (
	serviceAccount = "serviceAccount:latchkey@my-project.iam.gserviceaccount.com"
	buildAccount   = "serviceAccount:latchkey-build@my-project.iam.gserviceaccount.com"
	iapAgent       = "serviceAccount:service-42@gcp-sa-iap.iam.gserviceaccount.com"

	theProject    = "projects/my-project"
	theService    = theProject + "/locations/us-central1/services/latchkey"
	theRepository = theProject + "/locations/us-central1/repositories/latchkey"
	theBucket     = "b/gs://my-project-latchkey-build"
	theAccounts   = theProject + "/serviceAccounts/"
)

// grantsOf maps ACCESS to all roles that a deployment grants.
func grantsOf(access string) []string {
	own := func(account string) string { return strings.TrimPrefix(account, "serviceAccount:") }
	all := []string{
		serviceAccount + ": " + theProject + "/roles/latchkey_accounts on " + theProject,
		serviceAccount + ": roles/datastore.user on " + theProject,
		buildAccount + ": " + theProject + "/roles/latchkey_deployments on " + theProject,
		buildAccount + ": roles/logging.logWriter on " + theProject,
		buildAccount + ": roles/iam.serviceAccountUser on " + theAccounts + own(serviceAccount),
		buildAccount + ": roles/artifactregistry.writer on " + theRepository,
		buildAccount + ": roles/storage.objectViewer on " + theBucket,
		buildAccount + ": roles/run.developer on " + theService,
		buildAccount + ": roles/run.invoker on " + theService,
	}
	switch access {
	case "private":
		all = append(all,
			"user:dev@example.com: roles/run.invoker on "+theService,
			buildAccount+": roles/iam.serviceAccountOpenIdTokenCreator on "+
				theAccounts+own(buildAccount))
	case "staff":
		all = append(all, iapAgent+": roles/run.invoker on "+theService,
			"group:staff@example.com: roles/iap.httpsResourceAccessor on iap/latchkey")
	}
	slices.Sort(all)
	return all
}

// TestR31TheProgramGrantsOnlyTheListedRoles compares the policies of all resources after a
// deployment. It can't succeed with fewer roles: each was needed by a call of the deployment, by
// the app's startup, or by the build.
func TestR31TheProgramGrantsOnlyTheListedRoles(t *testing.T) {
	for access, environ := range map[string][]string{
		"public":  nil,
		"private": {"ACCESS=private", "DEVELOPERS=user:dev@example.com"},
		"staff":   {"ACCESS=staff", "STAFF=group:staff@example.com"},
	} {
		g := newProject(t)
		mustDeploy(t, g, environ...)
		granted := slices.DeleteFunc(g.Grants(), func(grant string) bool {
			return strings.HasPrefix(grant, simulator.Owner) ||
				strings.HasPrefix(grant, "projectOwner:")
		})
		wantSame(t, access, granted, grantsOf(access))
		for role, want := range map[string][]any{
			"accounts": {
				"firebaseauth.configs.get", "firebaseauth.users.get", "firebaseauth.users.update",
				"firebaseauth.users.delete", "identitytoolkit.tenants.get",
			},
			"deployments": {"run.operations.get"},
		} {
			found, _ := g.Resource(theProject + "/roles/latchkey_" + role)
			if got := found["includedPermissions"]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the role %s has %q, want %q", role, got, want)
			}
		}
	}
}

// TestR31EachRoleOfTheBuildIsNeeded takes one role away at a time. The next build must fail.
func TestR31EachRoleOfTheBuildIsNeeded(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g, "ACCESS=private", "DEVELOPERS=user:dev@example.com")
	var roles []string
	for _, grant := range g.Grants() {
		if strings.HasPrefix(grant, buildAccount) || strings.HasPrefix(grant, serviceAccount) {
			roles = append(roles, grant)
		}
	}
	for _, role := range roles {
		// roles/run.developer has run.routes.invoke, too, according to the list of roles, but the
		// page on managing access doesn't say so:
		// https://docs.cloud.google.com/run/docs/securing/managing-access
		if strings.Contains(role, "roles/run.invoker") {
			continue
		}
		g.Withheld = role
		if got := deploy(t, g, nil); got.err == nil {
			t.Errorf("the deployment succeeds without %s", role)
		}
	}
}

func TestR31TheServiceAndTheBuildRunAsTheirOwnAccounts(t *testing.T) {
	g := newProject(t)
	calls := transcript(mustDeploy(t, g).calls)
	wantSame(t, "accounts", matches(`--service-account=(\S+)`, calls), []string{
		strings.TrimPrefix(serviceAccount, "serviceAccount:"),
		theAccounts + strings.TrimPrefix(buildAccount, "serviceAccount:"),
	})
	terraform := argument(t, "google_cloud_run_v2_service.this", "template", "service_account")
	wantSame(t, "account in Terraform", []string{terraform},
		[]string{"google_service_account.service.email"})
}

func TestR31TheServiceHasItsOwnAccountAndNoAccountIsEditorOrOwner(t *testing.T) {
	files := map[string]string{
		"dry run": dryRun(t), "terraform": terraform(t), "build": read(t, "../cloudbuild.yaml"),
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
}
