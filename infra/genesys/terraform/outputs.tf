output "workflow_ids" {
  description = "Workflow id by name: select these in the WFM Time-off HRIS integration."
  value       = { for name, workflow in genesyscloud_flow.workflow : name => workflow.id }
}

output "data_action_ids" {
  description = "Data action id by name."
  value       = { for name, action in genesyscloud_integration_action.action : name => action.id }
}

output "integration_id" {
  description = "Id of the Web Services Data Actions integration."
  value       = genesyscloud_integration.data_actions.id
}

output "wfm_hris_integration_id" {
  description = "Id of the WFM Time-off HRIS integration, where this module makes it."
  value       = one(genesyscloud_integration.wfm_hris[*].id)
}
