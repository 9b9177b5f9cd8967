"""Checks of the AWS template, the OpenAPI document, the deploy script and the roles, all without an AWS account."""
