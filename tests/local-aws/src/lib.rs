#![doc = include_str!("../README.md")]

mod definition;
mod dynamodb;
mod error;
mod faults;
mod front;
mod secrets;
mod test_table;

pub use dynamodb::{DynamoDb, REGION, client};
pub use error::Error;
pub use faults::{Fault, Faults, Gate, Injection};
pub use secrets::SecretsManager;
pub use test_table::TestTable;
