package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// policy is an organization policy that is in effect. The second version of the API has the spec,
// the first one the rest:
// https://docs.cloud.google.com/resource-manager/docs/reference/orgpolicy/rest
// https://docs.cloud.google.com/resource-manager/reference/rest/v1/Policy
type policy struct {
	BooleanPolicy struct{ Enforced bool }
	ListPolicy    struct {
		AllValues                   string
		AllowedValues, DeniedValues []string
	}
	Spec struct{ Rules []struct{ Enforce bool } }
}

// allowsAll reports whether a list policy restricts nothing.
func (p policy) allowsAll() bool {
	list := p.ListPolicy
	return list.AllValues != "DENY" && len(list.AllowedValues) == 0 && len(list.DeniedValues) == 0
}

// allows reports whether a list policy without groups allows a value.
func (p policy) allows(value string) bool {
	list := p.ListPolicy
	is := func(other string) bool { return other == value || other == "is:"+value }
	isAllowed := len(list.AllowedValues) == 0 || slices.ContainsFunc(list.AllowedValues, is)
	return isAllowed && list.AllValues != "DENY" && !slices.ContainsFunc(list.DeniedValues, is)
}

// checkPolicies looks for organization policies that would reject a step. One that can't be seen
// still applies; the error of the step then names it.
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
		{"iam.disableServiceAccountCreation", d.checkAccountPolicy},
		{"run.allowedIngress", d.checkIngressPolicy},
		{"run.managed.requireInvokerIam", d.checkInvokerPolicy},
	} {
		var p policy
		err := d.read(ctx, &p, describePolicy(constraint.name)...)
		var f *failure
		switch {
		case says(err, disabled):
			d.note("You can't look up the organization policy %s: its API is off.", constraint.name)
		case errors.As(err, &f):
			d.note("You can't look up the organization policy %s:\n%s", constraint.name, f.reason())
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

// describePolicy returns the arguments of gcloud. Only the second version of the API has managed
// constraints, but the first one works in a project in which no API is on.
func describePolicy(name string) []string {
	command := []string{"org-policies", "describe", name, "--effective"}
	if strings.Contains(name, ".managed.") {
		return command
	}
	return slices.Insert(command, 0, "resource-manager")
}

// checkLocationPolicy compares REGION with the values of the policy. A value can be a location or a
// group such as in:eu-locations; this program doesn't know the members of all groups:
// https://docs.cloud.google.com/resource-manager/docs/organization-policy/defining-locations
func (d *deployment) checkLocationPolicy(p policy) error {
	list := p.ListPolicy
	isRegion := func(value string) bool {
		return value == d.region || value == "is:"+d.region || value == "in:"+d.region+"-locations"
	}
	isGroup := func(value string) bool { return strings.HasPrefix(value, "in:") }
	isAllowed := slices.ContainsFunc(list.AllowedValues, isRegion)
	switch {
	case list.AllValues == "DENY" || slices.ContainsFunc(list.DeniedValues, isRegion),
		len(list.AllowedValues) > 0 && !isAllowed &&
			!slices.ContainsFunc(list.AllowedValues, isGroup):
		return fmt.Errorf("set REGION to a location that the organization allows: its policy "+
			"gcp.resourceLocations excludes %s and allows %q", d.region, list.AllowedValues)
	case isAllowed || p.allowsAll():
		return nil
	}
	d.note("The organization restricts locations (gcp.resourceLocations). "+
		"It allows %q and excludes %q. Make sure that it allows %s.",
		list.AllowedValues, list.DeniedValues, d.region)
	return nil
}

// checkMemberPolicy finds out whether allUsers can get a role.
func (d *deployment) checkMemberPolicy(p policy) error {
	if d.noAllUsers = !p.allowsAll(); d.noAllUsers {
		d.note("The organization allows only some members to have roles " +
			"(iam.allowedPolicyMemberDomains), so allUsers isn't one.")
	}
	return nil
}

// checkInvokerPolicy finds out whether the IAM check of a service can be turned off.
func (d *deployment) checkInvokerPolicy(p policy) error {
	for _, rule := range p.Spec.Rules {
		d.invokerCheck = d.invokerCheck || rule.Enforce
	}
	return nil
}

// checkAccountPolicy finds out whether service accounts can be created.
func (d *deployment) checkAccountPolicy(p policy) error {
	d.noNewAccounts = p.BooleanPolicy.Enforced
	return nil
}

// checkIngressPolicy finds out whether browsers may reach a service at its run.app URL.
func (d *deployment) checkIngressPolicy(p policy) error {
	d.noOpenIngress = !p.allows("all")
	return nil
}
