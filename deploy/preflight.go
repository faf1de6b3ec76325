package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
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
		d.checkAccount, d.checkProject, d.checkBilling, d.lookUpAPIs, d.checkPolicies,
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

func (d *deployment) checkAccount(ctx context.Context) error {
	var accounts []struct{ Account, Status string }
	err := d.read(ctx, &accounts, "auth", "list", "--filter=status:ACTIVE")
	if err == nil && len(accounts) == 0 && !d.dryRun {
		return errors.New("sign in to gcloud: gcloud auth login")
	}
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
		return fmt.Errorf("link a billing account to the project %s: "+
			"https://console.cloud.google.com/billing/linkedaccount?project=%s", d.project, d.project)
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

// policy is an organization policy that is in effect:
// https://docs.cloud.google.com/resource-manager/reference/rest/v1/Policy
type policy struct {
	BooleanPolicy struct{ Enforced bool }
	ListPolicy    struct {
		AllValues                   string
		AllowedValues, DeniedValues []string
	}
}

// allowsAll reports whether a list policy restricts nothing.
func (p policy) allowsAll() bool {
	list := p.ListPolicy
	return list.AllValues != "DENY" && len(list.AllowedValues) == 0 && len(list.DeniedValues) == 0
}

// checkPolicies looks for organization policies that would reject a step. A policy that can't be
// seen still applies; its error then names it.
func (d *deployment) checkPolicies(ctx context.Context) error {
	if !d.inOrganization {
		return nil // there is no organization whose policies could apply
	}
	for _, constraint := range []struct {
		name  string
		check func(policy) error
	}{
		{"gcp.resourceLocations", d.checkLocationPolicy},
		{"iam.allowedPolicyMemberDomains", d.checkMemberPolicy},
		{"run.allowedIngress", d.checkIngressPolicy},
		{"iam.disableServiceAccountCreation", d.checkAccountPolicy},
	} {
		// gcloud org-policies would need one more API in the project, even to look.
		var p policy
		err := d.read(ctx, &p, "resource-manager", "org-policies", "describe", constraint.name,
			"--effective")
		var f *failure
		switch {
		case errors.As(err, &f):
			d.note("Your account can't look up the organization policy %s.", constraint.name)
		case err != nil:
			return err
		case !d.dryRun:
			if err := constraint.check(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkLocationPolicy compares REGION with the values of the policy. A value can be a location or a
// group such as in:eu-locations; this program doesn't know the members of all groups:
// https://docs.cloud.google.com/resource-manager/docs/organization-policy/defining-locations
func (d *deployment) checkLocationPolicy(p policy) error {
	list := p.ListPolicy
	names := func(value string) bool {
		return value == d.region || value == "in:"+d.region+"-locations"
	}
	isGroup := func(value string) bool { return strings.HasPrefix(value, "in:") }
	switch {
	case list.AllValues == "DENY" || slices.ContainsFunc(list.DeniedValues, names),
		len(list.AllowedValues) > 0 && !slices.ContainsFunc(list.AllowedValues, names) &&
			!slices.ContainsFunc(list.AllowedValues, isGroup):
		return fmt.Errorf("set REGION to a location that the organization allows: "+
			"its policy gcp.resourceLocations excludes %s and allows %q", d.region, list.AllowedValues)
	case !p.allowsAll() && !slices.ContainsFunc(list.AllowedValues, names):
		d.note("The organization restricts locations (gcp.resourceLocations). "+
			"Make sure that %s is one of these: %s", d.region,
			strings.Join(append(list.AllowedValues, list.DeniedValues...), ", "))
	}
	return nil
}

func (d *deployment) checkMemberPolicy(p policy) error {
	if !p.allowsAll() {
		d.note("The organization allows only some members in bindings " +
			"(iam.allowedPolicyMemberDomains), so allUsers isn't one.")
	}
	return nil
}

func (d *deployment) checkIngressPolicy(p policy) error {
	allowed := p.ListPolicy.AllowedValues
	if p.ListPolicy.AllValues == "DENY" || slices.Contains(p.ListPolicy.DeniedValues, "all") ||
		len(allowed) > 0 && !slices.Contains(allowed, "all") {
		return errors.New("ask an administrator of the organization to allow the value all of the " +
			"policy run.allowedIngress: without it, nothing can reach the service directly")
	}
	return nil
}

func (d *deployment) checkAccountPolicy(p policy) error {
	if d.noNewAccounts = p.BooleanPolicy.Enforced; d.noNewAccounts {
		d.note("The organization allows no new service accounts " +
			"(iam.disableServiceAccountCreation).")
	}
	return nil
}

// inspect looks at what exists. It needs the APIs.
func (d *deployment) inspect(ctx context.Context) error {
	for _, look := range []func(context.Context) error{
		d.lookUpService, d.chooseAccess, d.checkNewAccounts, d.lookUpDatabase, d.checkRegions,
		d.checkTenant,
	} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	return nil
}

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
	switch {
	case d.database == nil:
	case d.database.Type != "FIRESTORE_NATIVE":
		return fmt.Errorf("use another project: the database (default) of %s is in Datastore mode, "+
			"and the app needs Firestore in native mode", d.project)
	case d.database.LocationID != d.region:
		d.note("The database is in %s and the service in %s. That works, but takes longer.",
			d.database.LocationID, d.region)
	}
	return nil
}

type location struct{ LocationID string }

// checkRegions looks up the regions that the next steps depend on.
func (d *deployment) checkRegions(ctx context.Context) error {
	builds := "https://cloudbuild.googleapis.com/v2/projects/" + d.project + "/locations"
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

var noConfiguration = regexp.MustCompile(`CONFIGURATION_NOT_FOUND|TENANT_NOT_FOUND|NOT_FOUND`)

// checkTenant makes sure that users can sign in to the tenant.
func (d *deployment) checkTenant(ctx context.Context) error {
	tenant := d.environment(d.live.environment())["TENANT_ID"]
	if tenant == "" {
		return nil
	}
	err := d.get(ctx, d.identityToolkit()+"/tenants/"+tenant, nil)
	if says(err, noConfiguration) {
		return fmt.Errorf("set TENANT_ID to a tenant of the project: there is no tenant %q", tenant)
	}
	return err
}
