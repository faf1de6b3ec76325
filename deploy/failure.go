package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// failure is a call that Google rejected.
type failure struct {
	call    string // the command, or the method and URL
	message string // what Google says
	text    string // everything that Google says, such as the reason in the details
}

// Error returns Google's message and what to do about it.
func (f *failure) Error() string {
	return fmt.Sprintf("this call failed: %s\n%s\nWhat to do: %s", f.call, f.message, f.remedy())
}

// gcloudFailure keeps the last error that gcloud printed. The details of an API's error follow as
// YAML, from the first line that begins with "- '@type'".
func gcloudFailure(call, stderr string, err error) error {
	text := strings.TrimSpace(stderr)
	if at := strings.LastIndex(text, "ERROR: ("); at >= 0 {
		text = text[at:]
	}
	if text == "" {
		text = err.Error()
	}
	message, _, _ := strings.Cut(text, "\n- '@type'")
	return &failure{call: call, message: message, text: text}
}

// restFailure reads the error of an API: https://docs.cloud.google.com/apis/design/errors
func restFailure(call, status string, body []byte) error {
	var response struct{ Error struct{ Message string } }
	message := strings.TrimSpace(string(body))
	if json.Unmarshal(body, &response) == nil && response.Error.Message != "" {
		message = response.Error.Message
	}
	return &failure{call: call, message: status + ": " + message, text: status + " " + string(body)}
}

// reason returns the first line of Google's message.
func (f *failure) reason() string {
	line, _, _ := strings.Cut(f.message, "\n")
	return line
}

// says reports whether err is a failure with this text.
func says(err error, pattern *regexp.Regexp) bool {
	var f *failure
	return errors.As(err, &f) && pattern.MatchString(f.text)
}

var (
	notFound = regexp.MustCompile(`(?i)NOT_FOUND|not found|cannot find service|` +
		`could not be found|matched no objects`)
	disabled = regexp.MustCompile(`SERVICE_DISABLED|has not been used in project`)
	denied   = regexp.MustCompile(
		`(?i)PERMISSION_DENIED|does not have permission|error 403|forbidden`)
)

// missing reports whether a look-up failed because the resource doesn't exist.
func missing(err error) bool { return says(err, notFound) && !says(err, denied) }

// remedies are in order: the first that matches counts.
var remedies = []struct{ pattern, remedy string }{
	{`(?i)reauthentication|refreshing your current auth tokens|invalid_grant|` +
		`do not currently have an active account|UNAUTHENTICATED|error 401|unauthorized`,
		"Sign in with gcloud auth login, then run this program again."},
	{disabled.String(), "If the API was turned on a moment ago, wait a few minutes. " +
		"Then run this program again."},
	{`(?i)component manager|command group installed|gcloud components install`,
		"Install the component beta of gcloud: gcloud components install beta"},
	{`(?i)billing (account|must|is|to be)|BILLING_`,
		"Link a billing account to the project, then run this program again: " +
			"https://docs.cloud.google.com/billing/docs/how-to/modify-project"},
	{`(?i)cannot run builds in this region`, "Set BUILD_REGION to a region in which the project " +
		"may build: https://docs.cloud.google.com/build/docs/locations"},
	{`(?i)permitted customer|allowedPolicyMember`,
		"The organization allows only members of some domains. Set ACCESS=private or " +
			"ACCESS=staff, or ask an administrator of the organization."},
	{`(?i)resourceLocations`, "The organization restricts locations. " +
		"Set REGION to one that it allows."},
	{`(?i)constraints/|organization policy|org policy`, "An organization policy forbids this. " +
		"Ask an administrator of the organization for an exception for this project."},
	{`(?i)bucket.*(already exists|not available|own)|does not have storage\.buckets\.get`,
		"Another project may have a bucket of this name. Set SERVICE to another name."},
	{`USER_PROJECT_DENIED|serviceusage\.services\.use`, "Your account needs the role " +
		"roles/serviceusage.serviceUsageConsumer on the project."},
	{denied.String(), "Sign in as an owner of the project, or ask one for the permission " +
		"that the message names."},
	{`(?i)RESOURCE_EXHAUSTED|quota.(exceeded|limit|metric)|exceeded.*quota`,
		"Wait, or request a higher quota: " +
			"https://docs.cloud.google.com/docs/quotas/view-manage"},
}

// remedy returns what the operator can do.
func (f *failure) remedy() string {
	for _, known := range remedies {
		if regexp.MustCompile(known.pattern).MatchString(f.text) {
			return known.remedy
		}
	}
	return "Fix the cause, then run this program again: it continues where it stopped. " +
		"docs/operations.md lists known errors."
}

// patience is how long settle waits for Google to notice a change. In IAM, that typically takes two
// minutes and can take more than seven:
// https://docs.cloud.google.com/iam/docs/access-change-propagation
const patience = 10 * time.Minute

// settle repeats a call while it fails because Google hasn't noticed a change yet, or because of
// another change at the same time. Any other error is returned at once.
func (g *google) settle(ctx context.Context, call func() error) error {
	for waited, pause := time.Duration(0), 5*time.Second; ; pause = min(2*pause, 30*time.Second) {
		err := call()
		reason := g.pending(err)
		if reason == "" || waited >= patience {
			return err
		}
		g.note("%s. Trying again in %s.", reason, pause)
		if err := g.sleep(ctx, pause); err != nil {
			return err
		}
		waited += pause
	}
}

// unknown matches what Google says about an account or a role that it doesn't know yet. Its text
// differs by service, and a missing account is often reported as a missing permission on it.
var unknown = regexp.MustCompile(`(?i)service account \S+ does not exist|unknown service account|` +
	`role \S+ (does not exist|is not supported)|NOT_FOUND|not found|` +
	`denied on (resource|service ?account)[^()]*\(or it may not exist\)|` +
	`is required to perform this operation on service account|` +
	`iam\.serviceaccounts\.actas|act as service account`)

// conflict matches what Google says if something else, such as an API that was just turned on, has
// changed the same policy or service between gcloud's reading and writing it.
var conflict = regexp.MustCompile(`(?i)concurrent policy changes|conflict for resource|` +
	`pre-conditions you specified did not hold`)

// apiName finds the API in the link with which Google's message says how to turn it on.
var apiName = regexp.MustCompile(`/apis/api/([a-z]+\.googleapis\.com)/`)

// pending returns why the same call may succeed in a moment, or "" if it failed for another reason.
func (g *google) pending(err error) string {
	var f *failure
	if !errors.As(err, &f) {
		return ""
	}
	if conflict.MatchString(f.text) {
		return "Something else changed it at the same time"
	}
	if g.apisOn && disabled.MatchString(f.text) {
		name := "An API"
		if found := apiName.FindStringSubmatch(f.text); found != nil {
			name = found[1]
		}
		return name + " was just turned on and isn't available yet"
	}
	if !unknown.MatchString(f.text) {
		return ""
	}
	for _, name := range g.created {
		if strings.Contains(f.call+f.text, name) {
			return name + " was just created and isn't known everywhere yet"
		}
	}
	return ""
}
