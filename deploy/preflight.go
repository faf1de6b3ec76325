package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// preflight checks what would stop the deployment later, before anything is changed. What the
// account isn't allowed to look at is a note, because it may still be allowed to deploy.
func (d *deployment) preflight(ctx context.Context) error {
	d.step("Check the settings, the account and the project")
	if _, err := os.Stat("cloudbuild.yaml"); err != nil {
		return errors.New("change into the folder of this repository: cloudbuild.yaml isn't here")
	}
	for _, check := range []func(context.Context) error{
		d.checkAccount, d.checkProject, d.checkBilling, d.checkPolicies, d.lookUpAPIs,
	} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	if len(d.missingAPIs) == 0 {
		return d.inspect(ctx)
	}
	d.note("Regions and resources are checked after the APIs are turned on.")
	return nil
}

// checkAccount makes sure that gcloud is signed in, also if its credentials have expired.
func (d *deployment) checkAccount(ctx context.Context) error {
	if d.dryRun {
		return nil
	}
	_, err := d.accessToken(ctx)
	return err
}

func (d *deployment) checkProject(ctx context.Context) error {
	var project struct {
		LifecycleState string
		ProjectNumber  string
		Parent         struct{ Type string }
	}
	err := d.read(ctx, &project, "projects", "describe", d.project)
	switch {
	case d.dryRun:
		d.number, d.inOrganization = "PROJECT_NUMBER", true
		return nil
	case says(err, denied) || missing(err):
		return fmt.Errorf("the project %s doesn't exist, or your account can't see it. "+
			"To create it: gcloud projects create %s\n%w", d.project, d.project, err)
	case err != nil:
		return err
	case project.LifecycleState != "ACTIVE":
		return fmt.Errorf("the project %s is about to be deleted. "+
			"To keep it: gcloud projects undelete %s", d.project, d.project)
	}
	d.number, d.inOrganization = project.ProjectNumber, project.Parent.Type != ""
	d.note("The project is %s, number %s.", d.project, d.number)
	return nil
}

func (d *deployment) checkBilling(ctx context.Context) error {
	var billing struct{ BillingEnabled bool }
	err := d.read(ctx, &billing, "billing", "projects", "describe", d.project)
	switch {
	case says(err, denied):
		d.note("Your account isn't allowed to see whether the project has a billing account.")
		return nil
	case err == nil && !billing.BillingEnabled && !d.dryRun:
		const page = "https://console.cloud.google.com/billing/linkedaccount?project="
		return fmt.Errorf("link a billing account to the project %s: %s", d.project, page+d.project)
	}
	return err
}

// lookUpAPIs finds out which APIs are off.
func (d *deployment) lookUpAPIs(ctx context.Context) error {
	var enabled []struct{ Config struct{ Name string } }
	if err := d.read(ctx, &enabled, "services", "list", "--enabled"); err != nil {
		return err
	}
	d.missingAPIs = slices.Clone(apis)
	for _, api := range enabled {
		d.missingAPIs = slices.DeleteFunc(d.missingAPIs, func(name string) bool {
			return name == api.Config.Name
		})
	}
	return nil
}

// inspect looks at what exists. It needs the APIs.
func (d *deployment) inspect(ctx context.Context) error {
	d.apisOn = true
	for _, look := range []func(context.Context) error{
		d.lookUpDatabase, d.checkRegions, d.findService, d.chooseAccess, d.checkNewAccounts,
		d.checkTenant,
	} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checkNewAccounts makes sure that the service accounts exist or can be created.
func (d *deployment) checkNewAccounts(ctx context.Context) error {
	if err := d.lookUpAccounts(ctx); err != nil || !d.noNewAccounts {
		return err
	}
	for _, account := range []string{d.account(), d.builder()} {
		if !slices.Contains(d.accounts, account) {
			return fmt.Errorf("ask an administrator of the organization for an exception from the "+
				"policy iam.disableServiceAccountCreation, or to create %s", account)
		}
	}
	return nil
}

func (d *deployment) lookUpDatabase(ctx context.Context) error {
	var databases []database
	if err := d.read(ctx, &databases, "firestore", "databases", "list"); err != nil {
		return err
	}
	for _, found := range databases {
		if strings.HasSuffix(found.Name, "/(default)") {
			d.database = &found
		}
	}
	if d.database != nil && d.database.Type != "FIRESTORE_NATIVE" {
		return errors.New("use another project: the database (default) is in Datastore mode, " +
			"and the app needs Firestore in native mode")
	}
	return nil
}

type location struct{ LocationID string }

// checkRegions looks up the regions that the next steps depend on.
func (d *deployment) checkRegions(ctx context.Context) error {
	builds := "https://cloudbuild.googleapis.com/v2/projects/" + d.project +
		"/locations?pageSize=500"
	var run, firestore []location
	var build struct{ Locations []location }
	if err := d.read(ctx, &run, "run", "regions", "list"); err != nil {
		return err
	}
	if err := d.read(ctx, &firestore, "firestore", "locations", "list"); err != nil {
		return err
	}
	if err := d.get(ctx, builds, &build); err != nil {
		return err
	}
	knows := func(locations []location, region string) bool {
		return d.dryRun || region == "global" || slices.Contains(locations, location{region})
	}
	switch {
	case !knows(run, d.region):
		return fmt.Errorf("set REGION to a region of Cloud Run: %s isn't one. "+
			"To list them: gcloud run regions list", d.region)
	case d.database == nil && !knows(firestore, d.region):
		return fmt.Errorf("set REGION to a location of Firestore: %s isn't one. "+
			"Or create the database elsewhere: gcloud firestore databases create --location=nam5 "+
			"--delete-protection --project=%s", d.region, d.project)
	case !knows(build.Locations, d.buildRegion):
		return fmt.Errorf("set BUILD_REGION to a region of Cloud Build: %s isn't one: "+
			"https://docs.cloud.google.com/build/docs/locations", d.buildRegion)
	}
	return nil
}

// checkTenant makes sure that users can sign in to the tenant.
func (d *deployment) checkTenant(ctx context.Context) error {
	tenant := d.chosen("TENANT_ID")
	if tenant == "" {
		return nil
	}
	err := d.get(ctx, d.identityToolkit()+"/tenants/"+tenant, nil)
	if missing(err) {
		return fmt.Errorf("set TENANT_ID to a tenant of the project: there is no tenant %q", tenant)
	}
	return err
}
