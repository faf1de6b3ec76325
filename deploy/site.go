package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// serviceHost returns the host of the service that is known before it exists:
// https://docs.cloud.google.com/run/docs/triggering/https-request
func (d *deployment) serviceHost() string {
	return d.service + "-" + d.number + "." + d.region + ".run.app"
}

// behindLoadBalancer reports whether only a load balancer can reach the service after this run.
func (d *deployment) behindLoadBalancer() bool {
	addresses, set := d.given["LOAD_BALANCER"]
	return addresses != "" || !set && d.live.closed()
}

// authDomain returns the host of the sign-in helper, which must be the host that users open: on any
// other one, even a subdomain, redirects to providers don't work. The first run chooses it, and
// later ones keep it, except for the run.app host, which a load balancer closes.
func (d *deployment) authDomain() string {
	domain := d.chosen("FIREBASE_AUTH_DOMAIN")
	closes := d.behindLoadBalancer() && len(d.domains) > 0
	if closes && (domain == "" || strings.HasSuffix(domain, ".run.app")) {
		return d.domains[0]
	}
	return cmp.Or(domain, d.serviceHost())
}

// onFirebase reports whether the auth domain is Firebase's, and so not the host that users open.
func (d *deployment) onFirebase() bool {
	domain := d.authDomain()
	return strings.HasSuffix(domain, ".firebaseapp.com") || strings.HasSuffix(domain, ".web.app")
}

// site returns the host at which the service can be tested.
func (d *deployment) site() string {
	switch {
	case !d.behindLoadBalancer():
		return d.serviceHost()
	case len(d.domains) > 0:
		return d.domains[0]
	}
	return d.authDomain()
}

// usersHost returns the host that users open.
func (d *deployment) usersHost() string {
	if d.onFirebase() {
		return d.site()
	}
	return d.authDomain()
}

// reopen undoes closeDefaultURL if LOAD_BALANCER is set to nothing.
func (d *deployment) reopen(ctx context.Context) error {
	if d.behindLoadBalancer() || !d.live.closed() {
		return nil
	}
	d.step("Accept requests at the run.app URL again")
	return d.updateService(ctx, "", "--ingress=all")
}

// smokeTest tests what users get.
func (d *deployment) smokeTest(ctx context.Context) error {
	d.step("Smoke-test the service")
	url := "https://" + d.site()
	switch d.access {
	case "staff":
		d.note("Identity-Aware Proxy rejects the smoke test. Open %s/internal/ and sign in.", url)
		return nil
	case "private":
		d.note("The build has tested the service, which is private. To open it: "+
			"gcloud run services proxy %s --region=%s --project=%s", d.service, d.region, d.project)
		return nil
	}
	d.print(quote("go", "run", "./deploy", "smoke", url))
	if d.dryRun {
		return nil
	}
	h := d.host
	h.out = notes{&d.google}
	if err := smoke(ctx, h, url, ""); err != nil {
		return fmt.Errorf("%s failed the smoke test, and the new revision has the traffic: %w\n"+
			"To roll back, see docs/operations.md", url, err)
	}
	return nil
}

// closeDefaultURL keeps out requests that bypass the load balancer. It runs after the smoke test,
// which shows that the load balancer works.
func (d *deployment) closeDefaultURL(ctx context.Context) error {
	if d.given["LOAD_BALANCER"] == "" {
		return nil
	}
	d.step("Accept requests only through the load balancer")
	if d.live.closed() {
		d.note("The run.app URL is closed already.")
		return nil
	}
	return d.updateService(ctx, "", "--ingress=internal-and-cloud-load-balancing")
}

// linkEmails makes the links in emails open the site's own page, unless the operator chose another
// one. Many projects aren't allowed to change it (EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED).
func (d *deployment) linkEmails(ctx context.Context) error {
	d.step("Links in emails")
	page := "https://" + d.usersHost() + "/auth/action"
	current := d.identity.Notification.SendEmail.CallbackURI
	switch {
	case d.access != "public":
		d.note("They stay as they are, because the service isn't public. " +
			"See docs/operations.md, Links in emails.")
		return nil
	case current == page:
		d.note("They lead to %s", page)
		return nil
	case current != "" && !strings.HasSuffix(current, ".firebaseapp.com/__/auth/action") &&
		current != "https://"+d.serviceHost()+"/auth/action":
		d.note("They lead to %s and stay as they are. This service's own page is %s", current, page)
		return nil
	}
	body := map[string]any{
		"notification": map[string]any{"sendEmail": map[string]any{"callbackUri": page}},
	}
	url := d.identityToolkit() + "/config?updateMask=notification.sendEmail.callbackUri"
	if err := d.send(ctx, http.MethodPatch, url, body, nil); err != nil {
		d.note("%v\nThe links stay as they are, which works. "+
			"See docs/operations.md, Links in emails.", err)
		return ctx.Err()
	}
	d.note("They lead to %s", page)
	return nil
}

// providers says where each provider wants the redirect URI.
var providers = map[string]string{
	"google.com": "Google: OAuth client of the project, Authorized redirect URIs:\n" +
		"  https://console.cloud.google.com/apis/credentials",
	"facebook.com":  "Facebook: settings of Facebook Login, Valid OAuth Redirect URIs",
	"github.com":    "GitHub: OAuth app, Authorization callback URL",
	"apple.com":     "Apple: services ID, Return URLs",
	"microsoft.com": "Microsoft: app registration, Redirect URIs of the platform Web",
	"twitter.com":   "X: settings of the app, Callback URL",
	"yahoo.com":     "Yahoo: app, Redirect URI; if it asks for a callback domain, the host",
}

// showRedirectURI prints what to register with the providers in SIGN_IN_METHODS.
func (d *deployment) showRedirectURI(context.Context) error {
	methods := list(d.chosen("SIGN_IN_METHODS"))
	methods = slices.DeleteFunc(methods, func(method string) bool {
		return providers[method] == ""
	})
	if len(methods) == 0 {
		return nil
	}
	d.step("Register this redirect URI with each provider: " +
		"https://" + d.authDomain() + "/__/auth/handler")
	for _, method := range methods {
		d.note("%s", providers[method])
	}
	if d.onFirebase() {
		host := d.site()
		if len(d.domains) > 0 {
			host = d.domains[0]
		}
		d.note("%s isn't the host that users open, so redirects don't work, and Microsoft and X\n"+
			"need them. Register https://%s/__/auth/handler, too. Then set AUTH_DOMAIN=%s\n"+
			"and run this program again.", d.authDomain(), host, host)
	}
	return nil
}
