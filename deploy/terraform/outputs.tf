output "url" {
  value = "https://${local.host}"
}

# Register it with each sign-in provider that you offer.
output "redirect_uri" {
  value = "https://${local.auth_domain}/__/auth/handler"
}

# The command that builds and deploys. It replaces all environment variables of the service.
output "build" {
  sensitive = true # the provider treats the API key as sensitive, although it is public
  value = join(" ", [
    "gcloud builds submit ../.. --project=${var.project} --region=${var.build_region}",
    "--config=../../cloudbuild.yaml",
    "--gcs-source-staging-dir=gs://${google_storage_bucket.sources.name}/source",
    "--service-account=${google_service_account.build.id}",
    join(";", [
      "--substitutions=^;^_REGION=${var.region}",
      "_SERVICE=${var.service}",
      "_MIN_INSTANCES=${var.min_instances}",
      "_MAX_INSTANCES=${var.max_instances}",
      "_ENV_VARS=^|^FIREBASE_API_KEY=${google_apikeys_key.browser.key_string}|${join("|", [
        for name, value in local.environment : "${name}=${value}" if value != ""
      ])}",
    ]),
  ])

  # Without the addresses, the app would take the load balancer for the client of every request.
  precondition {
    condition = length(var.load_balancer) > 0 || (
      google_cloud_run_v2_service.this.ingress != "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    )
    error_message = "The service accepts requests only through a load balancer. Set load_balancer to its addresses."
  }
}
