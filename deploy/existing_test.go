package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

// tuned are settings for sign-in that an operator has chosen in the console.
var tuned = map[string]any{
	"name":   "projects/42/config",
	"signIn": map[string]any{"email": map[string]any{"enabled": true}}, // links without a password
	"client": map[string]any{"apiKey": "AIzaOfTheProject", "firebaseSubdomain": "my-project"},
	"passwordPolicyConfig": map[string]any{
		"passwordPolicyEnforcementState": "ENFORCE", "forceUpgradeOnSignin": true,
		"passwordPolicyVersions": []any{map[string]any{
			"customStrengthOptions": map[string]any{"minPasswordLength": 16.0},
		}},
	},
	"authorizedDomains": []any{"localhost", "shop.example.com"},
	"notification": map[string]any{
		"sendEmail": map[string]any{"callbackUri": "https://shop.example.com/confirm"},
	},
	"mfa": map[string]any{"state": "ENABLED"},
}

// TestAnExistingConfigurationIsKept deploys to a project that has a database elsewhere, its own
// settings for sign-in, another version of the security rules, and other members.
func TestAnExistingConfigurationIsKept(t *testing.T) {
	g := newProject(t)
	g.SetResource(theDatabase, map[string]any{
		"name": theDatabase, "type": "FIRESTORE_NATIVE", "locationId": "eur3",
	})
	g.SetResource(simulator.ConfigName, tuned)
	const rules = "projects/my-project/rulesets/old"
	const release = "projects/my-project/releases/cloud.firestore"
	g.SetResource(rules, map[string]any{"name": rules, "source": map[string]any{"files": []any{
		map[string]any{"name": "firestore.rules", "content": "service cloud.firestore {}"}}}})
	g.SetResource(release, map[string]any{"name": release, "rulesetName": rules})
	role := "projects/my-project/roles/latchkey_accounts"
	g.SetResource(role, map[string]any{"name": role, "includedPermissions": []any{
		"firebaseauth.users.get", "firebaseauth.users.sendEmail"}})

	first := mustDeploy(t, g)
	config, _ := g.Resource(simulator.ConfigName)
	want := maps.Clone(tuned)
	want["emailPrivacyConfig"] = map[string]any{"enableImprovedEmailPrivacy": true}
	want["authorizedDomains"] = []any{"localhost", "shop.example.com", host42,
		"latchkey-abcdefghij-uc.a.run.app", "my-project.firebaseapp.com"}
	if got, want := encode(config), encode(want); got != want {
		t.Errorf("the settings for sign-in are\n%s\nwant\n%s", got, want)
	}
	if now, _ := g.Resource(release); now["rulesetName"] == rules {
		t.Error("the security rules weren't released")
	}
	now, _ := g.Resource(role)
	if got := encode(now["includedPermissions"]); !strings.Contains(got, "sendEmail") ||
		!strings.Contains(got, "firebaseauth.users.delete") {
		t.Errorf("the custom role has %s", got)
	}
	if !strings.Contains(first.out, "replaces the rules that were in effect: "+rules) {
		t.Errorf("the output doesn't name the rules from before:\n%s", first.out)
	}
	if !strings.Contains(first.out, "They lead to https://shop.example.com/confirm and stay") {
		t.Errorf("the output doesn't say where emails lead:\n%s", first.out)
	}
	if found, _ := g.Resource(theDatabase); found["locationId"] != "eur3" {
		t.Errorf("the database is %v", found)
	}
}

