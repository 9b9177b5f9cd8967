//! `GET /agents`, the refresh and the look-ups, from event to answer, against BambooHR's simulator
//! and a real table.

#[cfg(test)]
mod absent;
#[cfg(test)]
mod absent_table;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod filter;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod large;
#[cfg(test)]
mod list;
#[cfg(test)]
mod look_up;
mod retention;
#[cfg(test)]
mod world;
