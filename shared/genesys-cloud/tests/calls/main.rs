//! The client against a server that plays a script: every call as it goes over the wire.

#[cfg(test)]
mod failures;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod script;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod writes;
