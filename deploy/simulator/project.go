package simulator

import (
	"maps"
	"slices"
	"strings"
)

// printAccessToken prints a token that the simulator's endpoints accept.
func printAccessToken(c *call) (any, error) {
	if c.given["format"] == "json" {
		return object{"token": "access:" + c.identity}, nil
	}
	return "access:" + c.identity, nil
}

// printIdentityToken prints an ID token. On Cloud Build, gcloud gets it from the metadata server,
// which asks IAM Credentials in the name of the build account. A person's own token can't have an
// audience.
// https://docs.cloud.google.com/build/docs/securing-builds/authorize-service-to-service-access
func printIdentityToken(c *call) (any, error) {
	kind, name, _ := strings.Cut(c.identity, ":")
	if kind == "user" && c.given["audiences"] != "" {
		return nil, own("Invalid account type for `--audiences`. Requires valid service account.")
	}
	account := c.project() + "/serviceAccounts/" + name
	if kind != "user" && !c.allowed(c.identity, "iam.serviceAccounts.getOpenIdToken", account) {
		return nil, denied("Permission 'iam.serviceAccounts.getOpenIdToken' denied on resource " +
			"(or it may not exist).")
	}
	return "id:" + c.identity + " " + c.given["audiences"], nil
}

// describeProject describes the project. For a project that doesn't exist, the reply is the same
// as for one that the caller may not see.
func describeProject(c *call) (any, error) {
	if c.words[0] != c.Project {
		return nil, own("[%s] does not have permission to access projects instance [%s] (or it "+
			"may not exist): The caller does not have permission.", c.identity, c.words[0])
	}
	project := object{"projectId": c.Project, "projectNumber": c.Number, "lifecycleState": "ACTIVE",
		"name": c.Project}
	if len(c.Policies) > 0 {
		project["parent"] = object{"type": "organization", "id": "123"}
	}
	return project, nil
}

func describeBilling(c *call) (any, error) {
	info := object{"name": c.project() + "/billingInfo", "projectId": c.Project,
		"billingEnabled": !c.NoBilling}
	if !c.NoBilling {
		info["billingAccountName"] = "billingAccounts/000000-000000-000000"
	}
	return info, nil
}

// enableServices enables APIs. They refuse calls for a while. Some can't be enabled without
// billing. https://docs.cloud.google.com/service-usage/docs/enable-disable
func enableServices(c *call) (any, error) {
	for _, api := range c.words {
		if c.NoBilling {
			return nil, precondition("Billing account for project '%s' is not found. Billing must "+
				"be enabled for activation of service(s) '%s' to proceed.", c.Number, api)
		}
		if _, ok := documents[strings.TrimSuffix(api, ".googleapis.com")]; !ok {
			c.problem("the API %s is not known", api)
		}
		name := c.project() + "/services/" + api
		if _, ok := c.resources[name]; !ok {
			c.resources[name] = object{}
			c.refusals["api "+api] = c.Delay.API
		}
	}
	return nil, nil
}

func listAPIs(c *call) (any, error) {
	var all []any
	for _, name := range slices.Sorted(maps.Keys(c.resources)) {
		if api, ok := strings.CutPrefix(name, c.project()+"/services/"); ok {
			all = append(all, object{"name": "projects/" + c.Number + "/services/" + api,
				"config": object{"name": api}, "state": "ENABLED"})
		}
	}
	return all, nil
}

// createAgent creates the account that a Google service acts as in the project.
// https://docs.cloud.google.com/iam/docs/create-service-agents
func createAgent(c *call) (any, error) {
	if c.given["service"] != "iap.googleapis.com" {
		return nil, invalid("the simulator knows no agent of %s", c.given["service"])
	}
	email := "service-" + c.Number + "@gcp-sa-iap.iam.gserviceaccount.com"
	c.resources["agents/"+email] = object{}
	return object{"email": email, "uniqueId": "1"}, nil
}

