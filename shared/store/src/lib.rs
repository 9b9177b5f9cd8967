#![doc = include_str!("../README.md")]

mod error;
mod table;

pub use error::Error;
pub use table::{Item, Table};
