package simulator

import (
	"slices"
	"strings"
)

// grant is a member with a role on a resource.
type grant struct{ role, member string }

// roles has the predefined roles that the deployment may grant, with those of their permissions
// that matter here. https://docs.cloud.google.com/iam/docs/roles-permissions
var roles = map[string][]string{
	// The role can update a service, but not decide who may call it.
	// https://docs.cloud.google.com/iam/docs/roles-permissions/run
	"roles/run.developer": {
		"run.services.get", "run.services.create", "run.services.update", "run.services.delete",
		"run.services.getIamPolicy", "run.operations.get", "run.revisions.get",
		"run.revisions.list", "run.routes.get", "run.routes.invoke", "run.configurations.get",
	},
	"roles/run.invoker": {"run.routes.invoke"},
	"roles/run.viewer":  {"run.services.get", "run.operations.get", "run.revisions.get"},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/logging
	"roles/logging.logWriter": {"logging.logEntries.create"},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/iam
	"roles/iam.serviceAccountUser": {
		"iam.serviceAccounts.actAs", "iam.serviceAccounts.get",
	},
	"roles/iam.serviceAccountOpenIdTokenCreator": {"iam.serviceAccounts.getOpenIdToken"},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/artifactregistry
	"roles/artifactregistry.writer": {
		"artifactregistry.repositories.get", "artifactregistry.repositories.uploadArtifacts",
		"artifactregistry.repositories.downloadArtifacts", "artifactregistry.tags.create",
	},
	"roles/artifactregistry.reader": {
		"artifactregistry.repositories.get", "artifactregistry.repositories.downloadArtifacts",
	},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/storage
	"roles/storage.objectViewer": {"storage.objects.get", "storage.objects.list"},
	"roles/storage.legacyBucketOwner": {
		"storage.buckets.get", "storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy",
		"storage.objects.create", "storage.objects.delete", "storage.objects.list",
	},
	"roles/storage.legacyObjectOwner": {"storage.objects.get"},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/datastore
	"roles/datastore.user": {
		"datastore.databases.get", "datastore.entities.get", "datastore.entities.list",
		"datastore.entities.create", "datastore.entities.update", "datastore.entities.delete",
	},
	// https://docs.cloud.google.com/iam/docs/roles-permissions/iap
	"roles/iap.httpsResourceAccessor": {"iap.webServiceVersions.accessViaIAP"},
}

// ownersLack are permissions that the role of an owner doesn't include.
// https://docs.cloud.google.com/iam/docs/roles-overview#basic
// https://docs.cloud.google.com/iam/docs/service-account-permissions
var ownersLack = []string{
	"iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.getOpenIdToken",
	"iam.serviceAccounts.signBlob", "iam.serviceAccounts.signJwt",
	"storage.buckets.get", "storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy",
	"storage.objects.", "iap.webServiceVersions.accessViaIAP", "orgpolicy.policy.set",
}

// grants reports whether a role includes a permission.
func (g *Google) grants(role, permission string) bool {
	if role == "roles/owner" {
		return !slices.ContainsFunc(ownersLack, func(lacking string) bool {
			return strings.HasPrefix(permission, lacking)
		})
	}
	if custom, ok := g.resources[role]; ok {
		permissions, _ := custom["includedPermissions"].([]any)
		return slices.Contains(permissions, any(permission))
	}
	return slices.Contains(roles[role], permission)
}

// allowed reports whether an identity has a permission on a resource, through the policy of the
// resource or that of the project. A permission that was just granted to another account than the
// owner's is refused at first.
// https://docs.cloud.google.com/iam/docs/access-change-propagation
func (g *Google) allowed(identity, permission, resource string) bool {
	if identity == Owner && slices.Contains(g.Denied, permission) {
		return false
	}
	on := []string{resource}
	if resource != g.project() {
		on = append(on, g.project())
	}
	for _, resource := range on {
		for _, grant := range g.policies[resource] {
			member := grant.member == identity || grant.member == "allUsers" ||
				grant.member == "projectOwner:"+g.Project && g.isOwner(identity)
			withheld := g.Withheld == grant.member+": "+grant.role+" on "+resource
			if member && !withheld && g.grants(grant.role, permission) {
				return !g.refused("grant " + resource + " " + grant.role + " " + identity)
			}
		}
	}
	return false
}

func (g *Google) isOwner(identity string) bool {
	return slices.Contains(g.policies[g.project()], grant{"roles/owner", identity})
}

// bind adds a member to a role on a resource. In a gcloud command, that is a call of getIamPolicy
// and one of setIamPolicy, which checks all members.
func (g *Google) bind(resource, role, member string) error {
	kind, name, _ := strings.Cut(member, ":")
	switch {
	case strings.HasSuffix(member, "@"+g.Project+".iam.gserviceaccount.com"):
		// https://docs.cloud.google.com/iam/docs/service-accounts-create says that a new account
		// may be unusable for 60 seconds.
		account := g.project() + "/serviceAccounts/" + name
		if _, ok := g.resources[account]; !ok || g.refused("account "+name) {
			return invalid("Service account %s does not exist.", name)
		}
	case kind == "serviceAccount" && g.resources["agents/"+name] == nil:
		return invalid("Service account %s does not exist.", name)
	case member == "allUsers" || member == "allAuthenticatedUsers":
		// https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
		if g.Policies["iam.allowedPolicyMemberDomains"] != nil {
			return precondition("One or more users named in the policy do not belong to a " +
				"permitted customer,  perhaps due to an organization policy.")
		}
	case !slices.Contains([]string{"user", "group", "domain", "serviceAccount"}, kind):
		return invalid("Invalid member: %s", member)
	}
	if g.refused("role " + role) {
		return invalid("Role (%s) does not exist in the resource's hierarchy.", role)
	}
	if _, custom := g.resources[role]; roles[role] == nil && !custom {
		g.problem("the role %s is not known to the simulator", role)
		return invalid("Role %s is not supported for this resource.", role)
	}
	added := grant{role, member}
	if !slices.Contains(g.policies[resource], added) {
		g.policies[resource] = append(g.policies[resource], added)
		if member != Owner {
			g.refusals["grant "+resource+" "+role+" "+member] = g.Delay.Grant
		}
	}
	return nil
}

// unbind removes a member from a role.
func (g *Google) unbind(resource, role, member string) error {
	at := slices.Index(g.policies[resource], grant{role, member})
	if at < 0 {
		return own("Policy binding with the specified principal, role, and condition not found!")
	}
	g.policies[resource] = slices.Delete(g.policies[resource], at, at+1)
	return nil
}

// policy returns the policy of a resource in the form of the APIs.
func (g *Google) policy(resource string) object {
	var bindings []any
	for _, one := range g.policies[resource] {
		at := slices.IndexFunc(bindings, func(b any) bool {
			return b.(object)["role"] == one.role
		})
		if at < 0 {
			at = len(bindings)
			bindings = append(bindings, object{"role": one.role, "members": []any{}})
		}
		binding := bindings[at].(object)
		binding["members"] = append(binding["members"].([]any), one.member)
	}
	if g.Conditional && resource == g.project() {
		bindings = append(bindings, object{"role": "roles/viewer",
			"members":   []any{"user:guest@example.com"},
			"condition": object{"title": "until 2030", "expression": "request.time < 2030"}})
	}
	policy := object{"etag": "BwYAAAAAAAA=", "version": 1.0}
	if len(bindings) > 0 {
		policy["bindings"] = bindings
	}
	return policy
}
