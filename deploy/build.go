package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// bucket receives the sources for the build.
func (d *deployment) bucket() string { return "gs://" + d.project + "-" + d.service + "-build" }

// createStorage makes sure that there is a repository for the images and a bucket for the sources,
// and that the build may use them.
func (d *deployment) createStorage(ctx context.Context) error {
	d.step("Artifact Registry for the images, and a bucket for the build's sources")
	location := "--location=" + d.region
	found, err := d.find(ctx, nil, "artifacts", "repositories", "describe", d.service, location)
	if err != nil {
		return err
	}
	if !found {
		err := d.change(ctx, "artifacts", "repositories", "create", d.service, location,
			"--repository-format=docker")
		if err != nil {
			return err
		}
	}
	if found, err = d.find(ctx, nil, "storage", "buckets", "describe", d.bucket()); err != nil {
		return err
	}
	if !found {
		err := d.change(ctx, "storage", "buckets", "create", d.bucket(), location,
			"--uniform-bucket-level-access")
		if err != nil {
			return err
		}
	}
	builder := "serviceAccount:" + d.builder()
	err = d.grantOn(ctx, []string{"artifacts", "repositories"}, []string{d.service, location},
		builder, "roles/artifactregistry.writer")
	if err != nil {
		return err
	}
	return d.grantOn(ctx, []string{"storage", "buckets"}, []string{d.bucket()},
		builder, "roles/storage.objectViewer")
}

// createMetric makes sure that rejected and failed requests are counted.
func (d *deployment) createMetric(ctx context.Context) error {
	d.step("A metric of rejected and failed requests, by reason and route")
	found, err := d.find(ctx, nil, "logging", "metrics", "describe", "latchkey_refusals")
	if err != nil || found {
		return err
	}
	return d.change(ctx, "logging", "metrics", "create", "latchkey_refusals",
		"--config-from-file=deploy/refusals-metric.yaml")
}

// chosen returns a variable of the next revision, as the settings or the current revision have it.
func (d *deployment) chosen(variable string) string {
	return d.environment(d.live.environment())[variable]
}

// nextEnvironment returns all variables of the next revision.
func (d *deployment) nextEnvironment() map[string]string {
	env := d.environment(d.live.environment())
	env["GOOGLE_CLOUD_PROJECT"] = d.project
	env["FIREBASE_API_KEY"] = d.apiKey
	env["FIREBASE_AUTH_DOMAIN"] = d.authDomain()
	// https://docs.cloud.google.com/iap/docs/signed-headers-howto
	audience := fmt.Sprintf("/projects/%s/locations/%s/services/%s", d.number, d.region, d.service)
	switch chosen := d.given["IAP_AUDIENCE"] != ""; {
	case chosen:
	case d.access == "staff" && !slices.Contains(list(env["IAP_AUDIENCE"]), audience):
		env["IAP_AUDIENCE"] = audience
	case d.access != "staff" && env["IAP_AUDIENCE"] == audience:
		delete(env, "IAP_AUDIENCE")
	}
	return env
}

// instances returns a limit of the next revision. Empty keeps what the service has.
func (d *deployment) instances(setting, byDefault string) string {
	value, set := d.given[setting]
	if !set && d.live.isApp() {
		return ""
	}
	return cmp.Or(value, byDefault)
}

// join returns a list in the syntax of gcloud, with a separator that isn't in the values:
// https://docs.cloud.google.com/sdk/gcloud/reference/topic/escaping
func join(values map[string]string, separators ...string) (string, error) {
	var entries []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		entries = append(entries, name+"="+values[name])
	}
	text := strings.Join(entries, "")
	for _, separator := range separators {
		if !strings.Contains(text, separator) {
			return "^" + separator + "^" + strings.Join(entries, separator), nil
		}
	}
	return "", fmt.Errorf("remove one of the characters %q from the variables of the service",
		strings.Join(separators, ""))
}

