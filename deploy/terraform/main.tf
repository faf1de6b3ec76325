# Creates the same resources as "go run ./deploy". Before the first run:
#
#   gcloud auth application-default login
#   gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project=my-project
#
# The project must have billing, and you must be its owner. Terraform reads the project before it enables
# anything, so these two APIs must be on. Then, in this folder:
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
    time = {
      source  = "hashicorp/time"
      version = "0.13.1"
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
    "storage.googleapis.com",
  ])
  service            = each.value
  disable_on_destroy = false
}

# A new API rejects requests for a while (SERVICE_DISABLED), and the provider can't tell when that is over:
# https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/google_project_service
# If two minutes weren't enough, run terraform apply again.
resource "time_sleep" "services" {
  create_duration = "2m"
  triggers        = { services = join(" ", keys(google_project_service.needed)) }
}

resource "google_firestore_database" "default" {
  name                    = "(default)"
  location_id             = var.region
  type                    = "FIRESTORE_NATIVE"
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  deletion_policy         = "ABANDON" # terraform destroy keeps the users' data
  depends_on              = [time_sleep.services]
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

# These settings belong to the whole project, and Terraform undoes changes that you make to them elsewhere: add
# domains and sign-in methods here. It can't create them if Identity Platform is enabled already; then run
#
#   terraform import google_identity_platform_config.this projects/my-project/config
resource "google_identity_platform_config" "this" {
  sign_in {
    email {
      enabled           = true
      password_required = !contains(var.sign_in_methods, "emailLink")
    }
    phone_number {
      enabled = contains(var.sign_in_methods, "phone")
    }
    anonymous {
      enabled = contains(var.sign_in_methods, "anonymous")
    }
  }
  authorized_domains = distinct(concat(
    ["${var.project}.firebaseapp.com", local.host, local.auth_domain],
    [for url in google_cloud_run_v2_service.this.urls : trimprefix(url, "https://")],
    var.domains,
    var.access == "private" ? ["localhost"] : [], # where gcloud run services proxy serves it
  ))
  depends_on = [time_sleep.services]
}

# The browser API key, which identifies the project and allows sign-in only. Google keeps a deleted key for 30
# days, and its name can't be used again before that.
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
  depends_on = [time_sleep.services]
}

resource "google_artifact_registry_repository" "images" {
  repository_id = var.service
  location      = var.region
  format        = "DOCKER"
  depends_on    = [time_sleep.services]
}

resource "google_storage_bucket" "sources" {
  name                        = "${var.project}-${var.service}-build"
  location                    = var.region
  uniform_bucket_level_access = true
  force_destroy               = true # it contains nothing but uploaded sources
  depends_on                  = [time_sleep.services]
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
  depends_on = [time_sleep.services]
}
