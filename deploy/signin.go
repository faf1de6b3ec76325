package main

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// identityToolkit returns the URL of the project in the API of Identity Platform.
func (d *deployment) identityToolkit() string {
	return "https://identitytoolkit.googleapis.com/v2/projects/" + d.project
}

// identityConfig are the settings of Identity Platform that matter here:
// https://docs.cloud.google.com/identity-platform/docs/reference/rest/v2/Config
type identityConfig struct {
	SignIn struct {
		Email struct{ Enabled, PasswordRequired bool }
	}
	EmailPrivacyConfig   struct{ EnableImprovedEmailPrivacy bool }
	PasswordPolicyConfig struct{ PasswordPolicyEnforcementState string }
	AuthorizedDomains    []string
	Client               struct{ FirebaseSubdomain string }
	Notification         struct{ SendEmail struct{ CallbackURI string } }
	Subtype              string
}

// alreadyInitialized is what the API says if Identity Platform is on.
var alreadyInitialized = regexp.MustCompile(`already been enabled`)

// setUpSignIn turns on what the app needs. The settings belong to the whole project, so it never
// turns anything off, lowers nothing, and leaves email sign-in off if the service doesn't offer it.
func (d *deployment) setUpSignIn(ctx context.Context) error {
	d.step("Identity Platform: sign-in with a password, authorized domains")
	config := d.identityToolkit() + "/config"
	found, err := d.found(d.get(ctx, config, &d.identity))
	if err != nil {
		return err
	}
	// FIREBASE_AUTH is Firebase Authentication without Identity Platform.
	if !found || d.identity.Subtype == "FIREBASE_AUTH" {
		err := d.send(ctx, http.MethodPost,
			d.identityToolkit()+"/identityPlatform:initializeAuth", struct{}{}, nil)
		if err != nil && !says(err, alreadyInitialized) {
			return err
		}
		d.created = append(d.created, config)
		if err := d.get(ctx, config, &d.identity); err != nil {
			return err
		}
	}
	if d.dryRun { // only Google knows which domains a new project has
		d.identity.AuthorizedDomains = []string{"EXISTING_DOMAINS"}
	}
	if found && d.access == "public" && slices.Contains(d.identity.AuthorizedDomains, "localhost") {
		d.note("localhost is an authorized domain, with which a page on any machine could use\n" +
			"the project. To remove it, open Identity Platform, Settings in the console.")
	}
	body, fields := d.missingSignInSettings(!found)
	if len(fields) == 0 {
		return nil
	}
	return d.send(ctx, http.MethodPatch, config+"?updateMask="+strings.Join(fields, ","), body, nil)
}

// missingSignInSettings returns the part of the configuration that must change, and its fields.
func (d *deployment) missingSignInSettings(isNew bool) (body map[string]any, fields []string) {
	body = map[string]any{}
	email := map[string]any{}
	methods := list(cmp.Or(d.chosen("SIGN_IN_METHODS"), "password"))
	emailLink := slices.Contains(methods, "emailLink")
	offered := isNew || emailLink || slices.Contains(methods, "password")
	current := d.identity.SignIn.Email
	if offered && !current.Enabled {
		email["enabled"] = true
		fields = append(fields, "signIn.email.enabled")
	}
	// Email links are possible if no password is required.
	if offered && (emailLink || !current.Enabled) && current.PasswordRequired == emailLink {
		email["passwordRequired"] = !emailLink
		fields = append(fields, "signIn.email.passwordRequired")
	}
	if len(email) > 0 {
		body["signIn"] = map[string]any{"email": email}
	}
	if !d.identity.EmailPrivacyConfig.EnableImprovedEmailPrivacy {
		body["emailPrivacyConfig"] = map[string]any{"enableImprovedEmailPrivacy": true}
		fields = append(fields, "emailPrivacyConfig")
	}
	if d.identity.PasswordPolicyConfig.PasswordPolicyEnforcementState != "ENFORCE" {
		body["passwordPolicyConfig"] = map[string]any{
			"passwordPolicyEnforcementState": "ENFORCE",
			"passwordPolicyVersions": []any{map[string]any{
				"customStrengthOptions": map[string]any{"minPasswordLength": 8},
			}},
		}
		fields = append(fields, "passwordPolicyConfig")
	}
	if domains := d.authorizedDomains(isNew); !slices.Equal(domains, d.identity.AuthorizedDomains) {
		body["authorizedDomains"] = domains
		fields = append(fields, "authorizedDomains")
	}
	return body, fields
}

// authorizedDomains returns the hosts whose pages may sign users in: those that are authorized
// already and those of the service. A new project has localhost, too, with which a page on any
// machine could use the project. The developers of a private service open it there.
func (d *deployment) authorizedDomains(isNew bool) []string {
	domains := slices.Clone(d.identity.AuthorizedDomains)
	if isNew && d.access != "private" {
		domains = slices.DeleteFunc(domains, func(host string) bool { return host == "localhost" })
	}
	wanted := slices.Concat([]string{d.serviceHost(), d.authDomain()}, d.live.hosts(), d.domains)
	if subdomain := d.identity.Client.FirebaseSubdomain; subdomain != "" {
		wanted = append(wanted, subdomain+".firebaseapp.com")
	}
	for _, host := range wanted {
		if host != "" && !slices.Contains(domains, host) {
			domains = append(domains, host)
		}
	}
	return domains
}
