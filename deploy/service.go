package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// runService is a Cloud Run service as gcloud prints it, in the API's form of Kubernetes:
// https://docs.cloud.google.com/run/docs/reference/rest/v1/namespaces.services
type runService struct {
	Metadata struct{ Annotations map[string]string }
	Spec     struct {
		Template struct {
			Spec struct {
				Containers []struct {
					Image string
					Env   []struct {
						Name, Value string
						ValueFrom   map[string]any // a secret; the build leaves it alone
					}
				}
			}
		}
	}
	Status struct{ URL string }
}

// The annotations that gcloud sets:
// https://docs.cloud.google.com/run/docs/reference/rest/v1/ObjectMeta
const (
	ingressAnnotation = "run.googleapis.com/ingress"
	noCheckAnnotation = "run.googleapis.com/invoker-iam-disabled"
	iapAnnotation     = "run.googleapis.com/iap-enabled"
	urlsAnnotation    = "run.googleapis.com/urls"

	placeholderImage = "us-docker.pkg.dev/cloudrun/container/hello"
)

// has reports whether a flag among the annotations is on.
func (s runService) has(annotation string) bool {
	return strings.EqualFold(s.Metadata.Annotations[annotation], "true")
}

// isApp reports whether a build has deployed the app.
func (s runService) isApp() bool {
	containers := s.Spec.Template.Spec.Containers
	return len(containers) > 0 && !strings.HasPrefix(containers[0].Image, placeholderImage)
}

// environment returns the variables of the latest revision.
func (s runService) environment() map[string]string {
	env := map[string]string{}
	if containers := s.Spec.Template.Spec.Containers; len(containers) > 0 {
		for _, variable := range containers[0].Env {
			if variable.ValueFrom == nil {
				env[variable.Name] = variable.Value
			}
		}
	}
	return env
}

