//! The simulator over raw HTTP: what it imitates is proven here, so that the tests of the bridge
//! can rely on it.
#![cfg(test)]

mod balances;
mod caller;
mod control;
mod employees;
mod faults;
mod gate;
mod requests;
mod shapes;
