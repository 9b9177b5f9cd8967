//! How agents are spread over items: 64 buckets by externalId and 64 by e-mail.

use std::borrow::Cow;
use std::fmt;

use contract::{Email, ExternalId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::agent::Agent;
use super::packed;
use crate::Error;

/// Buckets of each family. 50,000 agents make some 780 per bucket, 15 KB deflated, against a limit
/// of 400 KB per item; and one `BatchGetItem` (100 items at most) reads a whole family.
pub(super) const BUCKETS: u8 = 64;

/// What a bucket is called in errors.
pub(super) const WHAT: &str = "agent bucket";

/// Which key the agents of a bucket share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    Id,
    Email,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BucketId {
    family: Family,
    number: u8,
}

impl BucketId {
    /// All buckets, in the order of the manifest.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::of(Family::Id).chain(Self::of(Family::Email))
    }

    /// The buckets of one family.
    pub(super) fn of(family: Family) -> impl Iterator<Item = Self> {
        (0..BUCKETS).map(move |number| Self { family, number })
    }

    /// Where the agent with this externalId is.
    pub(super) fn by_id(external_id: ExternalId) -> Self {
        let number = u8::try_from(external_id.get() % u64::from(BUCKETS)).unwrap_or_default();
        Self { family: Family::Id, number }
    }

    /// Where the agent with this e-mail is, whatever its case.
    pub(super) fn by_email(email: &Email) -> Self {
        let first = Sha256::digest(email.folded()).first().copied().unwrap_or_default();
        Self { family: Family::Email, number: first % BUCKETS }
    }

    /// Which key its agents share.
    pub(super) fn family(self) -> Family {
        self.family
    }

    /// The position in the manifest and in every list of all buckets.
    pub(super) fn position(self) -> usize {
        let family = match self.family {
            Family::Id => 0,
            Family::Email => usize::from(BUCKETS),
        };
        family + usize::from(self.number)
    }

    /// The partition key. One of its own for each bucket: a partition takes 1,000 write units a
    /// second.
    pub(super) fn pk(self) -> String {
        match self.family {
            Family::Id => format!("INDEX#ID#{:02}", self.number),
            Family::Email => format!("INDEX#EMAIL#{:02}", self.number),
        }
    }
}

/// A digest of a bucket's content: what the state record publishes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ContentHash([u8; 16]);

impl ContentHash {
    pub(super) const LENGTH: usize = 16;
    /// Of an empty bucket, which needs no item.
    pub(super) const EMPTY: Self = Self([0; Self::LENGTH]);

    fn of(json: &[u8]) -> Self {
        let mut hash = [0; Self::LENGTH];
        for (to, from) in hash.iter_mut().zip(Sha256::digest(json)) {
            *to = from;
        }
        Self(hash)
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The agents of a bucket as text, not deflated yet: most are only compared.
#[derive(Debug)]
pub(super) struct Content {
    json: Vec<u8>,
    pub(super) hash: ContentHash,
}

/// externalId, e-mail, and the seconds since the epoch when a departed agent was last seen.
#[derive(Serialize)]
struct Row<'a>(u64, &'a str, Option<i64>);

#[derive(Deserialize)]
struct ReadRow<'a>(u64, #[serde(borrow)] Cow<'a, str>, Option<i64>);

impl Content {
    /// Of an empty bucket.
    pub(super) const EMPTY: Self = Self { json: Vec::new(), hash: ContentHash::EMPTY };

    fn new(agents: &[&Agent]) -> Result<Self, Error> {
        if agents.is_empty() {
            return Ok(Self::EMPTY);
        }
        let rows: Vec<Row<'_>> = agents
            .iter()
            .map(|agent| {
                Row(
                    agent.external_id.get(),
                    agent.email.as_str(),
                    agent.departed.map(Timestamp::as_second),
                )
            })
            .collect();
        let json = packed::json(&rows)?;
        let hash = ContentHash::of(&json);
        Ok(Self { json, hash })
    }

    /// As it is stored.
    pub(super) fn pack(&self) -> Result<Vec<u8>, Error> {
        packed::deflate(&self.json)
    }

    /// Reads what [`pack`](Self::pack) made of the content with this digest.
    pub(super) fn unpack(bytes: &[u8], hash: ContentHash) -> Result<Self, Error> {
        let json = packed::inflate(bytes, WHAT)?;
        if ContentHash::of(&json) == hash {
            Ok(Self { json, hash })
        } else {
            Err(Error::Corrupt { what: WHAT })
        }
    }

    /// The agents, ascending by externalId.
    pub(super) fn agents(&self) -> Result<Vec<Agent>, Error> {
        if self.hash == ContentHash::EMPTY {
            return Ok(Vec::new());
        }
        let damaged = || Error::Corrupt { what: WHAT };
        let rows: Vec<ReadRow<'_>> = serde_json::from_slice(&self.json).map_err(|_| damaged())?;
        rows.into_iter()
            .map(|ReadRow(external_id, email, departed)| {
                let external_id = ExternalId::new(external_id).ok_or_else(damaged)?;
                let email = email.parse().map_err(|_| damaged())?;
                let departed =
                    departed.map(Timestamp::from_second).transpose().map_err(|_| damaged())?;
                Ok(Agent { external_id, email, departed })
            })
            .collect()
    }
}

/// The content of every bucket, in the order of [`BucketId::all`]. `agents` ascend by externalId,
/// so that the same agents always make the same content.
pub(super) fn contents(agents: &[Agent]) -> Result<Vec<Content>, Error> {
    let mut buckets: Vec<Vec<&Agent>> = BucketId::all().map(|_| Vec::new()).collect();
    for agent in agents {
        for bucket in [BucketId::by_id(agent.external_id), BucketId::by_email(&agent.email)] {
            if let Some(bucket) = buckets.get_mut(bucket.position()) {
                bucket.push(agent);
            }
        }
    }
    buckets.iter().map(|agents| Content::new(agents)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agent() -> impl Strategy<Value = Agent> {
        // Letters that come back from upper case; ß does not, and is another address than SS.
        (1_u64.., "[a-zA-Zéø.]{1,12}@example\\.com", proptest::option::of(0_i64..4_000_000_000))
            .prop_map(|(external_id, email, departed)| Agent {
                external_id: ExternalId::new(external_id).unwrap(),
                email: email.parse().unwrap(),
                departed: departed.map(|seconds| Timestamp::from_second(seconds).unwrap()),
            })
    }

    proptest! {
        #[test]
        fn every_agent_is_found_in_both_of_its_buckets(agents in proptest::collection::vec(agent(), 0..80)) {
            let contents = contents(&agents).unwrap();
            for agent in &agents {
                for bucket in [BucketId::by_id(agent.external_id), BucketId::by_email(&agent.email.as_str().to_uppercase().parse().unwrap())] {
                    let content = &contents[bucket.position()];
                    prop_assert!(content.hash != ContentHash::EMPTY);
                    prop_assert!(Content::unpack(&content.pack().unwrap(), content.hash).unwrap().agents().unwrap().contains(agent));
                }
            }
            let rows: usize = contents
                .iter()
                .filter(|content| content.hash != ContentHash::EMPTY)
                .map(|content| Content::unpack(&content.pack().unwrap(), content.hash).unwrap().agents().unwrap().len())
                .sum();
            prop_assert_eq!(rows, 2 * agents.len());
        }
    }

    #[test]
    fn positions_are_those_of_the_list_of_all() {
        assert!(
            BucketId::all().enumerate().all(|(position, bucket)| bucket.position() == position)
        );
    }
}
