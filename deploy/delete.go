package main

import (
	"context"
	"errors"
	"slices"
)

// delete removes everything that deploy created, except what holds user data: the users of Identity
// Platform and the database, and except the metric, which the services of a project share. It
// continues after an error and returns all of them.
func (d *deployment) delete(ctx context.Context) error {
	d.step("Delete the service, its images, its service accounts and the API key")
	var failures []error
	remove := func(arguments ...string) {
		if err := d.change(ctx, arguments...); missing(err) || says(err, disabled) {
			d.note("It doesn't exist.")
		} else if err != nil && ctx.Err() == nil {
			d.note("%v", err)
			failures = append(failures, err)
		}
	}
	look := func(err error) {
		if err != nil && !says(err, disabled) {
			failures = append(failures, err)
		}
	}
	if err := d.findService(ctx); err != nil && !says(err, disabled) {
		return err
	}
	if !d.dryRun && d.given["REGION"] == "" {
		d.note("If this is interrupted, repeat it with REGION=%s. Without the service,\n"+
			"its region can't be looked up anymore.", d.region)
	}
	region, location := "--region="+d.region, "--location="+d.region
	remove("run", "services", "delete", d.service, region)
	remove("artifacts", "repositories", "delete", d.service, location)
	remove("storage", "rm", d.bucket(), "--recursive")
	look(d.lookUpProjectRoles(ctx))
	for _, grant := range d.projectRoles() {
		if d.dryRun || d.projectPolicy.has(grant.member, grant.role) {
			remove("projects", "remove-iam-policy-binding", d.project,
				"--member="+grant.member, "--role="+grant.role, "--condition=None")
		}
	}
	look(d.lookUpAccounts(ctx))
	for _, account := range []string{d.account(), d.builder()} {
		// Google reports an account that doesn't exist as a missing permission.
		if d.dryRun || slices.Contains(d.accounts, account) {
			remove("iam", "service-accounts", "delete", account)
		}
	}
	keys, err := d.lookUpKeys(ctx)
	look(err)
	if d.dryRun {
		keys = []string{"KEY"}
	}
	for _, key := range keys {
		remove("services", "api-keys", "delete", key)
	}
	d.step("Kept on purpose")
	d.note("The users, the database, the roles %s and %s, and the metric\n"+
		"latchkey_refusals, which all services of the project share. To delete everything,\n"+
		"delete the project: gcloud projects delete %s",
		d.customRole("accounts"), d.customRole("deployments"), d.project)
	return errors.Join(append(failures, ctx.Err())...)
}
