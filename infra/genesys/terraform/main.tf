locals {
  # The two ways in: the API key alone, or a token of OAuth beside it.
  sets = {
    key = {
      folder     = "data-actions"
      prefix     = ""
      credential = "userDefined"
      name       = var.integration_name
    }
    oauth = {
      folder     = "data-actions-oauth"
      prefix     = "oauth/"
      credential = "userDefinedOAuth"
      name       = "${var.integration_name} (OAuth)"
    }
  }
  modes = toset(var.keep_both ? keys(local.sets) : [var.auth_mode])

  # One data action for each route. The files are the single source of contract and request: importing them by hand and
  # applying this module give the same actions.
  actions = merge([
    for mode in local.modes : {
      for file in fileset("${path.module}/../${local.sets[mode].folder}", "*.custom.json") :
      "${local.sets[mode].prefix}${trimsuffix(file, ".custom.json")}" => {
        mode = mode
        file = jsondecode(file("${path.module}/../${local.sets[mode].folder}/${file}"))
      }
    }
  ]...)

  token = jsondecode(file("${path.module}/../data-actions-oauth/HRIS-OAuth.customAuth.json"))

  workflows = toset([
    for file in fileset("${path.module}/../flows", "*.yaml") : trimsuffix(file, ".yaml")
  ])
}

# Genesys says not to change the type of a credential once actions are published: each way in has an integration of its own.
resource "genesyscloud_integration_credential" "api" {
  for_each = local.modes

  name                 = "${local.sets[each.key].name} credential"
  credential_type_name = local.sets[each.key].credential

  fields = merge({
    baseUrl = var.base_url
    apiKey  = var.api_key
    }, each.key == "oauth" ? {
    tokenUrl     = var.token_url
    clientId     = var.client_id
    clientSecret = var.client_secret
  } : {})

  lifecycle {
    precondition {
      condition     = each.key == "key" || (var.token_url != null && var.client_id != null && var.client_secret != null)
      error_message = "OAuth needs token_url, client_id and client_secret: the outputs of the stack say where they are."
    }
  }
}

resource "genesyscloud_integration" "data_actions" {
  for_each = local.modes

  integration_type = "custom-rest-actions"
  intended_state   = "ENABLED"

  config {
    name        = local.sets[each.key].name
    notes       = "Reads and writes time off in the HRIS."
    properties  = jsonencode({})
    advanced    = jsonencode({})
    credentials = { (var.credential_key) = genesyscloud_integration_credential.api[each.key].id }
  }
}

# Before there were two ways in, there was one of each.
moved {
  from = genesyscloud_integration_credential.api
  to   = genesyscloud_integration_credential.api["key"]
}

moved {
  from = genesyscloud_integration.data_actions
  to   = genesyscloud_integration.data_actions["key"]
}

# Genesys makes this action with the integration and deletes it with it. What it sends is all that can be set.
resource "genesyscloud_integration_custom_auth_action" "token" {
  for_each = setintersection(local.modes, ["oauth"])

  integration_id = genesyscloud_integration.data_actions[each.key].id
  name           = local.token.name

  config_request {
    request_url_template = local.token.config.request.requestUrlTemplate
    request_type         = local.token.config.request.requestType
    request_template     = local.token.config.request.requestTemplate
    headers              = local.token.config.request.headers
  }

  config_response {
    translation_map          = local.token.config.response.translationMap
    translation_map_defaults = local.token.config.response.translationMapDefaults
    success_template         = local.token.config.response.successTemplate
  }
}

# Changing a contract destroys the action and makes another with a new id.
resource "genesyscloud_integration_action" "action" {
  for_each   = local.actions
  depends_on = [genesyscloud_integration_custom_auth_action.token]

  name                   = each.value.file.name
  category               = local.sets[each.value.mode].name
  integration_id         = genesyscloud_integration.data_actions[each.value.mode].id
  secure                 = each.value.file.secure
  config_timeout_seconds = each.value.file.config.timeoutSeconds
  contract_input         = jsonencode(each.value.file.contract.input.inputSchema)
  contract_output        = jsonencode(each.value.file.contract.output.successSchema)

  config_request {
    request_url_template = each.value.file.config.request.requestUrlTemplate
    request_type         = each.value.file.config.request.requestType
    request_template     = each.value.file.config.request.requestTemplate
    headers              = each.value.file.config.request.headers
  }

  config_response {
    translation_map          = each.value.file.config.response.translationMap
    translation_map_defaults = each.value.file.config.response.translationMapDefaults
    success_template         = each.value.file.config.response.successTemplate
  }
}

# A workflow names its data action by category and name, and that is resolved once, when it is published. So the action
# must be there first, and another id of it publishes the workflow again; its file alone would not have changed.
resource "genesyscloud_flow" "workflow" {
  for_each = local.workflows

  filepath            = "${path.module}/../flows/${each.key}.yaml"
  update_trigger_hash = genesyscloud_integration_action.action["${local.sets[var.auth_mode].prefix}${each.key}"].id

  substitutions = {
    division         = var.division
    integration_name = local.sets[var.auth_mode].name
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
