//! No leave lost, none doubled: see the crate's README.

mod concurrent;
