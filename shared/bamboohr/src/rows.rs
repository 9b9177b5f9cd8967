//! Lists, read row by row: a row that was read is not kept as text, and there is a most of them.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A list with more rows than this is no right answer.
pub(crate) const MOST_ROWS: usize = 60_000;

/// Why a list was not read to its end.
pub(crate) enum Stopped<E> {
    /// It is no array.
    NoList(serde_json::Error),
    /// It has more than [`MOST_ROWS`].
    TooMany,
    /// The reader of a row gave up.
    Row(E),
}

/// Hands the rows of a JSON array on, one by one. The rows are whole JSON values; what is in them
/// was not looked at.
pub(crate) fn each_row<'de, E>(
    list: &'de str,
    read: impl FnMut(&'de RawValue) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let mut rows = Rows { read, stopped: None };
    let mut text = serde_json::Deserializer::from_str(list);
    let outcome = text.deserialize_any(&mut rows).and_then(|()| text.end());
    match (rows.stopped, outcome) {
        (Some(stopped), _) => Err(stopped),
        (None, Err(error)) => Err(Stopped::NoList(error)),
        (None, Ok(())) => Ok(()),
    }
}

struct Rows<F, E> {
    read: F,
    stopped: Option<Stopped<E>>,
}

impl<'de, E, F: FnMut(&'de RawValue) -> Result<(), E>> Visitor<'de> for &mut Rows<F, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(row) = rows.next_element()? {
            number += 1;
            let stopped = match number > MOST_ROWS {
                true => Some(Stopped::TooMany),
                false => (self.read)(row).err().map(Stopped::Row),
            };
            if stopped.is_some() {
                self.stopped = stopped;
                return Err(de::Error::custom("not read to its end"));
            }
        }
        Ok(())
    }
}

/// A value in a row, if it is there and of the right kind.
pub(crate) fn value<'de, T: Deserialize<'de>>(raw: Option<&'de RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}
