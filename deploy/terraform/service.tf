locals {
  host = "${var.service}-${data.google_project.this.number}.${var.region}.run.app"

  # The auth domain must be the host that users open. Redirects to providers work on no other host.
  auth_domain = var.auth_domain != "" ? var.auth_domain : (
    length(var.load_balancer) > 0 ? try(var.domains[0], local.host) : local.host
  )

  # https://docs.cloud.google.com/iap/docs/signed-headers-howto
  iap_audience = "/projects/${data.google_project.this.number}/locations/${var.region}/services/${var.service}"

  # All environment variables of the service, except for the API key.
  environment = merge({
    GOOGLE_CLOUD_PROJECT = var.project
    FIREBASE_AUTH_DOMAIN = local.auth_domain
    SIGN_IN_METHODS      = join(",", var.sign_in_methods)
    CORS_ORIGINS         = join(",", var.cors_origins)
    IAP_AUDIENCE         = var.access == "staff" ? local.iap_audience : ""
    TRUSTED_PROXIES      = join(",", var.load_balancer)
  }, var.settings)
}

# The service, at first with a placeholder image. cloudbuild.yaml deploys the real one with its settings and
# moves the traffic. Terraform ignores what the build decides.
resource "google_cloud_run_v2_service" "this" {
  name        = var.service
  location    = var.region
  iap_enabled = var.access == "staff"
  # Google recommends this for public services, because organizations often forbid allUsers:
  # https://docs.cloud.google.com/run/docs/authenticating/public
  # If yours forbids this and allows allUsers, set access to "private" and developers to ["allUsers"].
  invoker_iam_disabled = var.access == "public"
  # null keeps the current setting: a run without the variable doesn't open the run.app URL again.
  ingress             = length(var.load_balancer) > 0 ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : null
  deletion_protection = var.deletion_protection
  template {
    service_account                  = google_service_account.service.email
    max_instance_request_concurrency = 80
    timeout                          = "30s"
    scaling {
      max_instance_count = 1
    }
    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"
    }
  }
  lifecycle {
    ignore_changes = [client, client_version, template, traffic]

    precondition {
      condition     = length(var.load_balancer) == 0 || length(var.domains) > 0
      error_message = "Set domains to the load balancer's domain, because the run.app URL will be closed."
    }
  }
  depends_on = [time_sleep.services]
}

resource "google_cloud_run_v2_service_iam_member" "developers" {
  for_each = var.access == "private" ? var.developers : toset([])
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}

# For the smoke test of a private service.
resource "google_cloud_run_v2_service_iam_member" "build" {
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.build.member
}

# Identity-Aware Proxy calls the service with this account, on behalf of the users that it lets in.
resource "google_project_service_identity" "iap" {
  provider   = google-beta
  count      = var.access == "staff" ? 1 : 0
  service    = "iap.googleapis.com"
  depends_on = [time_sleep.services]
}

resource "google_cloud_run_v2_service_iam_member" "iap" {
  count    = var.access == "staff" ? 1 : 0
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_project_service_identity.iap[0].member
}

resource "google_iap_web_cloud_run_service_iam_member" "staff" {
  for_each               = var.access == "staff" ? var.staff : toset([])
  cloud_run_service_name = google_cloud_run_v2_service.this.name
  location               = var.region
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value
}

# Lets CORS preflight requests through, which carry no credentials. The app responds to them.
resource "google_iap_settings" "cors" {
  count = var.access == "staff" && length(var.cors_origins) > 0 ? 1 : 0
  name = join("/", [
    "projects", data.google_project.this.number,
    "iap_web", "cloud_run-${var.region}", "services", google_cloud_run_v2_service.this.name,
  ])
  access_settings {
    cors_settings {
      allow_http_options = true
    }
  }
}
