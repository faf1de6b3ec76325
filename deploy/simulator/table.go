package simulator

import "strings"

// commands are the gcloud commands that the simulator knows. Tests check the methods and the fields
// with Google's description of each API (discovery.go), and the flags with gcloud's own parser.
// Permissions are those of each method's page in the reference of its API, and of
// https://docs.cloud.google.com/iam/docs/permissions-reference.
var commands map[string]command

func init() {
	commands = map[string]command{}
	for _, table := range []map[string]command{
		projectCommands, accountCommands, dataCommands, runCommands, buildCommands,
	} {
		for name, c := range table {
			commands[name] = c
		}
	}
}

type flags = map[string]string

var projectCommands = map[string]command{
	"auth print-access-token": {run: printAccessToken},
	"auth print-identity-token": {
		// For a service account that isn't a key file, gcloud asks IAM Credentials.
		// https://docs.cloud.google.com/iam/docs/reference/credentials/rest
		flags: flags{"audiences": "audience", "include-email": "includeEmail"},
		run:   printIdentityToken,
	},
	"projects describe": {
		method: "cloudresourcemanager.projects.get", permission: "resourcemanager.projects.get",
		run: describeProject,
	},
	"billing projects describe": {
		method: "cloudbilling.projects.getBillingInfo", permission: "resourcemanager.projects.get",
		run: describeBilling,
	},
	"services enable": {
		method:     "serviceusage.services.batchEnable",
		permission: "serviceusage.services.enable", flags: flags{"async": ""}, run: enableServices,
	},
	"services list": {
		method: "serviceusage.services.list", permission: "serviceusage.services.list",
		flags: flags{"enabled": "filter", "available": ""}, run: listAPIs,
	},
	"beta services identity create": {
		method:     "serviceusage.services.generateServiceIdentity",
		permission: "serviceusage.services.enable", flags: flags{"service": "parent"},
		run: createAgent,
	},
	"resource-manager org-policies describe": {
		method:     "cloudresourcemanager.projects.getEffectiveOrgPolicy",
		permission: "orgpolicy.policy.get", flags: flags{"effective": ""}, run: describePolicy,
	},
	"org-policies describe": {
		method:     "orgpolicy.projects.policies.getEffectivePolicy",
		permission: "orgpolicy.policy.get", flags: flags{"effective": ""}, run: describePolicy,
	},
	"services api-keys list": {
		method: "apikeys.projects.locations.keys.list", permission: "apikeys.keys.list",
		flags: flags{"show-deleted": "showDeleted"}, run: listKeys,
	},
	"services api-keys create": {
		method: "apikeys.projects.locations.keys.create", permission: "apikeys.keys.create",
		flags: flags{
			"display-name": "displayName", "api-target": "restrictions.apiTargets.service",
		},
		run: createKey,
	},
	"services api-keys get-key-string": {
		method:     "apikeys.projects.locations.keys.getKeyString",
		permission: "apikeys.keys.getKeyString", on: "{0}", missing: "NOT_FOUND: key {0}",
		run: keyString,
	},
	"services api-keys delete": {
		method: "apikeys.projects.locations.keys.delete", permission: "apikeys.keys.delete",
		on: "{0}", run: remove,
	},
}

