//! The one table of settings: every environment variable that a function reads.

use crate::metrics::DEFAULT_NAMESPACE;

/// A setting of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// What holds where it is unset, as one would write it; `None` where nothing does.
    pub default: Option<&'static str>,
    /// The smallest and the largest number, for numbers.
    pub range: Option<(i64, i64)>,
    /// Whether no call succeeds without it.
    pub required: bool,
}

/// A row is `NAME`, with `required`, `= "default"` and `, in lowest, highest` where that is so.
macro_rules! settings {
    ($($name:ident $($required:ident)? $(= $default:expr)? $(, in $low:literal, $high:literal)?;)+) => {
        $(
            pub(crate) const $name: Setting = Setting {
                name: stringify!($name),
                default: settings!(@optional $($default)?),
                range: settings!(@optional $(($low, $high))?),
                required: settings!(@is $($required)?),
            };
        )+

        impl Setting {
            /// Every setting.
            pub const ALL: &[Self] = &[$($name),+];
        }
    };
    (@optional) => { None };
    (@optional $value:expr) => { Some($value) };
    (@is) => { false };
    (@is required) => { true };
}

settings! {
    BAMBOOHR_SECRET_ID required;
    TABLE_NAME required;
    BAMBOOHR_BASE_URL;
    EMAIL_FIELD = "workEmail";
    AGENT_FILTER;
    MAX_SHRINK_PERCENT = "20", in 0, 100;
    AGENTS_MAX_AGE_HOURS = "0", in 0, 8_760;
    DEPARTED_RETENTION_DAYS = "90", in 0, 3_650;
    EMPLOYEE_SOURCE = "employees";
    BALANCE_THRESHOLD_MINUTES = "0", in -5_256_000, 5_256_000;
    UNLIMITED_BALANCE_MINUTES = "525600", in 0, 4_294_967_295;
    MINUTES_PER_DAY, in 1, 1_440;
    ZERO_PAYABLE = "zero";
    READ_ONLY = "false";
    UPSTREAM_CONCURRENCY = "8", in 1, 64;
    API_BUDGET_MS = "27000", in 1_000, 900_000;
    RESEND_AFTER_SECONDS = "10", in 0, 900;
    METRICS_NAMESPACE = DEFAULT_NAMESPACE;
    RUST_LOG = "info";
    AWS_LAMBDA_LOG_LEVEL;
    AWS_LAMBDA_RUNTIME_API;
    AWS_REGION required;
    AWS_DEFAULT_REGION;
    AWS_ACCESS_KEY_ID required;
    AWS_SECRET_ACCESS_KEY required;
    AWS_SESSION_TOKEN;
    AWS_ENDPOINT_URL;
    AWS_ENDPOINT_URL_DYNAMODB;
    AWS_ENDPOINT_URL_SECRETS_MANAGER;
    AWS_CA_BUNDLE;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range() {
        for setting in Setting::ALL {
            let Some((low, high)) = setting.range else { continue };
            assert!(low < high, "{setting:?}");
            let Some(default) = setting.default else { continue };
            assert!((low..=high).contains(&default.parse().unwrap()), "{setting:?}");
        }
    }
}
