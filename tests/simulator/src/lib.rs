#![doc = include_str!("../README.md")]

mod answer;
mod balance;
mod call;
mod chaos;
mod company;
mod control;
mod fault;
mod faults;
mod gate;
mod model;
mod request;
mod routes;
mod seed;
mod server;
mod shared;
mod simulator;
mod wire;
mod world;
mod xml;

pub use chaos::Chaos;
pub use fault::{Action, Fault, LateAnswer, Matcher, Operation, Release, RetryAfter};
pub use jiff::civil::{Date, date};
pub use model::{Assignment, Employee, PolicyType, Source, Text, TimeOffType, Unit};
pub use request::{NewRequest, RequestStatus, RequestView};
pub use rust_decimal::Decimal;
pub use seed::Seed;
pub use simulator::Simulator;
pub use world::{Calls, Write};
