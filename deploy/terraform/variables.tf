variable "project" {
  description = "The id of a Google Cloud project with billing on."
  type        = string
}

variable "region" {
  description = "Of the service, the image and the database."
  type        = string
  default     = "us-central1"
}

variable "service" {
  description = "Name of the service, of its account and of the image repository."
  type        = string
  default     = "latchkey"
}

variable "public" {
  description = "Whether everybody may send requests. Who may call the API, ID tokens decide either way."
  type        = bool
  default     = true
}

variable "developers" {
  description = "Who may send requests to a private service, such as user:dev@example.com."
  type        = set(string)
  default     = []
}

variable "staff" {
  description = "Whom Identity-Aware Proxy lets in, such as group:staff@example.com. Not empty turns IAP on for the whole service."
  type        = set(string)
  default     = []
}

variable "cors_origins" {
  description = "Origins of pages elsewhere that may call the API, such as https://app.example.com."
  type        = list(string)
  default     = []
}

variable "domains" {
  description = "Further domains that people sign in on."
  type        = list(string)
  default     = []
}

variable "sign_in_methods" {
  description = "The methods that are offered; all but passwords and email links need a provider in the console first."
  type        = list(string)
  default     = ["password"]
}

variable "auth_domain" {
  description = "A domain of the service instead of PROJECT.firebaseapp.com, see the README."
  type        = string
  default     = ""
}

variable "google_client_ids" {
  description = "OAuth client ids whose Google ID tokens /api/google/tokeninfo answers."
  type        = list(string)
  default     = []
}

variable "tenant_id" {
  description = "The Identity Platform tenant that the users are in."
  type        = string
  default     = ""
}
