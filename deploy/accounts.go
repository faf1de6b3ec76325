package main

import (
	"context"
	"slices"
	"strings"
)

// account runs the service.
func (d *deployment) account() string {
	return d.service + "@" + d.project + ".iam.gserviceaccount.com"
}

// builder builds and deploys the service.
func (d *deployment) builder() string {
	return d.service + "-build@" + d.project + ".iam.gserviceaccount.com"
}

// customRole returns the ID of a custom role of the project.
func (d *deployment) customRole(suffix string) string {
	return strings.ReplaceAll(d.service, "-", "_") + "_" + suffix
}

// servicePermissions are for user accounts. They aren't those of roles/firebaseauth.admin, which
// could also change the project's sign-in settings and read the key of the password hashes.
var servicePermissions = []string{
	"firebaseauth.configs.get", "firebaseauth.users.get", "firebaseauth.users.update",
	"firebaseauth.users.delete", "identitytoolkit.tenants.get",
}

// buildPermissions let gcloud wait until a deployment, an operation of the project, has finished.
var buildPermissions = []string{"run.operations.get"}

// createAccounts makes sure that both service accounts exist and have their roles.
func (d *deployment) createAccounts(ctx context.Context) error {
	d.step("The service accounts that run and build the service, and their roles")
	for _, account := range []struct{ name, email, title string }{
		{d.service, d.account(), "Latchkey, the service"},
		{d.service + "-build", d.builder(), "Latchkey, build and deploy"},
	} {
		if slices.Contains(d.accounts, account.email) {
			continue
		}
		err := d.change(ctx, "iam", "service-accounts", "create", account.name,
			"--display-name="+account.title)
		if err != nil {
			return err
		}
		d.created = append(d.created, account.email)
	}
	for _, role := range []struct {
		id, title   string
		permissions []string
	}{
		{d.customRole("accounts"), "Latchkey: user accounts", servicePermissions},
		{d.customRole("deployments"), "Latchkey: wait for deployments", buildPermissions},
	} {
		if err := d.createRole(ctx, role.id, role.title, role.permissions); err != nil {
			return err
		}
	}
	for _, grant := range d.projectRoles() {
		if err := d.grantProject(ctx, grant.member, grant.role); err != nil {
			return err
		}
	}
	// To deploy a service that runs as an account, the build must be allowed to act as it.
	return d.grantOn(ctx, []string{"iam", "service-accounts"}, []string{d.account()},
		"serviceAccount:"+d.builder(), "roles/iam.serviceAccountUser")
}

type grant struct{ member, role string }

// projectRoles are the roles that the accounts have on the whole project.
func (d *deployment) projectRoles() []grant {
	custom := "projects/" + d.project + "/roles/"
	return []grant{
		{"serviceAccount:" + d.account(), custom + d.customRole("accounts")},
		{"serviceAccount:" + d.account(), "roles/datastore.user"},
		{"serviceAccount:" + d.builder(), custom + d.customRole("deployments")},
		{"serviceAccount:" + d.builder(), "roles/logging.logWriter"},
	}
}

// lookUpAccounts lists the project's service accounts. To describe one that doesn't exist can fail
// with a missing permission.
func (d *deployment) lookUpAccounts(ctx context.Context) error {
	var accounts []struct{ Email string }
	if err := d.read(ctx, &accounts, "iam", "service-accounts", "list"); err != nil {
		return err
	}
	d.accounts = nil
	for _, account := range accounts {
		d.accounts = append(d.accounts, account.Email)
	}
	return nil
}

// createRole makes sure that a custom role of the project has these permissions. It takes none
// away.
func (d *deployment) createRole(
	ctx context.Context, id, title string, permissions []string,
) error {
	var role struct {
		IncludedPermissions []string
		Deleted             bool
	}
	found, err := d.find(ctx, &role, "iam", "roles", "describe", id)
	if err != nil {
		return err
	}
	if !found {
		d.created = append(d.created, id)
		return d.change(ctx, "iam", "roles", "create", id, "--title="+title, "--stage=GA",
			"--permissions="+strings.Join(permissions, ","))
	}
	if role.Deleted { // its ID can't be used again for 37 days
		if err := d.change(ctx, "iam", "roles", "undelete", id); err != nil {
			return err
		}
	}
	lacks := slices.DeleteFunc(slices.Clone(permissions), func(permission string) bool {
		return slices.Contains(role.IncludedPermissions, permission)
	})
	if len(lacks) == 0 {
		return nil
	}
	return d.change(ctx, "iam", "roles", "update", id,
		"--add-permissions="+strings.Join(lacks, ","))
}

// bindings are an IAM policy.
type bindings struct {
	Bindings []struct {
		Role      string
		Members   []string
		Condition any
	}
}

// has reports whether the member has the role without a condition.
func (b bindings) has(member, role string) bool {
	for _, binding := range b.Bindings {
		if binding.Role == role && binding.Condition == nil &&
			slices.Contains(binding.Members, member) {
			return true
		}
	}
	return false
}

// lookUpProjectRoles reads the IAM policy of the project, once.
func (d *deployment) lookUpProjectRoles(ctx context.Context) error {
	if d.projectPolicy != nil {
		return nil
	}
	d.projectPolicy = &bindings{}
	return d.read(ctx, d.projectPolicy, "projects", "get-iam-policy", d.project)
}

// grantProject grants a role on the project, unless the member has it.
func (d *deployment) grantProject(ctx context.Context, member, role string) error {
	if err := d.lookUpProjectRoles(ctx); err != nil || d.projectPolicy.has(member, role) {
		return err
	}
	return d.change(ctx, "projects", "add-iam-policy-binding", d.project,
		"--member="+member, "--role="+role, "--condition=None")
}

// grantOn grants a role on a resource, unless the member has it. group are the words of a gcloud
// group, such as iam service-accounts, and target are what its commands need to find the resource.
func (d *deployment) grantOn(
	ctx context.Context, group, target []string, member, role string,
) error {
	command := func(verb string, flags ...string) []string {
		return slices.Concat(group, []string{verb}, target, flags)
	}
	var policy bindings
	err := d.read(ctx, &policy, command("get-iam-policy")...)
	if err != nil || policy.has(member, role) {
		return err
	}
	return d.change(ctx, command("add-iam-policy-binding", "--member="+member, "--role="+role,
		"--condition=None")...)
}