// TestASettingStaysUntilItIsChanged sets everything once, then runs without, then resets one.
func TestASettingStaysUntilItIsChanged(t *testing.T) {
	g := newProject(t)
	tenant := "projects/my-project/tenants/shop-1a2b3"
	g.SetResource(tenant, map[string]any{"name": tenant, "allowPasswordSignup": true})
	first := mustDeploy(t, g,
		"CORS_ORIGINS=https://shop.example.com", "SIGN_IN_METHODS=password,emailLink,google.com",
		"TENANT_ID=shop-1a2b3", "SUPPORT_CONTACT=https://shop.example.com/help",
		"RATE_LIMIT_ADDRESS=7", "MIN_INSTANCES=1", "MAX_INSTANCES=3",
		"GOOGLE_CLIENT_IDS=1.apps.googleusercontent.com",
		"AUTH_DOMAIN=app.example.com", "DOMAINS=app.example.com")
	if !strings.Contains(first.out, "# Done: https://app.example.com\n") {
		t.Errorf("the output doesn't show the host that users open:\n%s", first.out)
	}
	annotations, set := g.Service("latchkey")
	for name, want := range map[string]string{
		"CORS_ORIGINS": "https://shop.example.com", "TENANT_ID": "shop-1a2b3",
		"SIGN_IN_METHODS": "password,emailLink,google.com", "RATE_LIMIT_ADDRESS": "7",
		"FIREBASE_AUTH_DOMAIN": "app.example.com", "GOOGLE_CLOUD_PROJECT": "my-project",
		"FIREBASE_API_KEY": "AIzaSimulated1",
	} {
		if set[name] != want {
			t.Errorf("%s is %q, want %q", name, set[name], want)
		}
	}
	if annotations["autoscaling.knative.dev/minScale"] != "1" ||
		annotations["autoscaling.knative.dev/maxScale"] != "3" {
		t.Errorf("the service has the annotations %q", annotations)
	}

	mustDeploy(t, g, "CORS_ORIGINS=", "MIN_INSTANCES=")
	annotations, now := g.Service("latchkey")
	want := maps.Clone(set)
	delete(want, "CORS_ORIGINS")
	if !maps.Equal(now, want) {
		t.Errorf("the variables are %q, want %q", now, want)
	}
	if annotations["autoscaling.knative.dev/minScale"] != "0" ||
		annotations["autoscaling.knative.dev/maxScale"] != "3" {
		t.Errorf("the service has the annotations %q", annotations)
	}
}

// TestAccessCanChange goes through all pairs of public, private and staff. In the end, no way in is
// left over.
func TestAccessCanChange(t *testing.T) {
	g := newProject(t)
	g.Policies["run.managed.requireInvokerIam"] = []string{"enforced"} // so allUsers are used, too
	audience := "/projects/42/locations/us-central1/services/latchkey"
	for i, access := range []string{
		"public", "private", "staff", "public", "staff", "private", "public",
	} {
		if i == 3 {
			delete(g.Policies, "run.managed.requireInvokerIam")
		}
		mustDeploy(t, g, "ACCESS="+access)
		annotations, environment := g.Service("latchkey")
		allUsers := slices.ContainsFunc(g.Grants(), func(grant string) bool {
			return strings.HasPrefix(grant, "allUsers: ")
		})
		open := allUsers || annotations["run.googleapis.com/invoker-iam-disabled"] == "True"
		iap := annotations["run.googleapis.com/iap-enabled"] == "true"
		if open != (access == "public") || iap != (access == "staff") ||
			(environment["IAP_AUDIENCE"] == audience) != (access == "staff") {
			t.Errorf("%s: open: %t, IAP: %t, variables: %q", access, open, iap, environment)
		}
	}
}

// TestASecondServiceLeavesTheFirstAlone deploys a service for staff next to a public one, with the
// same users and settings for sign-in.
func TestASecondServiceLeavesTheFirstAlone(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g, "SIGN_IN_METHODS=password,emailLink", "DOMAINS=shop.example.com")
	grants := g.Grants()
	config, _ := g.Resource(simulator.ConfigName)
	mustDeploy(t, g, "SERVICE=latchkey-staff", "ACCESS=staff", "STAFF=group:staff@example.com")

	after, _ := g.Resource(simulator.ConfigName)
	config["authorizedDomains"] = append(config["authorizedDomains"].([]any),
		"latchkey-staff-42.us-central1.run.app",
		"latchkey-staff-abcdefghij-uc.a.run.app")
	if got, want := encode(after), encode(config); got != want {
		t.Errorf("the settings for sign-in are\n%s\nwant\n%s", got, want)
	}
	if _, environment := g.Service("latchkey-staff"); environment["IAP_AUDIENCE"] !=
		"/projects/42/locations/us-central1/services/latchkey-staff" {
		t.Errorf("the service for staff has the variables %q", environment)
	}
	others := func(grants []string) []string {
		return slices.DeleteFunc(grants, func(grant string) bool {
			return strings.Contains(grant, "latchkey-staff") ||
				strings.Contains(grant, "latchkey_staff")
		})
	}
	wantSame(t, "other grants", others(g.Grants()), others(grants))
	for _, call := range mustDeploy(t, g).writes() {
		t.Errorf("the public service changed: %s", call)
	}
}
