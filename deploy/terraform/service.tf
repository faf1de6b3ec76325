# The service, at first with a placeholder image. cloudbuild.yaml deploys the real one with its settings and
# moves the traffic. Terraform ignores what the build decides.
resource "google_cloud_run_v2_service" "this" {
  provider    = google-beta # for iap_enabled
  name        = var.service
  location    = var.region
  iap_enabled = local.iap
  # null keeps the current setting: a run without the variable doesn't open the run.app URL again.
  ingress = length(var.load_balancer) > 0 ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : null
  template {
    service_account                  = google_service_account.service.email
    max_instance_request_concurrency = 80
    timeout                          = "30s"
    scaling {
      max_instance_count = 10
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
  depends_on = [google_project_service.needed]
}

resource "google_cloud_run_v2_service_iam_member" "public" {
  count    = var.public && !local.iap ? 1 : 0
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

resource "google_cloud_run_v2_service_iam_member" "developers" {
  for_each = var.developers
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
  count      = local.iap ? 1 : 0
  service    = "iap.googleapis.com"
  depends_on = [google_project_service.needed]
}

resource "google_cloud_run_v2_service_iam_member" "iap" {
  count    = local.iap ? 1 : 0
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_project_service_identity.iap[0].member
}

resource "google_iap_web_cloud_run_service_iam_member" "staff" {
  for_each               = var.staff
  cloud_run_service_name = google_cloud_run_v2_service.this.name
  location               = var.region
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value
}

# Lets CORS preflight requests through, which carry no credentials. The app responds to them.
resource "google_iap_settings" "cors" {
  count = local.iap && length(var.cors_origins) > 0 ? 1 : 0
  name  = "projects/${data.google_project.this.number}/iap_web/cloud_run-${var.region}/services/${var.service}"
  access_settings {
    cors_settings {
      allow_http_options = true
    }
  }
}

output "url" {
  value = "https://${local.host}"
}

# Register it with each sign-in provider that you offer.
output "redirect_uri" {
  value = "https://${local.auth_domain}/__/auth/handler"
}

# The command that builds and deploys, with the settings of the service as substitutions.
output "build" {
  sensitive = true # the provider treats the API key as sensitive, although it is public
  value = join(" ", [
    "gcloud builds submit ../.. --project=${var.project} --region=${var.region} --config=../../cloudbuild.yaml",
    "--gcs-source-staging-dir=gs://${google_storage_bucket.sources.name}/source",
    "--service-account=${google_service_account.build.id}",
    join(";", [
      "--substitutions=^;^_REGION=${var.region}",
      "_REPOSITORY=${var.service}",
      "_SERVICE=${var.service}",
      "_SERVICE_ACCOUNT=${google_service_account.service.email}",
      "_FIREBASE_API_KEY=${google_apikeys_key.browser.key_string}",
      "_FIREBASE_AUTH_DOMAIN=${local.auth_domain}",
      "_SIGN_IN_METHODS=${join(",", var.sign_in_methods)}",
      "_CORS_ORIGINS=${join(",", var.cors_origins)}",
      "_IAP_AUDIENCE=${local.iap ? "/projects/${data.google_project.this.number}/locations/${var.region}/services/${var.service}" : ""}",
      "_GOOGLE_CLIENT_IDS=${join(",", var.google_client_ids)}",
      "_TENANT_ID=${var.tenant_id}",
      "_TRUSTED_PROXIES=${join(",", var.load_balancer)}",
    ]),
  ])
}
