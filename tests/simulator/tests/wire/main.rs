//! The simulator over raw HTTP: what it imitates is proven here, so that the tests of the bridge
//! can rely on it.
#![cfg(test)]

mod api_keys;
mod balances;
mod caller;
mod control;
mod employees;
mod faults;
mod late;
mod oversized;
mod people;
mod quirks;
mod requests;
mod rows;
mod shapes;
