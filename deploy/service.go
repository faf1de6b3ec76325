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
	Metadata struct{ Annotations, Labels map[string]string }
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
		host := strings.TrimPrefix(url, "https://")
		if host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// closed reports whether only a load balancer can reach the service.
func (s runService) closed() bool {
	return strings.HasPrefix(s.Metadata.Annotations[ingressAnnotation], "internal")
}

// findService reads the service. Without REGION, it may be in any region, so that a run without
// the settings doesn't create another one.
func (d *deployment) findService(ctx context.Context) error {
	if err := d.lookUpService(ctx); err != nil || d.exists || d.given["REGION"] != "" {
		return err
	}
	var services []runService
	err := d.read(ctx, &services, "run", "services", "list", "--filter=metadata.name="+d.service)
	if err != nil || len(services) == 0 {
		return err
	}
	if len(services) > 1 {
		return fmt.Errorf("set REGION: there is a service %s in several regions", d.service)
	}
	d.region = services[0].Metadata.Labels["cloud.googleapis.com/location"]
	d.note("REGION isn't set, so it is that of the service %s: %s.", d.service, d.region)
	return d.lookUpService(ctx)
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
	if d.access == "" && current == "private" && !d.live.isApp() {
		return errors.New("set ACCESS to public, private or staff: an earlier run stopped before " +
			"it was known who may open the service")
	}
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
	case d.access == "public" && current != "public" && d.noAllUsers && d.invokerCheck:
		return errors.New("set ACCESS=private or ACCESS=staff: the organization allows no " +
			"public service (its policies iam.allowedPolicyMemberDomains and " +
			"run.managed.requireInvokerIam)")
	case d.noOpenIngress && !d.behindLoadBalancer():
		return errors.New("ask an administrator of the organization to allow the value all of " +
			"the policy run.allowedIngress, or set LOAD_BALANCER: without either, browsers can't " +
			"reach the service")
	case d.access == "staff" && !d.inOrganization:
		const page = "https://docs.cloud.google.com/iap/docs/custom-oauth-configuration"
		d.note("The project has no organization. Identity-Aware Proxy needs one, "+
			"or an OAuth client:\n%s", page)
	}
	return nil
}

// createService makes sure that the service exists, because a build can't deploy a new service
// without traffic. It begins as a private service with a placeholder image.
func (d *deployment) createService(ctx context.Context) error {
	d.step("The Cloud Run service")
	if d.exists {
		d.note("The service %s exists.", d.service)
		return nil
	}
	command := []string{"run", "deploy", d.service, "--region=" + d.region,
		"--image=" + placeholderImage, "--service-account=" + d.account(),
		"--no-allow-unauthenticated", "--max-instances=1"}
	if d.noOpenIngress { // preflight made sure that there is a load balancer
		command = append(command, "--ingress=internal-and-cloud-load-balancing")
	}
	if err := d.change(ctx, command...); err != nil {
		return err
	}
	return d.lookUpService(ctx)
}

// updateService changes the service without making a new revision.
func (d *deployment) updateService(ctx context.Context, track, flag string) error {
	arguments := []string{"run", "services", "update", d.service, "--region=" + d.region, flag}
	if track != "" {
		arguments = slices.Insert(arguments, 0, track)
	}
	return d.change(ctx, arguments...)
}
