//! Long lists of ids, sent in parts.

use crate::error::{Error, ErrorKind};

/// The parts of a list. No document says how long the lists of Genesys' queries may be, so a part
/// that is refused is sent again in halves.
pub(crate) struct Chunks<'a, T> {
    rest: &'a [T],
    size: usize,
}

/// The size to begin with.
const LARGEST: usize = 100;

impl<'a, T> Chunks<'a, T> {
    pub(crate) fn of(list: &'a [T]) -> Self {
        Self { rest: list, size: LARGEST }
    }

    /// The next part, until it is done with.
    pub(crate) fn next(&self) -> Option<&'a [T]> {
        let size = self.size.min(self.rest.len());
        self.rest.get(..size).filter(|part| !part.is_empty())
    }

    /// The part was answered.
    pub(crate) fn done(&mut self) {
        self.rest = self.rest.get(self.size..).unwrap_or_default();
    }

    /// The part failed. The error comes back where a smaller part would fail as well.
    pub(crate) fn failed(&mut self, error: Error) -> Result<(), Error> {
        let size = self.size.min(self.rest.len());
        let too_long = error.kind() == ErrorKind::Rejected
            && matches!(error.status(), Some(400 | 413))
            && size > 1;
        if !too_long {
            return Err(error);
        }
        self.size = size / 2;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal() -> Error {
        Error::new(ErrorKind::Rejected, "/x").with_status(400)
    }

    proptest! {
        #[test]
        fn every_id_is_asked_for_once_whatever_the_limit_is(length in 0_usize..350, limit in 1_usize..150) {
            let list: Vec<usize> = (0..length).collect();
            let mut chunks = Chunks::of(&list);
            let (mut asked, mut calls) = (Vec::new(), 0);
            while let Some(part) = chunks.next() {
                calls += 1;
                if part.len() > limit {
                    chunks.failed(refusal()).unwrap();
                } else {
                    asked.extend_from_slice(part);
                    chunks.done();
                }
            }
            prop_assert_eq!(asked, list);
            prop_assert!(calls <= 7 + length.div_ceil(limit.min(100).div_ceil(2)));
        }
    }

    #[test]
    fn a_part_of_one_and_other_errors_end_it() {
        assert!(Chunks::of(&[1]).failed(refusal()).is_err());
        let forbidden = Error::new(ErrorKind::Forbidden, "/x").with_status(403);
        assert!(Chunks::of(&[1, 2]).failed(forbidden).is_err());
    }
}
