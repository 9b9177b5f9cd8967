//! The operations as a caller meets them.
#![cfg(test)]

mod arbitrary_input;
mod bad_input;
mod base_path;
mod binaries;
mod bounds;
mod configuration;
mod deployed_memory;
mod described;
mod gateway;
mod get_agent;
mod get_agents;
mod get_timeoff_types;
mod hris_failures;
mod logs;
mod people;
mod post_balances;
mod post_timeoff_requests;
mod put_timeoff_requests;
mod requests;
mod table_items;
