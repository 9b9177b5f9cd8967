#![doc = include_str!("../README.md")]

mod answer;
mod call;
mod company;
mod control;
mod faults;
mod gate;
mod model;
mod routes;
mod seed;
mod server;
mod simulator;
mod wire;
mod world;
mod xml;

pub use faults::{Action, Chaos, Fault, LateAnswer, Matcher, Operation, Release, RetryAfter};
pub use jiff::civil::{Date, date};
pub use model::{Assignment, Employee, NewRequest, PolicyType, RequestStatus, RequestView, Source, Text, TimeOffType, Unit};
pub use rust_decimal::Decimal;
pub use seed::Seed;
pub use simulator::Simulator;
pub use world::{Calls, Write};