// describePolicy describes the constraint that applies to the project in the end. Projects
// without an organization have none.
// https://docs.cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
func describePolicy(c *call) (any, error) {
	name := strings.TrimPrefix(c.words[0], "constraints/")
	values, set := c.Policies[name]
	enforced := slices.Equal(values, []string{"enforced"})
	var list []any
	for _, value := range values {
		list = append(list, value)
	}
	isList := slices.Contains(listConstraints, name)
	if c.name == "org-policies describe" { // the newer API
		rule := object{"enforce": enforced}
		if isList && set {
			rule = object{"values": object{"allowedValues": list}}
		} else if isList {
			rule = object{"allowAll": true}
		}
		return object{"name": c.project() + "/policies/" + name,
			"spec": object{"rules": []any{rule}}}, nil
	}
	policy := object{"constraint": "constraints/" + name}
	switch {
	case isList && set:
		policy["listPolicy"] = object{"allowedValues": list}
	case isList:
		policy["listPolicy"] = object{"allValues": "ALLOW"}
	case enforced:
		policy["booleanPolicy"] = object{"enforced": true}
	default:
		policy["booleanPolicy"] = object{}
	}
	return policy, nil
}

// listConstraints are the constraints with values. The others are on or off.
var listConstraints = []string{
	"gcp.resourceLocations", "iam.allowedPolicyMemberDomains", "run.allowedIngress",
	"run.allowedVPCEgress", "gcp.restrictServiceUsage",
}

// mayBeIn checks the constraint on locations.
// https://docs.cloud.google.com/resource-manager/docs/organization-policy/defining-locations
func (g *Google) mayBeIn(location string) error {
	allowed, set := g.Policies["gcp.resourceLocations"]
	location = strings.ToLower(location)
	if set && !slices.ContainsFunc(allowed, func(value string) bool {
		return strings.TrimPrefix(value, "is:") == location || value == "in:"+location+"-locations"
	}) {
		return precondition("'%s' violates constraint 'constraints/gcp.resourceLocations'",
			location)
	}
	return nil
}

func listAccounts(c *call) (any, error) {
	all := []any{}
	for _, name := range slices.Sorted(maps.Keys(c.resources)) {
		if strings.HasPrefix(name, c.project()+"/serviceAccounts/") {
			all = append(all, c.resources[name])
		}
	}
	return all, nil
}

// createAccount creates a service account, whose ID has 6 to 30 characters.
// https://docs.cloud.google.com/iam/docs/service-accounts-create
func createAccount(c *call) (any, error) {
	id := c.words[0]
	if len(id) < 6 || len(id) > 30 {
		return nil, invalid("The account ID \"%s\" does not have a length between 6 and 30.", id)
	}
	if c.Policies["iam.disableServiceAccountCreation"] != nil {
		return nil, precondition("Constraint `constraints/iam.disableServiceAccountCreation` " +
			"violated for service account creation.")
	}
	email := id + "@" + c.Project + ".iam.gserviceaccount.com"
	created, err := c.create(c.project()+"/serviceAccounts/"+email,
		object{"email": email, "name": c.project() + "/serviceAccounts/" + email})
	if err == nil {
		c.refusals["account "+email] = c.Delay.Account
	}
	return created, err
}

// deleteAccount deletes an account. Its bindings stay, for a member that no longer exists.
// https://docs.cloud.google.com/iam/docs/service-accounts-delete-undelete
func deleteAccount(c *call) (any, error) {
	member := "serviceAccount:" + c.words[0]
	for resource := range c.policies {
		for i, one := range c.policies[resource] {
			if one.member == member {
				c.policies[resource][i].member = "deleted:" + member + "?uid=1"
			}
		}
	}
	return remove(c)
}

// createRole creates a role of the project. Its ID can't contain hyphens.
// https://docs.cloud.google.com/iam/docs/creating-custom-roles
func createRole(c *call) (any, error) {
	if strings.Contains(c.words[0], "-") {
		return nil, invalid("The role_id must match ^[a-zA-Z0-9_\\.]{3,64}$.")
	}
	name := c.project() + "/roles/" + c.words[0]
	c.refusals["role "+name] = c.Delay.Account
	return c.create(name, object{"name": name, "title": c.given["title"],
		"stage": c.given["stage"], "includedPermissions": split(c.given["permissions"])})
}

func updateRole(c *call) (any, error) {
	role, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	if permissions, ok := c.given["permissions"]; ok {
		role["includedPermissions"] = split(permissions)
	}
	for _, permission := range split(c.given["add-permissions"]) {
		included, _ := role["includedPermissions"].([]any)
		role["includedPermissions"] = append(included, permission)
	}
	return role, nil
}

func split(list string) []any {
	var values []any
	for _, value := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		values = append(values, value)
	}
	return values
}