// substitutions are the settings of cloudbuild.yaml.
func (d *deployment) substitutions() (string, error) {
	env := d.nextEnvironment()
	for name, value := range env {
		if strings.Contains(value, "$") {
			return "", fmt.Errorf("remove the dollar sign from the variable %s of the service: "+
				"Cloud Build would replace it", name)
		}
	}
	variables, err := join(env, "|", "~", "!")
	if err != nil {
		return "", err
	}
	return join(map[string]string{
		"_REGION":        d.region,
		"_SERVICE":       d.service,
		"_MIN_INSTANCES": d.instances("MIN_INSTANCES", "0"),
		"_MAX_INSTANCES": d.instances("MAX_INSTANCES", "10"),
		"_ENV_VARS":      variables,
	}, ";", "#", "%")
}

// cloudBuild is a build:
// https://docs.cloud.google.com/build/docs/api/reference/rest/v1/projects.builds
type cloudBuild struct {
	ID, Status, LogURL string
	FailureInfo        struct{ Type, Detail string }
	Steps              []struct{ ID, Status string }
}

// build runs cloudbuild.yaml. A build fails at once if its account can't read the sources or write
// the log yet. It is tried again if the account may have its roles only since a moment ago.
func (d *deployment) build(ctx context.Context) error {
	d.step("Test, build, push, deploy, smoke-test, then send traffic (cloudbuild.yaml)")
	const pause = 30 * time.Second
	newRoles := !d.live.isApp() || len(d.created) > 0
	for waited := time.Duration(0); ; waited += pause {
		build, err := d.runBuild(ctx)
		failure := build.FailureInfo.Type
		tooEarly := failure == "FETCH_SOURCE_FAILED" || failure == "LOGGING_FAILURE"
		if err == nil || !tooEarly || !newRoles || waited >= patience {
			return err
		}
		d.note("The roles of the build aren't in effect everywhere yet, so it didn't start: %s\n"+
			"Trying again in %s.", build.FailureInfo.Detail, pause)
		if err := d.sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// runBuild starts a build and waits for its end.
func (d *deployment) runBuild(ctx context.Context) (build cloudBuild, err error) {
	substitutions, err := d.substitutions()
	if err != nil {
		return build, err
	}
	err = d.changeInto(ctx, &build, "builds", "submit", ".", "--region="+d.buildRegion, "--async",
		"--gcs-source-staging-dir="+d.bucket()+"/source",
		"--service-account=projects/"+d.project+"/serviceAccounts/"+d.builder(),
		"--substitutions="+substitutions)
	if err != nil || d.dryRun {
		return build, err
	}
	follow := fmt.Sprintf("gcloud beta builds log --stream --region=%s --project=%s %s",
		d.buildRegion, d.project, build.ID)
	d.note("The log of the build: %s\nTo follow it: %s", build.LogURL, follow)
	for finished := map[string]bool{}; ; {
		err := d.read(ctx, &build, "builds", "describe", build.ID, "--region="+d.buildRegion)
		if err != nil {
			return build, fmt.Errorf("%w\nThe build continues. To follow it: %s", err, follow)
		}
		failed := ""
		for _, step := range build.Steps {
			switch step.Status {
			case "", "PENDING", "QUEUED", "WORKING", "STATUS_UNKNOWN":
				continue
			case "FAILURE", "TIMEOUT", "INTERNAL_ERROR":
				failed = step.ID
			}
			if !finished[step.ID] {
				finished[step.ID] = true
				d.note("step %s: %s", step.ID, strings.ToLower(step.Status))
			}
		}
		switch build.Status {
		case "SUCCESS":
			return build, nil
		case "FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED":
			return build, d.buildFailure(build, failed, follow)
		}
		if err := d.sleep(ctx, 10*time.Second); err != nil {
			return build, fmt.Errorf("%w: the build continues\nTo follow it: %s", err, follow)
		}
	}
}

// buildFailure says why a build failed.
func (d *deployment) buildFailure(build cloudBuild, step, follow string) error {
	reason := strings.ToLower(build.Status)
	if step != "" {
		reason = "step " + step + " failed"
	}
	return fmt.Errorf("the build failed: %s %s\n"+
		"Unless the step traffic succeeded, users still get the old revision.\n"+
		"Read the log: %s\nor %s",
		reason, build.FailureInfo.Detail, build.LogURL, follow)
}
