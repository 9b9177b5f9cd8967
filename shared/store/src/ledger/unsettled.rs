//! The partition `UNSETTLED`: for each record whose outcome is open an entry with the time at which
//! it is to be looked at, so that nobody has to call again for the books to come right.

use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::items::is_expired;
use super::{Subject, Unsettled, UnsettledEntry};
use crate::table::key;
use crate::{Error, Item, Table};

const UNSETTLED: &str = "UNSETTLED";

/// Long enough to be seen by somebody should the schedule not run.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(35 * 24);

/// An entry, as it lies in the table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnsettledItem {
    pk: String,
    sk: String,
    /// Milliseconds since the epoch.
    since: i64,
    due: i64,
    expiration: i64,
}

impl UnsettledItem {
    pub(super) fn of(agent: ExternalId, subject: Subject, unsettled: Unsettled) -> Self {
        let (pk, sk) = Self::key(agent, subject);
        Self {
            pk,
            sk,
            since: unsettled.since.as_millisecond(),
            due: unsettled.due.as_millisecond(),
            expiration: unsettled
                .since
                .saturating_add(KEPT_FOR)
                .map_or(i64::from(i32::MAX), Timestamp::as_second),
        }
    }

    /// Partition and sort key.
    pub(super) fn key(agent: ExternalId, subject: Subject) -> (String, String) {
        let subject = match subject {
            Subject::Key(key) => format!("KEY#{key}"),
            Subject::Request(id) => format!("REQUEST#{id}"),
        };
        (UNSETTLED.to_owned(), format!("AGENT#{agent}#{subject}"))
    }

    fn read(item: Item) -> Option<UnsettledEntry> {
        let item: Self = serde_dynamo::from_item(item).ok()?;
        let (agent, subject) = item.sk.strip_prefix("AGENT#")?.split_once('#')?;
        let subject = match subject.split_once('#')? {
            ("KEY", key) => Subject::Key(key.parse().ok()?),
            ("REQUEST", id) => Subject::Request(id.parse().ok()?),
            _ => return None,
        };
        let unsettled = Unsettled {
            since: Timestamp::from_millisecond(item.since).ok()?,
            due: Timestamp::from_millisecond(item.due).ok()?,
        };
        Some(UnsettledEntry { agent: agent.parse().ok()?, subject, unsettled })
    }
}

impl Table {
    /// Everything that is unsettled, of all agents, due or not. One request to DynamoDB (more
    /// beyond 1 MB, which is thousands of entries).
    ///
    /// # Errors
    /// What every call can return, and [`Error::Corrupt`] for an entry that is not of the form
    /// written here.
    pub async fn unsettled(&self, now: Timestamp) -> Result<Vec<UnsettledEntry>, Error> {
        let mut entries = Vec::new();
        for item in self.partition(UNSETTLED.to_owned()).await? {
            if !is_expired(&item, now) {
                let entry = UnsettledItem::read(item);
                entries.push(entry.ok_or(Error::Corrupt { what: "settling entry" })?);
            }
        }
        Ok(entries)
    }

    /// Removes an entry whose record is gone, as after a restored table.
    ///
    /// # Errors
    /// What every call can return.
    pub async fn forget_unsettled(&self, entry: &UnsettledEntry) -> Result<(), Error> {
        let (pk, sk) = UnsettledItem::key(entry.agent, entry.subject);
        let delete = self.client().delete_item().table_name(self.name());
        delete.set_key(Some(key(pk, sk))).send().await?;
        Ok(())
    }
}
