//! The same record's id in BambooHR's terms and in the contract's: fixed pairs, so that no id can
//! be turned into one of another kind.

use std::num::NonZeroU64;

/// An id that names the same record in the other terms.
pub(crate) trait Counterpart {
    /// The id's type there.
    type Other;

    /// The id there.
    fn counterpart(self) -> Self::Other;
}

macro_rules! pairs {
    ($($ours:ty = $theirs:ty),+ $(,)?) => {$(
        impl Counterpart for $ours {
            type Other = $theirs;

            fn counterpart(self) -> $theirs {
                NonZeroU64::from(self).into()
            }
        }

        impl Counterpart for $theirs {
            type Other = $ours;

            fn counterpart(self) -> $ours {
                NonZeroU64::from(self).into()
            }
        }
    )+};
}

pairs! {
    contract::ExternalId = bamboohr::EmployeeId,
    contract::TimeOffTypeId = bamboohr::TimeOffTypeId,
    contract::TimeOffRequestId = bamboohr::RequestId,
}
