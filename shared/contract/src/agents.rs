//! The answers of the agent operations: the list in its 25 buckets, and the look-up.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{Email, ErrorCode, ExternalId, Failure, operations};

/// How many pairs of lists an answer has.
pub const BUCKET_COUNT: usize = 25;
/// How many agents a pair of lists holds: a workflow variable takes no more entries (Genesys'
/// blueprint text).
pub const BUCKET_SIZE: usize = 2_000;

/// More agents than Genesys takes: 25 × 2,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 50,000 agents")]
pub struct TooManyAgents;

impl From<TooManyAgents> for Failure {
    fn from(_: TooManyAgents) -> Self {
        Self::new(
            ErrorCode::TooManyAgents,
            "The company has more than the 50,000 agents that Genesys takes. Set AGENT_FILTER to the \
             departments, divisions or locations that matter.",
        )
    }
}

/// The output of `GET /agents`: e-mails and externalIds in 25 aligned pairs of lists, all 50 of
/// them always present.
#[derive(Clone, Debug, Default)]
pub struct AgentList {
    agents: Vec<(ExternalId, Email)>,
    skipped: usize,
    age_minutes: u64,
}

impl AgentList {
    /// The list of `agents`, in this order; `skipped` active records had no usable e-mail; the list
    /// was read `age_minutes` ago.
    pub fn new(
        agents: Vec<(ExternalId, Email)>,
        skipped: usize,
        age_minutes: u64,
    ) -> Result<Self, TooManyAgents> {
        if agents.len() > BUCKET_COUNT * BUCKET_SIZE {
            return Err(TooManyAgents);
        }
        Ok(Self { agents, skipped, age_minutes })
    }

    fn bucket(&self, index: usize) -> &[(ExternalId, Email)] {
        let start = (index * BUCKET_SIZE).min(self.agents.len());
        let end = (start + BUCKET_SIZE).min(self.agents.len());
        self.agents.get(start..end).unwrap_or_default()
    }
}

impl Serialize for AgentList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2 * BUCKET_COUNT + 3))?;
        for index in 0..BUCKET_COUNT {
            let [emails, ids] = operations::bucket(index);
            let bucket = self.bucket(index);
            map.serialize_entry(&emails, &Column(bucket, |(_, email)| email))?;
            map.serialize_entry(&ids, &Column(bucket, |(id, _)| id))?;
        }
        map.serialize_entry("agentCount", &self.agents.len())?;
        map.serialize_entry("skippedCount", &self.skipped)?;
        map.serialize_entry("listAgeMinutes", &self.age_minutes)?;
        map.end()
    }
}

/// One side of a bucket, written out without a copy of it.
struct Column<'a, T, D>(&'a [T], fn(&'a T) -> &'a D);

impl<T, D: Serialize> Serialize for Column<'_, T, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// The output of `GET /agents/{externalId}` and `GET /agents?email=…`; every field empty or false
/// when nobody was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUp {
    /// Whether anybody is known by that externalId or e-mail.
    pub found: bool,
    /// The agent's externalId.
    pub external_id: String,
    /// The agent's e-mail, as the HRIS holds it or an operator pinned it.
    pub email: String,
    /// Whether the agent was in the last complete list.
    pub active: bool,
    /// When a run last saw the agent: RFC 3339 in UTC, or `""`.
    pub last_seen: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(count: u64) -> AgentList {
        let agents = (1..=count)
            .map(|id| (ExternalId::new(id).unwrap(), format!("a{id}@example.com").parse().unwrap()))
            .collect();
        AgentList::new(agents, 3, 0).unwrap()
    }

    #[test]
    fn all_fifty_lists_are_always_there() {
        let value = serde_json::to_value(list(0)).unwrap();
        let object = value.as_object().unwrap();
        assert_eq!(
            object.values().filter(|value| value.as_array().is_some_and(Vec::is_empty)).count(),
            50
        );
        assert_eq!((&value["agentCount"], &value["skippedCount"]), (&0.into(), &3.into()));
        assert!(
            object.contains_key("emails24")
                && object.contains_key("externalIds24")
                && !object.contains_key("emails25")
        );
    }

    #[test]
    fn buckets_are_full_aligned_and_in_order() {
        let value = serde_json::to_value(list(4_500)).unwrap();
        assert_eq!(value["emails"].as_array().unwrap().len(), 2_000);
        assert_eq!(value["externalIds2"].as_array().unwrap().len(), 500);
        assert_eq!(
            (&value["externalIds1"][0], &value["emails1"][0]),
            (&"2001".into(), &"a2001@example.com".into())
        );
        assert_eq!(value["emails3"].as_array().unwrap().len(), 0);
    }

    #[test]
    fn fifty_thousand_fit_and_one_more_does_not() {
        assert_eq!(
            serde_json::to_value(list(50_000)).unwrap()["emails24"].as_array().unwrap().len(),
            2_000
        );
        let agents = vec![(ExternalId::new(1).unwrap(), "a@x".parse().unwrap()); 50_001];
        assert_eq!(AgentList::new(agents, 0, 0).unwrap_err(), TooManyAgents);
    }
}
