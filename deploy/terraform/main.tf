# Creates the same resources as deploy/deploy.sh:
#
#   terraform init && terraform apply -var project=my-project
#   $(terraform output -raw build)        # builds and deploys with cloudbuild.yaml
#
# docs/deployment.md has the steps before and after. Three settings of Identity Platform have no field in
# the provider yet: email enumeration protection (on by default in new projects), the password policy, and
# the page that links in emails open.

terraform {
  required_version = "~> 1.5"
  # Exact versions, because a new one can change what apply does. Commit the .terraform.lock.hcl that
  # terraform init writes: it also pins the content of the downloads.
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "7.33.0"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "7.33.0"
    }
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  user_project_override = true # API keys and Identity Platform require a quota project
  billing_project       = var.project
}

provider "google-beta" {
  project               = var.project
  region                = var.region
  user_project_override = true
  billing_project       = var.project
}

data "google_project" "this" {}

locals {
  host = "${var.service}-${data.google_project.this.number}.${var.region}.run.app"
  iap  = length(var.staff) > 0

  # The auth domain must be the host that users open. Redirects to providers work on no other host.
  closed      = google_cloud_run_v2_service.this.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  auth_domain = var.auth_domain != "" ? var.auth_domain : (local.closed ? try(var.domains[0], local.host) : local.host)
}

resource "google_project_service" "needed" {
  for_each = toset([
    "apikeys.googleapis.com",
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "containeranalysis.googleapis.com",
    "firebaserules.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "iap.googleapis.com",
    "identitytoolkit.googleapis.com",
    "logging.googleapis.com",
    "run.googleapis.com",
    "securetoken.googleapis.com",
  ])
  service            = each.value
  disable_on_destroy = false
}

resource "google_firestore_database" "default" {
  name                    = "(default)"
  location_id             = var.region
  type                    = "FIRESTORE_NATIVE"
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  depends_on              = [google_project_service.needed]
}

resource "google_firestore_field" "erasures" {
  database   = google_firestore_database.default.name
  collection = "erasures"
  field      = "expireAt"
  ttl_config {}
}

resource "google_firestore_field" "demotions" {
  database   = google_firestore_database.default.name
  collection = "demotions"
  field      = "expireAt"
  ttl_config {}
}

resource "google_firebaserules_ruleset" "firestore" {
  source {
    files {
      name    = "firestore.rules"
      content = file("${path.module}/../../firestore.rules")
    }
  }
  depends_on = [google_firestore_database.default]
}

resource "google_firebaserules_release" "firestore" {
  name         = "cloud.firestore"
  ruleset_name = google_firebaserules_ruleset.firestore.name
}

resource "google_identity_platform_config" "this" {
  sign_in {
    email {
      enabled           = true
      password_required = !contains(var.sign_in_methods, "emailLink")
    }
  }
  authorized_domains = distinct(concat(
    ["${var.project}.firebaseapp.com", local.host, local.auth_domain], var.domains
  ))
  depends_on = [google_project_service.needed]
}

# The browser API key, which identifies the project and allows sign-in only.
resource "google_apikeys_key" "browser" {
  name         = "${var.service}-browser"
  display_name = "${var.service}-browser"
  restrictions {
    api_targets {
      service = "identitytoolkit.googleapis.com"
    }
    api_targets {
      service = "securetoken.googleapis.com"
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_artifact_registry_repository" "images" {
  repository_id = var.service
  location      = var.region
  format        = "DOCKER"
  depends_on    = [google_project_service.needed]
}

resource "google_storage_bucket" "sources" {
  name                        = "${var.project}-${var.service}-build"
  location                    = var.region
  uniform_bucket_level_access = true
}

# Counts rejected and failed requests, by error code and route. The same as refusals-metric.yaml.
resource "google_logging_metric" "refusals" {
  name        = "latchkey_refusals"
  description = "Requests that Latchkey rejected or that failed, by reason"
  filter      = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"request\" AND jsonPayload.reason:*"
  label_extractors = {
    reason = "EXTRACT(jsonPayload.reason)"
    route  = "EXTRACT(httpRequest.requestUrl)"
  }
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    labels {
      key         = "reason"
      description = "Error code of the response, such as token_expired"
    }
    labels {
      key         = "route"
      description = "Pattern of the route, such as /api/profile"
    }
  }
}
