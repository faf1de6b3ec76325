# All grants are iam_member resources. An iam_binding is authoritative for its role: it would take
# roles/datastore.user away from every other account of the project.

resource "google_service_account" "service" {
  account_id   = var.service
  display_name = "Latchkey, the service"
  depends_on   = [time_sleep.services]
}

# A custom role, because roles/firebaseauth.admin could also change the project's sign-in settings and read
# the key of the password hashes.
resource "google_project_iam_custom_role" "accounts" {
  role_id = "${replace(var.service, "-", "_")}_accounts"
  title   = "Latchkey: user accounts"
  permissions = [
    "firebaseauth.configs.get",
    "firebaseauth.users.get",
    "firebaseauth.users.update",
    "firebaseauth.users.delete",
    "identitytoolkit.tenants.get",
  ]
  depends_on = [time_sleep.services]
}

resource "google_project_iam_member" "service_accounts" {
  project = var.project
  role    = google_project_iam_custom_role.accounts.id
  member  = google_service_account.service.member
}

resource "google_project_iam_member" "service_documents" {
  project = var.project
  role    = "roles/datastore.user"
  member  = google_service_account.service.member
}

resource "google_service_account" "build" {
  account_id   = "${var.service}-build"
  display_name = "Latchkey, build and deploy"
  depends_on   = [time_sleep.services]
}

resource "google_project_iam_member" "build_logs" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

# On the service, not the project: the builder must not change other services.
resource "google_cloud_run_v2_service_iam_member" "build_deploys" {
  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.developer"
  member   = google_service_account.build.member
}

# gcloud waits until the deployment, an operation of the project, has finished.
resource "google_project_iam_custom_role" "deployments" {
  role_id     = "${replace(var.service, "-", "_")}_deployments"
  title       = "Latchkey: wait for deployments"
  permissions = ["run.operations.get"]
  depends_on  = [time_sleep.services]
}

resource "google_project_iam_member" "build_waits" {
  project = var.project
  role    = google_project_iam_custom_role.deployments.id
  member  = google_service_account.build.member
}

resource "google_service_account_iam_member" "build_deploys_as_service" {
  service_account_id = google_service_account.service.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.build.member
}

# The smoke test sends an ID token of the account to a private service:
# https://docs.cloud.google.com/build/docs/securing-builds/authorize-service-to-service-access
resource "google_service_account_iam_member" "build_identifies_itself" {
  count              = var.access == "private" ? 1 : 0
  service_account_id = google_service_account.build.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_storage_bucket_iam_member" "build_reads_sources" {
  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}
