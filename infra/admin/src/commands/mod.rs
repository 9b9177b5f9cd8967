//! The commands, a module each: what it takes, what it does, what it shows.

pub(crate) mod agents;
pub(crate) mod doctor;
pub(crate) mod failures;
pub(crate) mod findings;
pub(crate) mod genesys_workflows;
pub(crate) mod look_up;
pub(crate) mod pins;
pub(crate) mod reconcile;
pub(crate) mod shrink;
pub(crate) mod state;
