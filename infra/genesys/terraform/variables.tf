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

variable "integration_name" {
  description = "Name of the Web Services Data Actions integration. It is also the category of the data actions, by which the workflows find them."
  type        = string
  default     = "Time-off bridge"
}

variable "division" {
  description = "Division of the workflows."
  type        = string
  default     = "Home"
}

variable "credential_key" {
  description = "Name under which the integration type asks for its credential. Genesys' provider documents basicAuth, whatever the credential's type."
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
