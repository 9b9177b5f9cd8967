//! A simulated organisation before the local stack: the whole loop on loopback.

#[cfg(test)]
mod access;
#[cfg(test)]
mod agents;
#[cfg(test)]
mod control;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod world;
