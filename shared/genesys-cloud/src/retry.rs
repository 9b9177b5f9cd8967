//! When a call is made again, and how long it waits before.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::client::Limits;
use crate::error::{Error, ErrorKind};

const FIRST_CEILING: Duration = Duration::from_millis(200);
const LAST_CEILING: Duration = Duration::from_secs(5);

/// What a 429 without `Retry-After` waits: a fifth of the minute that limits are counted in.
const UNTOLD_PAUSE: Duration = Duration::from_secs(12);

/// The failed tries of one call so far.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    failures: u32,
    throttles: u32,
}

impl Tries {
    /// How long to wait before the call is made again; `None` when it is not.
    ///
    /// A 429 says that nothing was done, so a write is repeated after it, too.
    pub(crate) fn pause(
        &mut self,
        limits: &Limits,
        error: &Error,
        is_read: bool,
    ) -> Option<Duration> {
        let (pause, again) = if error.kind() == ErrorKind::RateLimited {
            self.throttles += 1;
            (throttled_for(error), self.throttles <= limits.throttles)
        } else {
            self.failures += 1;
            let again = is_read && error.is_transient() && self.failures < limits.tries;
            (error.retry_after().unwrap_or_else(|| backoff(self.failures)), again)
        };
        (again && pause <= limits.longest_pause).then_some(pause)
    }

    pub(crate) fn count(&self) -> u32 {
        self.failures + self.throttles
    }
}

/// How long a 429 holds all calls back.
pub(crate) fn throttled_for(error: &Error) -> Duration {
    error.retry_after().unwrap_or(UNTOLD_PAUSE)
}

/// Exponential, with full jitter: anything between nothing and the ceiling, so that callers do not
/// come back in step.
pub(crate) fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_CEILING * (1 << doublings)).min(LAST_CEILING).mul_f64(fastrand::f64())
}

/// `Retry-After` in seconds, the only form that Genesys' SDKs read.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    header_number(headers, RETRY_AFTER.as_str()).map(Duration::from_secs)
}

/// How long the rest of the present window is when its limit is used up.
///
/// `inin-ratelimit-count` counts the calls of the window, `-allowed` is the limit (which differs by
/// route and may be raised for an organisation), `-reset` the seconds until the window ends.
pub(crate) fn used_up_for(headers: &HeaderMap) -> Option<Duration> {
    let count = header_number(headers, "inin-ratelimit-count")?;
    let allowed = header_number(headers, "inin-ratelimit-allowed")?;
    let reset = header_number(headers, "inin-ratelimit-reset")?;
    (count >= allowed).then(|| Duration::from_secs(reset))
}

fn header_number(headers: &HeaderMap, name: &str) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(values: &[(&'static str, String)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        values.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
    }

    proptest! {
        #[test]
        fn only_a_used_up_limit_holds_back(count in 0_u64..500, allowed in 0_u64..500, reset in 0_u64..100) {
            let read = used_up_for(&headers(&[
                ("inin-ratelimit-count", count.to_string()),
                ("inin-ratelimit-allowed", allowed.to_string()),
                ("inin-ratelimit-reset", reset.to_string()),
            ]));
            prop_assert_eq!(read, (count >= allowed).then(|| Duration::from_secs(reset)));
        }

        #[test]
        fn no_header_makes_reading_panic(text in "[ -~]{0,40}") {
            let digits = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(retry_after(&headers(&[("retry-after", text)])).is_some(), digits);
        }

        #[test]
        fn back_off_stays_under_its_ceiling(failures in 1_u32..100) {
            let ceiling = LAST_CEILING.min(FIRST_CEILING * 2_u32.saturating_pow(failures - 1).min(1_000));
            prop_assert!(backoff(failures) <= ceiling);
        }
    }

    #[test]
    fn a_write_is_repeated_after_a_429_only() {
        let limits = Limits::default();
        let error = |kind| Error::new(kind, "/x").with_retry_after(Some(Duration::from_secs(1)));
        for (kind, read, write) in [
            (ErrorKind::RateLimited, true, true),
            (ErrorKind::Unavailable, true, false),
            (ErrorKind::Transport, true, false),
            (ErrorKind::Rejected, false, false),
            (ErrorKind::Conflict, false, false),
            (ErrorKind::Forbidden, false, false),
            (ErrorKind::BadResponse, false, false),
        ] {
            for (is_read, again) in [(true, read), (false, write)] {
                let pause = Tries::default().pause(&limits, &error(kind), is_read);
                assert_eq!(pause.is_some(), again, "{kind:?} {is_read}");
            }
        }
    }

    #[test]
    fn nothing_is_repeated_for_ever_or_after_hours() {
        let limits = Limits::default();
        let long = Error::new(ErrorKind::RateLimited, "/x")
            .with_retry_after(Some(Duration::from_secs(u64::MAX)));
        assert_eq!(Tries::default().pause(&limits, &long, true), None);
        for (kind, most) in
            [(ErrorKind::RateLimited, limits.throttles), (ErrorKind::Unavailable, limits.tries - 1)]
        {
            let mut tries = Tries::default();
            let error = Error::new(kind, "/x");
            let pauses = std::iter::from_fn(|| tries.pause(&limits, &error, true)).count();
            assert_eq!(pauses, most as usize, "{kind:?}");
        }
    }
}
