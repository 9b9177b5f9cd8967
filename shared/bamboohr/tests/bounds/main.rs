//! Whatever BambooHR answers, time and memory have an end.

#[cfg(all(test, target_os = "linux"))]
mod memory;
#[cfg(test)]
mod server;
#[cfg(test)]
mod time;
