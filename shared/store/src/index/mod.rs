//! The index: who is behind an externalId, who behind an e-mail.
//!
//! The agents stand in buckets, each item holding the content before and the content after the last
//! write. The state record says by digest which content of each bucket is published, so one
//! conditional write of that record publishes a whole run: until then every reader sees the old
//! agents, from then on the new ones.
//!
//! A run that has something to write first takes a number from the state record (its *attempt*). A
//! bucket takes no content from an attempt older than its last one, and only the latest attempt can
//! publish. So a run that stalls, crashes or overlaps with another can neither publish nor destroy
//! what is published, and no clock is involved.
//!
//! A content that is no longer published is removed once the next one is: it holds addresses that
//! nobody may keep. What a crash left behind, the next run removes.

mod agent;
mod aliases;
mod baseline;
mod batch;
mod bucket;
mod findings;
mod forget;
mod learned;
mod look_up;
mod packed;
mod publish;
mod slots;
mod snapshot;
mod state;

pub use agent::Agent;
pub use aliases::Alias;
pub use baseline::Baseline;
pub use findings::{Conflict, Findings};
pub use learned::Learned;
pub use look_up::{Known, Sought};
pub use publish::{Published, Run};
pub use snapshot::Snapshot;
pub use state::State;

use crate::Table;

/// The index in the table. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Index {
    table: Table,
}

impl Index {
    /// The index of `table`. Nothing is called until the first access.
    pub fn new(table: Table) -> Self {
        Self { table }
    }
}
