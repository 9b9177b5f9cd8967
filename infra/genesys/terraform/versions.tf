terraform {
  required_version = ">= 1.5"

  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
      # genesyscloud_flow has update_trigger_hash since 1.68.5.
      version = ">= 1.70.0, < 2.0.0"
    }
  }
}
