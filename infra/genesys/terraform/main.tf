locals {
  # One data action for each route. The files are the single source of contract and request: importing them by hand and
  # applying this module give the same actions.
  actions = {
    for file in fileset("${path.module}/../data-actions", "*.custom.json") :
    trimsuffix(file, ".custom.json") => jsondecode(file("${path.module}/../data-actions/${file}"))
  }

  workflows = toset([
    for file in fileset("${path.module}/../flows", "*.yaml") : trimsuffix(file, ".yaml")
  ])
}

resource "genesyscloud_integration_credential" "api" {
  name                 = "${var.integration_name} credential"
  credential_type_name = "userDefined"

  fields = {
    baseUrl = var.base_url
    apiKey  = var.api_key
  }
}

resource "genesyscloud_integration" "data_actions" {
  integration_type = "custom-rest-actions"
  intended_state   = "ENABLED"

  config {
    name        = var.integration_name
    notes       = "Reads and writes time off in the HRIS."
    properties  = jsonencode({})
    advanced    = jsonencode({})
    credentials = { (var.credential_key) = genesyscloud_integration_credential.api.id }
  }
}

# Changing a contract destroys the action and makes another with a new id.
resource "genesyscloud_integration_action" "action" {
  for_each = local.actions

  name                   = each.value.name
  category               = var.integration_name
  integration_id         = genesyscloud_integration.data_actions.id
  secure                 = each.value.secure
  config_timeout_seconds = each.value.config.timeoutSeconds
  contract_input         = jsonencode(each.value.contract.input.inputSchema)
  contract_output        = jsonencode(each.value.contract.output.successSchema)

  config_request {
    request_url_template = each.value.config.request.requestUrlTemplate
    request_type         = each.value.config.request.requestType
    request_template     = each.value.config.request.requestTemplate
    headers              = each.value.config.request.headers
  }

  config_response {
    translation_map          = each.value.config.response.translationMap
    translation_map_defaults = each.value.config.response.translationMapDefaults
    success_template         = each.value.config.response.successTemplate
  }
}

# A workflow names its data action by category and name, and that is resolved once, when it is published. So the action
# must be there first, and another id of it publishes the workflow again; its file alone would not have changed.
resource "genesyscloud_flow" "workflow" {
  for_each = local.workflows

  filepath            = "${path.module}/../flows/${each.key}.yaml"
  update_trigger_hash = genesyscloud_integration_action.action[each.key].id

  substitutions = {
    division         = var.division
    integration_name = var.integration_name
  }
}

# Off unless var.wfm_hris says otherwise: nobody has published the type id and the property names.
resource "genesyscloud_integration" "wfm_hris" {
  count = var.wfm_hris == null ? 0 : 1

  integration_type = var.wfm_hris.type
  intended_state   = var.wfm_hris.state

  config {
    name  = var.wfm_hris.name
    notes = "Time off from the HRIS, through the workflows HRIS-*."
    properties = jsonencode(merge(
      { for workflow, property in var.wfm_hris.properties : property => genesyscloud_flow.workflow[workflow].id },
      var.wfm_hris.settings,
    ))
    advanced    = jsonencode({})
    credentials = {}
  }
}
