//! Lists as they stand in an item: JSON, deflated. DynamoDB bills and limits by the byte.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// More than an item can hold, however well it was deflated; a guard against a damaged item.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The JSON text of `value`.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|_| internal())
}

/// Deflates JSON text. The fastest level: the whole list of a large company is packed while a
/// caller waits.
pub(super) fn deflate(json: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(json.len() / 2), Compression::fast());
    encoder.write_all(json).and_then(|()| encoder.finish()).map_err(|_| internal())
}

/// Reads what [`deflate`] made; `what` names the item.
pub(super) fn inflate(bytes: &[u8], what: &'static str) -> Result<Vec<u8>, Error> {
    let mut json = Vec::with_capacity(bytes.len() * 4);
    DeflateDecoder::new(bytes)
        .take(MAX_UNPACKED)
        .read_to_end(&mut json)
        .map_err(|_| Error::Corrupt { what })?;
    Ok(json)
}

/// Reads what [`json`] and [`deflate`] made; `what` names the item.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, Error> {
    serde_json::from_slice(&inflate(bytes, what)?).map_err(|_| Error::Corrupt { what })
}

/// Packs ids that ascend as the differences between them, which deflate well.
pub(super) fn pack_ids(ids: &[u64]) -> Result<Vec<u8>, Error> {
    let mut before = 0;
    let steps: Vec<u64> = ids
        .iter()
        .map(|id| {
            let step = id.wrapping_sub(before);
            before = *id;
            step
        })
        .collect();
    deflate(&json(&steps)?)
}

/// Reads what [`pack_ids`] made.
pub(super) fn unpack_ids(bytes: &[u8], what: &'static str) -> Result<Vec<u64>, Error> {
    let mut id: u64 = 0;
    let steps: Vec<u64> = unpack(bytes, what)?;
    Ok(steps
        .into_iter()
        .map(|step| {
            id = id.wrapping_add(step);
            id
        })
        .collect())
}

fn internal() -> Error {
    Error::Internal { code: "a list that could not be packed".to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_come_back(ids in proptest::collection::vec(any::<u64>(), 0..200)) {
            prop_assert_eq!(unpack_ids(&pack_ids(&ids).unwrap(), "test").unwrap(), ids);
        }
    }

    #[test]
    fn fifty_thousand_ids_are_small() {
        let ids: Vec<u64> = (1..=50_000).map(|id| id * 3 + id % 7).collect();
        assert!(pack_ids(&ids).unwrap().len() < 60_000);
    }

    #[test]
    fn damage_is_an_error() {
        assert!(matches!(
            unpack_ids(b"\xff\xff", "baseline"),
            Err(Error::Corrupt { what: "baseline" })
        ));
    }
}
