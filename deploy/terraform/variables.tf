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
  description = "Name of the service, its service accounts and the image repository."
  type        = string
  default     = "latchkey"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,22}[a-z0-9]$", var.service))
    error_message = "Set service to 6 to 24 lowercase letters, digits and hyphens, beginning with a letter."
  }
}

variable "build_region" {
  description = "Region of the build. Cloud Build is restricted to a few regions in some projects."
  type        = string
  default     = "us-central1"
}

variable "access" {
  description = "Who can open the service: public, private (developers, through IAM) or staff (through Identity-Aware Proxy). The API requires an ID token in any case."
  type        = string
  default     = "public"
  validation {
    condition     = contains(["public", "private", "staff"], var.access)
    error_message = "Set access to public, private or staff."
  }
}

variable "developers" {
  description = "Who may call a private service, such as user:dev@example.com."
  type        = set(string)
  default     = []
}

variable "staff" {
  description = "Who Identity-Aware Proxy lets in, such as group:staff@example.com."
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

variable "settings" {
  description = "Other settings of the service by the names in README.md, such as SUPPORT_CONTACT."
  type        = map(string)
  default     = {}
  validation {
    condition = alltrue([for name in keys(var.settings) : contains([
      "GOOGLE_CLIENT_IDS", "IAP_AUDIENCE", "RATE_LIMIT_ACCOUNT", "RATE_LIMIT_ADDRESS", "SESSION_PANEL",
      "SUPPORT_CONTACT", "TENANT_ID",
    ], name)])
    error_message = "One of the settings doesn't exist or has a variable of its own."
  }
  validation {
    condition     = alltrue([for value in values(var.settings) : !can(regex("[\\s;|$]", value))])
    error_message = "A setting contains a space or one of the characters ; | $."
  }
}

variable "min_instances" {
  description = "1 avoids cold starts but costs money around the clock."
  type        = number
  default     = 0
}

variable "max_instances" {
  description = "Limits what an attack can cost."
  type        = number
  default     = 10
}

variable "deletion_protection" {
  description = "Whether terraform destroy fails. To delete the service, set it to false, apply, then destroy. Users and the database are never deleted."
  type        = bool
  default     = true
}

variable "load_balancer" {
  description = "Public addresses of the load balancer in front. If set, the service accepts no other requests, and its run.app URL is closed. Set it once the load balancer works, together with domains, whose first must lead to it."
  type        = list(string)
  default     = []
}
