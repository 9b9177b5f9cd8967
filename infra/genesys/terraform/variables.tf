variable "base_url" {
  description = "Address of the deployed API with its stage and without a slash at the end: the stack output AgentsUrl less /agents."
  type        = string

  validation {
    condition     = can(regex("^https://[^/]+(/[^/]+)*$", var.base_url))
    error_message = "base_url must start with https:// and must not end with a slash, such as https://abc123.execute-api.eu-central-1.amazonaws.com/v1."
  }
}

variable "api_key" {
  description = "The API key that API Gateway asks for in the header x-api-key."
  type        = string
  sensitive   = true
}

variable "auth_mode" {
  description = "How the workflows call the API: key (the API key alone) or oauth (a token of OAuth beside it)."
  type        = string
  default     = "key"

  validation {
    condition     = contains(["key", "oauth"], var.auth_mode)
    error_message = "auth_mode must be key or oauth."
  }
}

variable "keep_both" {
  description = "While changing over: keeps the data actions of the other auth_mode too, so that nothing fails meanwhile."
  type        = bool
  default     = false
}

variable "token_url" {
  description = "Where OAuth gives tokens: the stack output OAuthTokenUrl. Only for oauth."
  type        = string
  default     = null

  validation {
    condition     = var.token_url == null ? true : can(regex("^https://[^?#]+/oauth2/token$", var.token_url))
    error_message = "token_url must start with https:// and end with /oauth2/token."
  }
}

variable "client_id" {
  description = "Id of the OAuth client that the API accepts: the stack output OAuthClientId. Only for oauth."
  type        = string
  default     = null
}

variable "client_secret" {
  description = "Secret of the OAuth client. Only for oauth."
  type        = string
  default     = null
  sensitive   = true
}

variable "integration_name" {
  description = "Name of the Web Services Data Actions integration; with oauth followed by (OAuth). It is also the category of the data actions, by which the workflows find them."
  type        = string
  default     = "Time-off bridge"

  validation {
    condition     = !strcontains(lower(var.integration_name), "function data action")
    error_message = "integration_name must not contain \"function data action\": Genesys' provider would publish the data actions as functions."
  }
}

variable "division" {
  description = "Division of the workflows."
  type        = string
  default     = "Home"
}

variable "credential_key" {
  description = "Name under which the integration type asks for its credential: basicAuth, whatever the credential's type (so in Genesys' provider and its own installer)."
  type        = string
  default     = "basicAuth"
}

variable "wfm_hris" {
  description = <<-EOT
    The WFM Time-off HRIS integration itself; null (the default) leaves it to you to install it and to select the workflows.
    Its type id and the names of its properties are not published. Read them from your organisation with
    GET /api/v2/integrations/types and GET /api/v2/integrations/types/{typeId}/configschemas/properties, then give:
    type: the type id. properties: the property name for each workflow that is selected, by workflow. settings: further
    properties, such as the 24-hour synchronisation.
  EOT
  type = object({
    type       = string
    name       = optional(string, "WFM Time-off HRIS")
    state      = optional(string, "DISABLED")
    properties = map(string)
    settings   = optional(map(any), {})
  })
  default = null

  validation {
    condition = var.wfm_hris == null ? true : alltrue([
      for workflow in keys(var.wfm_hris.properties) :
      contains(["HRIS-Get-Agents", "HRIS-Get-Timeoff-Types", "HRIS-Get-Balance", "HRIS-Insert-TimeOff", "HRIS-Update-TimeOff"], workflow)
    ])
    error_message = "wfm_hris.properties must be keyed by workflow, such as HRIS-Get-Balance."
  }
}
