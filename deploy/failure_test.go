package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestAFailureShowsGooglesMessageAndARemedy(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		wanted []string
	}{
		{"a gcloud command", gcloudFailure("gcloud run deploy x", "Deploying...\n"+
			"ERROR: (gcloud.run.deploy) PERMISSION_DENIED: Permission denied on x\n"+
			"- '@type': type.googleapis.com/google.rpc.ErrorInfo\n  reason: X\n", nil),
			[]string{"gcloud run deploy x", "Permission denied on x", "owner of the project"}},
		{"an API", restFailure("PATCH https://example.com/", "400 Bad Request",
			[]byte(`{"error":{"code":400,"message":"INVALID_CONFIG : too short"}}`)),
			[]string{"PATCH https://example.com/", "400 Bad Request: INVALID_CONFIG : too short"}},
		{"a proxy", restFailure("GET https://example.com/", "502 Bad Gateway", []byte("<html>\n")),
			[]string{"502 Bad Gateway: <html>"}},
		{"a gcloud that prints nothing", gcloudFailure("gcloud x", "", errors.New("exit status 1")),
			[]string{"exit status 1"}},
		{"signed out", gcloudFailure("gcloud x", "ERROR: (gcloud.x) You do not currently have an "+
			"active account selected.", nil), []string{"gcloud auth login"}},
		{"a project with a number in its ID", gcloudFailure("gcloud x --project=shop-403-billing",
			"ERROR: (gcloud.x) INVALID_ARGUMENT: shop-403-billing has no quota project.", nil),
			[]string{"Fix the cause"}},
		{"a region without builds", gcloudFailure("gcloud builds submit", "ERROR: (gcloud.builds."+
			"submit) FAILED_PRECONDITION: due to quota restrictions, cannot run builds in this "+
			"region", nil), []string{"Set BUILD_REGION"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, want := range append(tt.wanted, "What to do: ") {
				if !strings.Contains(tt.err.Error(), want) {
					t.Errorf("got %q, want %q in it", tt.err, want)
				}
			}
			if strings.Contains(tt.err.Error(), "@type") {
				t.Errorf("got %q, want only the message", tt.err)
			}
		})
	}
}

// TestOnlyPropagationIsWaitedFor returns the same error each time.
func TestOnlyPropagationIsWaitedFor(t *testing.T) {
	const account = "latchkey@my-project.iam.gserviceaccount.com"
	const bind = "gcloud projects add-iam-policy-binding --member=serviceAccount:" + account
	off := restFailure("GET https://x/", "403 Forbidden", []byte(`{"error":{"message":"API has `+
		`not been used in project 1 before","details":[{"reason":"SERVICE_DISABLED"}]}}`))
	unknown := gcloudFailure(bind,
		"ERROR: (gcloud.x) INVALID_ARGUMENT: Service account "+account+" does not exist.", nil)
	noPermission := gcloudFailure(bind,
		"ERROR: (gcloud.x) [me] does not have permission to access projects instance "+
			"[my-project] (or it may not exist): The caller does not have permission.", nil)
	actAs := gcloudFailure("gcloud run deploy --service-account="+account,
		"ERROR: (gcloud.run.deploy) PERMISSION_DENIED: Permission 'iam.serviceaccounts.actAs' "+
			"denied on service account "+account+" (or it may not exist).", nil)
	describe := gcloudFailure("gcloud iam service-accounts get-iam-policy "+account,
		"ERROR: (gcloud.iam.service-accounts.get-iam-policy) PERMISSION_DENIED: Permission "+
			"iam.serviceAccounts.getIamPolicy is required to perform this operation on service "+
			"account projects/-/serviceAccounts/"+account+".", nil)
	changed := gcloudFailure(bind, "ERROR: (gcloud.projects.add-iam-policy-binding) ABORTED: "+
		"There were concurrent policy changes. Please retry the whole read-modify-write with "+
		"exponential backoff.", nil)
	for _, tt := range []struct {
		name  string
		state google
		err   error
		waits bool
	}{
		{"an API that was turned on", google{apisOn: true}, off, true},
		{"an API that may be off", google{}, off, false},
		{"a new account in a binding", google{created: []string{account}}, unknown, true},
		{"an old account in a binding", google{created: []string{"latchkey-build@"}}, unknown,
			false},
		{"a new account that a service runs as", google{created: []string{account}}, actAs, true},
		{"the policy of a new account", google{created: []string{account}}, describe, true},
		{"the policy of an old account", google{}, describe, false},
		{"a change by something else", google{}, changed, true},
		{"a missing permission", google{apisOn: true, created: []string{account}},
			noPermission, false},
		{"success", google{apisOn: true, created: []string{account}}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var waited time.Duration
			var calls int
			sleep := func(_ context.Context, d time.Duration) error {
				waited += d
				return nil
			}
			tt.state.host = host{out: io.Discard, sleep: sleep}
			err := tt.state.settle(t.Context(), func() error { calls++; return tt.err })
			if err != tt.err {
				t.Errorf("got %v, want the error of the call", err)
			}
			if (calls > 1) != tt.waits || (waited >= patience) != tt.waits || waited > 2*patience {
				t.Errorf("called %d times in %s, want patience: %v", calls, waited, tt.waits)
			}
		})
	}
}

// TestAMissingResourceIsRecognized tells a resource that doesn't exist from other errors, whatever
// the project is called.
func TestAMissingResourceIsRecognized(t *testing.T) {
	for text, want := range map[string]bool{
		"NOT_FOUND: The role named projects/shop-403/roles/x was not found.": true,
		"gs://shop-403-latchkey-build not found: 404.":                       true,
		"Cannot find service [latchkey]":                                     true,
		"INVALID_ARGUMENT: The project shop-404 can't do this.":              false,
		"HTTPError 403: you@example.com does not have storage.buckets.get access to the " +
			"Google Cloud Storage bucket. Permission 'storage.buckets.get' denied on resource " +
			"(or it may not exist).": false,
	} {
		if got := missing(gcloudFailure("gcloud x", "ERROR: (gcloud.x) "+text, nil)); got != want {
			t.Errorf("%s: missing is %t", text, got)
		}
	}
}

func TestQuotedCommandsCanBePasted(t *testing.T) {
	got := quote("curl", "-d", `{"a":"it's"}`, "--x=1", "")
	if want := `curl -d '{"a":"it'\''s"}' --x=1 ''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
