"""Checks of everything in infra/aws, all without an AWS account; infra/aws/check runs them."""
