//! What the last run could not put into the list, for operators.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use contract::ExternalId;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Index, packed};
use crate::Error;
use crate::table::{Item, key};

const WHAT: &str = "findings of the last run";

/// Active records that are not in the list, and why. Ids only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Records without a usable e-mail, ascending.
    pub skipped: Vec<ExternalId>,
    /// Records with an e-mail that another record has too, ascending by who lost it.
    pub conflicts: Vec<Conflict>,
}

/// Two active records with one e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Who is not in the list.
    pub lost: ExternalId,
    /// Who is, with the e-mail.
    pub kept: ExternalId,
}

#[derive(Serialize, Deserialize)]
struct Attributes {
    skipped: ByteBuf,
    conflicts: ByteBuf,
}

impl Findings {
    pub(super) fn key() -> Item {
        key("INDEX", "FINDINGS")
    }

    /// Findings that cannot be read count as none: they are written anew when they differ.
    pub(super) fn read(item: Option<Item>) -> Self {
        item.and_then(|item| Self::parse(item).ok()).unwrap_or_default()
    }

    fn parse(item: Item) -> Result<Self, Error> {
        let damaged = || Error::Corrupt { what: WHAT };
        let id = |number| ExternalId::new(number).ok_or_else(damaged);
        let attributes: Attributes = serde_dynamo::from_item(item).map_err(|_| damaged())?;
        let conflicts: Vec<(u64, u64)> = packed::unpack(&attributes.conflicts, WHAT)?;
        Ok(Self {
            skipped: packed::unpack_ids(&attributes.skipped, WHAT)?
                .into_iter()
                .map(id)
                .collect::<Result<_, _>>()?,
            conflicts: conflicts
                .into_iter()
                .map(|(lost, kept)| Ok(Conflict { lost: id(lost)?, kept: id(kept)? }))
                .collect::<Result<_, Error>>()?,
        })
    }
}

impl Index {
    /// What the last run could not put into the list.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn findings(&self) -> Result<Findings, Error> {
        let read = self
            .table
            .client()
            .get_item()
            .table_name(self.table.name())
            .set_key(Some(Findings::key()))
            .consistent_read(true)
            .send()
            .await?;
        read.item.map(Findings::parse).transpose().map(Option::unwrap_or_default)
    }

    pub(super) async fn write_findings(&self, findings: &Findings) -> Result<(), Error> {
        let skipped: Vec<u64> = findings.skipped.iter().map(|id| id.get()).collect();
        let conflicts: Vec<(u64, u64)> = findings
            .conflicts
            .iter()
            .map(|conflict| (conflict.lost.get(), conflict.kept.get()))
            .collect();
        self.table
            .client()
            .put_item()
            .table_name(self.table.name())
            .set_item(Some(Findings::key()))
            .item("skipped", AttributeValue::B(Blob::new(packed::pack_ids(&skipped)?)))
            .item(
                "conflicts",
                AttributeValue::B(Blob::new(packed::deflate(&packed::json(&conflicts)?)?)),
            )
            .send()
            .await?;
        Ok(())
    }
}
