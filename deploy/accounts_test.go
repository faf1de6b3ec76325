package deploy

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

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
	fakes := fakePrograms(t, recordCalls+`*describe*) exit 1 ;; *get-key-string*) echo key ;; esac`)
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
