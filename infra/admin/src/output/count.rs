//! Numbers as people read them.

use std::fmt;

/// A number of things, with the word for one of them and the word for several.
pub(crate) struct Count<N>(pub(crate) N, pub(crate) &'static str, pub(crate) &'static str);

impl<N: Copy + TryInto<u64>> fmt::Display for Count<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, one, several) = self;
        let number = (*number).try_into().unwrap_or(u64::MAX);
        write!(f, "{number} {}", if number == 1 { one } else { several })
    }
}
