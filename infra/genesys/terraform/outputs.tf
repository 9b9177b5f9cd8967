output "workflow_ids" {
  description = "Workflow id by name: select these in the WFM Time-off HRIS integration."
  value       = { for name, workflow in genesyscloud_flow.workflow : name => workflow.id }
}

output "data_action_ids" {
  description = "Id by name of the data actions that the workflows call."
  value = {
    for name, action in genesyscloud_integration_action.action :
    trimprefix(name, "oauth/") => action.id if local.actions[name].mode == var.auth_mode
  }
}

output "integration_id" {
  description = "Id of the Web Services Data Actions integration that the workflows use."
  value       = genesyscloud_integration.data_actions[var.auth_mode].id
}

output "wfm_hris_integration_id" {
  description = "Id of the WFM Time-off HRIS integration, where this module makes it."
  value       = one(genesyscloud_integration.wfm_hris[*].id)
}