// hosts returns the hosts of the run.app URLs. A service has two: one with the project's number,
// and an older one with a hash.
func (s runService) hosts() []string {
	var urls, hosts []string
	if json.Unmarshal([]byte(s.Metadata.Annotations[urlsAnnotation]), &urls) != nil {
		urls = nil
	}
	for _, url := range append(urls, s.Status.URL) {
		if host := strings.TrimPrefix(url, "https://"); host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// closed reports whether only a load balancer can reach the service.
func (s runService) closed() bool {
	return strings.HasPrefix(s.Metadata.Annotations[ingressAnnotation], "internal")
}

// lookUpService reads the service, if there is one, and who may call it.
func (d *deployment) lookUpService(ctx context.Context) (err error) {
	d.live = runService{}
	d.exists, err = d.find(ctx, &d.live, "run", "services", "describe", d.service,
		"--region="+d.region)
	if err != nil || !d.exists {
		return err
	}
	d.callers = bindings{}
	return d.read(ctx, &d.callers, "run", "services", "get-iam-policy", d.service,
		"--region="+d.region)
}

// currentAccess returns public, private or staff, or "" if there is no service.
func (d *deployment) currentAccess() string {
	switch {
	case !d.exists:
		return ""
	case d.live.has(iapAnnotation):
		return "staff"
	case d.live.has(noCheckAnnotation) || d.callers.has("allUsers", "roles/run.invoker"):
		return "public"
	}
	return "private"
}

// chooseAccess keeps the access that the service has, unless ACCESS is set.
func (d *deployment) chooseAccess(context.Context) error {
	current := d.currentAccess()
	if d.access == "" && current != "" {
		d.access = current
		d.note("ACCESS isn't set, so the service stays as it is: %s.", current)
	}
	if d.access == "" {
		d.access = "public"
	}
	switch {
	case len(d.developers) > 0 && d.access != "private":
		return fmt.Errorf("unset DEVELOPERS or set ACCESS=private: the service is %s", d.access)
	case len(d.staff) > 0 && d.access != "staff":
		return fmt.Errorf("unset STAFF or set ACCESS=staff: the service is %s", d.access)
	case d.access == "staff" && !d.inOrganization:
		d.note("The project is in no organization, so Identity-Aware Proxy needs an OAuth client:\n" +
			"https://docs.cloud.google.com/iap/docs/custom-oauth-configuration")
	}
	return nil
}

// createService makes sure that the service exists, because a build can't deploy a new service
// without traffic. It begins as a private service with a placeholder image.
func (d *deployment) createService(ctx context.Context) error {
	d.step("The Cloud Run service")
	if d.exists {
		d.note("The service %s exists.", d.service)
	} else {
		err := d.change(ctx, "run", "deploy", d.service, "--region="+d.region,
			"--image="+placeholderImage, "--service-account="+d.account(),
			"--no-allow-unauthenticated", "--max-instances=1")
		if err != nil {
			return err
		}
		d.isFirst = true
		return d.lookUpService(ctx)
	}
	return nil
}

// allowBuild lets the build deploy the service and call it.
func (d *deployment) allowBuild(ctx context.Context) error {
	// On the service and not on the project: the build must not change other services.
	for _, role := range []string{"roles/run.developer", "roles/run.invoker"} {
		if err := d.grantCall(ctx, "serviceAccount:"+d.builder(), role); err != nil {
			return err
		}
	}
	if d.access != "private" {
		return nil
	}
	// The smoke test sends an ID token of the account to a private service.
	return d.grantOn(ctx, d.builder(), "iam", "service-accounts", "serviceAccount:"+d.builder(),
		"roles/iam.serviceAccountOpenIdTokenCreator")
}

// setAccess opens or closes the service.
func (d *deployment) setAccess(ctx context.Context) error {
	d.step("Who can open the service: " + d.access)
	if d.access != "staff" && d.live.has(iapAnnotation) {
		if err := d.updateService(ctx, "beta", "--no-iap"); err != nil {
			return err
		}
	}
	switch d.access {
	case "public":
		return d.openToPublic(ctx)
	case "staff":
		return errors.Join(d.closeToPublic(ctx), d.openToStaff(ctx))
	}
	if err := d.closeToPublic(ctx); err != nil {
		return err
	}
	for _, developer := range d.developers {
		if err := d.grantCall(ctx, developer, "roles/run.invoker"); err != nil {
			return err
		}
	}
	return nil
}

// openToPublic turns Cloud Run's IAM check off, as Google recommends, because organizations often
// forbid allUsers: https://docs.cloud.google.com/run/docs/authenticating/public
func (d *deployment) openToPublic(ctx context.Context) error {
	if d.currentAccess() == "public" {
		d.note("The service is public already.")
		return nil
	}
	err := d.updateService(ctx, "", "--no-invoker-iam-check")
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	d.note("The IAM check can't be turned off, so allUsers gets the role to call the service:\n%s",
		f.message)
	return d.grantCall(ctx, "allUsers", "roles/run.invoker")
}

// closeToPublic undoes both ways in which a service can be public.
func (d *deployment) closeToPublic(ctx context.Context) error {
	if d.live.has(noCheckAnnotation) {
		if err := d.updateService(ctx, "", "--invoker-iam-check"); err != nil {
			return err
		}
	}
	if !d.callers.has("allUsers", "roles/run.invoker") {
		return nil
	}
	return d.change(ctx, "run", "services", "remove-iam-policy-binding", d.service,
		"--region="+d.region, "--member=allUsers", "--role=roles/run.invoker",
		"--condition=None")
}

// openToStaff puts Identity-Aware Proxy in front of the service:
// https://docs.cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run
func (d *deployment) openToStaff(ctx context.Context) error {
	agent := "service-" + d.number + "@gcp-sa-iap.iam.gserviceaccount.com"
	if !d.callers.has("serviceAccount:"+agent, "roles/run.invoker") {
		// gcloud services enable does nothing if the API is on.
		if err := d.change(ctx, "services", "enable", "iap.googleapis.com"); err != nil {
			return err
		}
		d.apisEnabled = true
		err := d.change(ctx, "beta", "services", "identity", "create", "--service=iap.googleapis.com")
		if err != nil {
			return err
		}
		d.created = append(d.created, agent)
		if err := d.grantCall(ctx, "serviceAccount:"+agent, "roles/run.invoker"); err != nil {
			return err
		}
	}
	if d.live.has(iapAnnotation) {
		d.note("Identity-Aware Proxy is on already.")
	} else if err := d.updateService(ctx, "beta", "--iap"); err != nil {
		return err
	}
	web := []string{"--resource-type=cloud-run", "--service=" + d.service, "--region=" + d.region}
	var allowed bindings
	err := d.read(ctx, &allowed, append([]string{"beta", "iap", "web", "get-iam-policy"}, web...)...)
	if err != nil {
		return err
	}
	for _, m := range d.staff {
		if allowed.has(m, "roles/iap.httpsResourceAccessor") {
			continue
		}
		arguments := append([]string{"beta", "iap", "web", "add-iam-policy-binding"}, web...)
		err := d.change(ctx, append(arguments, "--member="+m,
			"--role=roles/iap.httpsResourceAccessor", "--condition=None")...)
		if err != nil {
			return err
		}
	}
	if len(d.staff) == 0 && len(allowed.Bindings) == 0 {
		d.note("No member of staff can open the service yet. To let members in, set STAFF.")
	}
	return nil
}

// updateService changes the service without making a new revision.
func (d *deployment) updateService(ctx context.Context, track, flag string) error {
	arguments := []string{"run", "services", "update", d.service, "--region=" + d.region, flag}
	if track != "" {
		arguments = slices.Insert(arguments, 0, track)
	}
	return d.change(ctx, arguments...)
}

// grantCall grants a role on the service, unless the member has it.
func (d *deployment) grantCall(ctx context.Context, member, role string) error {
	if d.callers.has(member, role) {
		return nil
	}
	return d.change(ctx, "run", "services", "add-iam-policy-binding", d.service,
		"--region="+d.region, "--member="+member, "--role="+role, "--condition=None")
}