var accountCommands = map[string]command{
	"projects get-iam-policy": {
		method:     "cloudresourcemanager.projects.getIamPolicy",
		permission: "resourcemanager.projects.getIamPolicy", run: getPolicy,
	},
	"projects add-iam-policy-binding": {
		method:     "cloudresourcemanager.projects.setIamPolicy",
		permission: "resourcemanager.projects.getIamPolicy resourcemanager.projects.setIamPolicy",
		flags:      binding, run: addBinding,
	},
	"projects remove-iam-policy-binding": {
		method:     "cloudresourcemanager.projects.setIamPolicy",
		permission: "resourcemanager.projects.getIamPolicy resourcemanager.projects.setIamPolicy",
		flags:      binding, run: removeBinding,
	},
	"iam service-accounts list": {
		method: "iam.projects.serviceAccounts.list", permission: "iam.serviceAccounts.list",
		run: listAccounts,
	},
	"iam service-accounts create": {
		method: "iam.projects.serviceAccounts.create", permission: "iam.serviceAccounts.create",
		flags: flags{
			"display-name": "serviceAccount.displayName",
			"description":  "serviceAccount.description",
		},
		run: createAccount,
	},
	"iam service-accounts delete": {
		method: "iam.projects.serviceAccounts.delete", permission: "iam.serviceAccounts.delete",
		on: account, missing: "PERMISSION_DENIED: Permission iam.serviceAccounts.delete is " +
			"required to perform this operation on service account projects/-/serviceAccounts/{0}.",
		run: deleteAccount,
	},
	"iam service-accounts get-iam-policy": {
		method:     "iam.projects.serviceAccounts.getIamPolicy",
		permission: "iam.serviceAccounts.getIamPolicy", on: account,
		missing: "NOT_FOUND: Unknown service account", run: getPolicy,
	},
	"iam service-accounts add-iam-policy-binding": {
		method:     "iam.projects.serviceAccounts.setIamPolicy",
		permission: "iam.serviceAccounts.getIamPolicy iam.serviceAccounts.setIamPolicy",
		flags:      binding, on: account,
		missing: "NOT_FOUND: Unknown service account", run: addBinding,
	},
	"iam roles describe": {
		method: "iam.projects.roles.get", permission: "iam.roles.get", on: "{project}/roles/{0}",
		missing: "NOT_FOUND: The role named {project}/roles/{0} was not found.", run: describe,
	},
	"iam roles create": {
		method: "iam.projects.roles.create", permission: "iam.roles.create",
		flags: flags{
			"title": "role.title", "stage": "role.stage", "description": "role.description",
			"permissions": "role.includedPermissions",
		},
		run: createRole,
	},
	"iam roles update": {
		method: "iam.projects.roles.patch", permission: "iam.roles.update",
		flags: flags{
			"title": "title", "stage": "stage", "description": "description",
			"permissions": "includedPermissions", "add-permissions": "includedPermissions",
		},
		on:      "{project}/roles/{0}",
		missing: "NOT_FOUND: The role named {project}/roles/{0} was not found.", run: updateRole,
	},
	"iam roles undelete": {
		method: "iam.projects.roles.undelete", permission: "iam.roles.undelete",
		on: "{project}/roles/{0}", run: describe,
	},
	"beta iap web get-iam-policy": {
		method: "iap.getIamPolicy", permission: "iap.webServices.getIamPolicy",
		flags: flags{"resource-type": "", "service": "resource", "region": "resource"},
		on:    "iap/{service}", run: getPolicy,
	},
	"beta iap web add-iam-policy-binding": {
		method:     "iap.setIamPolicy",
		permission: "iap.webServices.getIamPolicy iap.webServices.setIamPolicy",
		flags: merge(binding, flags{
			"resource-type": "", "service": "resource", "region": "resource",
		}),
		on: "iap/{service}", run: addBinding,
	},
}

const account = "{project}/serviceAccounts/{0}"

// binding has the flags of all commands that change a binding.
var binding = flags{
	"member": "policy.bindings.members", "role": "policy.bindings.role",
	"condition": "policy.bindings.condition",
}

func merge(all ...flags) flags {
	merged := flags{}
	for _, some := range all {
		for name, field := range some {
			merged[name] = field
		}
	}
	return merged
}

// describe returns a resource.
func describe(c *call) (any, error) {
	found, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	return clone(found), nil
}

// gone is the error of a command whose resource doesn't exist.
func (c *call) gone() error {
	if c.missing == "" {
		return notFound("Requested entity was not found.")
	}
	return own("%s", strings.ReplaceAll(c.fill(c.missing), "{resource}", c.resource))
}

// create adds a resource unless it exists.
func (c *call) create(name string, resource object) (any, error) {
	if _, ok := c.resources[name]; ok {
		return nil, &failure{code: 409, status: "ALREADY_EXISTS",
			message: "Resource '" + name + "' already exists."}
	}
	c.resources[name] = resource
	return resource, nil
}

func remove(c *call) (any, error) {
	if _, ok := c.resources[c.resource]; !ok {
		return nil, c.gone()
	}
	delete(c.resources, c.resource)
	delete(c.policies, c.resource)
	return object{}, nil
}

// holds reports whether the resource of a policy exists. The project and IAP's policies always do.
// A new service account may not be found at first.
func (c *call) holds() bool {
	_, ok := c.resources[c.resource]
	if c.on == account && c.refused("account "+c.words[0]) {
		return false
	}
	return ok || c.resource == c.project() || strings.HasPrefix(c.resource, "iap/")
}

func getPolicy(c *call) (any, error) {
	if !c.holds() {
		return nil, c.gone()
	}
	return c.policy(c.resource), nil
}

func addBinding(c *call) (any, error) {
	if !c.holds() {
		return nil, c.gone()
	}
	if err := c.needsCondition(); err != nil {
		return nil, err
	}
	return c.policy(c.resource), c.bind(c.resource, c.given["role"], c.given["member"])
}

// needsCondition is gcloud's rule for a policy that has a condition somewhere: without a person to
// ask, it wants to be told which binding is meant (gcloud's source, command_lib/iam/iam_util.py).
func (c *call) needsCondition() error {
	if c.Conditional && c.resource == c.project() && c.given["condition"] == "" {
		return own("Adding or removing a binding without specifying a condition in a policy " +
			"containing conditions is prohibited in non-interactive mode. Run the command again " +
			"with `--condition=None`")
	}
	return nil
}

func removeBinding(c *call) (any, error) {
	if !c.holds() {
		return nil, c.gone()
	}
	if err := c.needsCondition(); err != nil {
		return nil, err
	}
	return c.policy(c.resource), c.unbind(c.resource, c.given["role"], c.given["member"])
}
