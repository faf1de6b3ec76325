package main

import (
	"context"
	"errors"
	"slices"
)

// setAccess opens or closes the service.
func (d *deployment) setAccess(ctx context.Context) error {
	d.step("Who can open the service: " + d.access)
	if d.access != "staff" && d.live.has(iapAnnotation) {
		if err := d.updateService(ctx, "beta", "--no-iap"); err != nil {
			return err
		}
	}
	if d.access == "public" {
		return d.openToPublic(ctx)
	}
	if err := d.closeToPublic(ctx); err != nil {
		return err
	}
	if d.access == "staff" {
		return d.openToStaff(ctx)
	}
	for _, developer := range d.developers {
		if err := d.grantCall(ctx, developer, "roles/run.invoker"); err != nil {
			return err
		}
	}
	return nil
}

// openToPublic turns Cloud Run's IAM check off, as Google recommends, because organizations often
// forbid allUsers: https://docs.cloud.google.com/run/docs/authenticating/public
func (d *deployment) openToPublic(ctx context.Context) error {
	if d.currentAccess() == "public" {
		d.note("The service is public already.")
		return nil
	}
	err := d.updateService(ctx, "", "--no-invoker-iam-check")
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	d.note("The IAM check can't be turned off, so allUsers gets the role to call the service:\n%s",
		f.message)
	return d.grantCall(ctx, "allUsers", "roles/run.invoker")
}

// closeToPublic undoes both ways in which a service can be public.
func (d *deployment) closeToPublic(ctx context.Context) error {
	if d.live.has(noCheckAnnotation) {
		if err := d.updateService(ctx, "", "--invoker-iam-check"); err != nil {
			return err
		}
	}
	if !d.callers.has("allUsers", "roles/run.invoker") {
		return nil
	}
	return d.change(ctx, "run", "services", "remove-iam-policy-binding", d.service,
		"--region="+d.region, "--member=allUsers", "--role=roles/run.invoker",
		"--condition=None")
}

// openToStaff puts Identity-Aware Proxy in front of the service:
// https://docs.cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run
func (d *deployment) openToStaff(ctx context.Context) error {
	agent := "service-" + d.number + "@gcp-sa-iap.iam.gserviceaccount.com"
	if !d.callers.has("serviceAccount:"+agent, "roles/run.invoker") {
		// gcloud services enable does nothing if the API is on.
		if err := d.change(ctx, "services", "enable", "iap.googleapis.com"); err != nil {
			return err
		}
		err := d.change(ctx, "beta", "services", "identity", "create",
			"--service=iap.googleapis.com")
		if err != nil {
			return err
		}
		d.created = append(d.created, agent)
		if err := d.grantCall(ctx, "serviceAccount:"+agent, "roles/run.invoker"); err != nil {
			return err
		}
	}
	if d.live.has(iapAnnotation) {
		d.note("Identity-Aware Proxy is on already.")
	} else if err := d.updateService(ctx, "beta", "--iap"); err != nil {
		return err
	}
	group := []string{"beta", "iap", "web"}
	target := []string{
		"--resource-type=cloud-run", "--service=" + d.service, "--region=" + d.region,
	}
	for _, m := range d.staff {
		if err := d.grantOn(ctx, group, target, m, "roles/iap.httpsResourceAccessor"); err != nil {
			return err
		}
	}
	if len(d.staff) > 0 {
		return nil
	}
	var allowed bindings
	err := d.read(ctx, &allowed, slices.Concat(group, []string{"get-iam-policy"}, target)...)
	if err == nil && len(allowed.Bindings) == 0 {
		d.note("No member of staff can open the service yet. To let members in, set STAFF.")
	}
	return err
}

// allowBuild lets the build deploy the service and call it.
func (d *deployment) allowBuild(ctx context.Context) error {
	d.step("What the build may do with the service")
	// On the service and not on the project: the build must not change other services.
	for _, role := range []string{"roles/run.developer", "roles/run.invoker"} {
		if err := d.grantCall(ctx, "serviceAccount:"+d.builder(), role); err != nil {
			return err
		}
	}
	if d.access != "private" {
		return nil
	}
	// The smoke test sends an ID token of the account to a private service.
	return d.grantOn(ctx, []string{"iam", "service-accounts"}, []string{d.builder()},
		"serviceAccount:"+d.builder(), "roles/iam.serviceAccountOpenIdTokenCreator")
}

// grantCall grants a role on the service, unless the member has it.
func (d *deployment) grantCall(ctx context.Context, member, role string) error {
	if d.callers.has(member, role) {
		return nil
	}
	return d.change(ctx, "run", "services", "add-iam-policy-binding", d.service,
		"--region="+d.region, "--member="+member, "--role="+role, "--condition=None")
}
