variable "project" {
  description = "ID of a Google Cloud project with billing."
  type        = string
}

variable "region" {
  description = "Region of the service, the images and the database."
  type        = string
  default     = "us-central1"
}

variable "service" {
  description = "Name of the service, its service account and the image repository. 6 to 24 characters."
  type        = string
  default     = "latchkey"
}

variable "public" {
  description = "Whether the service is public. The API requires an ID token in any case."
  type        = bool
  default     = true
}

variable "developers" {
  description = "Who may call a private service, such as user:dev@example.com."
  type        = set(string)
  default     = []
}

variable "staff" {
  description = "Who Identity-Aware Proxy lets in, such as group:staff@example.com. If not empty, IAP protects the whole service."
  type        = set(string)
  default     = []
}

variable "cors_origins" {
  description = "Other origins whose pages may call the API, such as https://app.example.com."
  type        = list(string)
  default     = []
}

variable "domains" {
  description = "More domains that users sign in on."
  type        = list(string)
  default     = []
}

variable "sign_in_methods" {
  description = "Sign-in methods that the pages offer. All but password and emailLink must be set up first; see docs/sign-in-methods.md."
  type        = list(string)
  default     = ["password"]
}

variable "auth_domain" {
  description = "Exactly the host that users open. The default is the run.app host, or the first of domains behind a load balancer."
  type        = string
  default     = ""
}

variable "google_client_ids" {
  description = "OAuth client IDs whose Google ID tokens /api/google/tokeninfo accepts."
  type        = list(string)
  default     = []
}

variable "tenant_id" {
  description = "Identity Platform tenant that users sign in to."
  type        = string
  default     = ""
}

variable "load_balancer" {
  description = "Public addresses of the load balancer in front. If set, the service accepts no other requests, and its run.app URL is closed. Set it once the load balancer works, together with domains, whose first must lead to it."
  type        = list(string)
  default     = []
}
