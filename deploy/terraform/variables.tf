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
