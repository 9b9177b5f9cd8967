//! When a read is tried again.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::error::Error;

/// How often a read is tried in all.
pub(crate) const ATTEMPTS: u32 = 4;

const FIRST_CEILING: Duration = Duration::from_millis(100);
const LAST_CEILING: Duration = Duration::from_secs(2);

/// How long to wait after this failure of the given attempt, counted from 1.
pub(crate) fn wait_after(attempt: u32, error: &Error) -> Duration {
    if let Some(asked) = error.retry_after() {
        return asked;
    }
    if attempt == 1 && error.is_broken_connection() {
        return Duration::ZERO;
    }
    backoff(attempt)
}

/// Exponential, with full jitter: anything between nothing and the ceiling, so that callers do not
/// come back in step.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    (FIRST_CEILING * (1 << doublings)).min(LAST_CEILING).mul_f64(fastrand::f64())
}

/// `Retry-After` as seconds or as a date. BambooHR documents that it sends it, not in which form.
///
/// A date counts from the server's own `Date`, where it gives one, so that a wrong clock here does
/// no harm.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = |text: &str| {
        rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
    };
    let then = date(text)?;
    let now =
        headers.get(DATE).and_then(|now| date(now.to_str().ok()?)).unwrap_or_else(Timestamp::now);
    Some(Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(retry_after: &str, date: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(retry_after).unwrap());
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        headers
    }

    fn http_date(timestamp: Timestamp) -> String {
        rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).unwrap()
    }

    proptest! {
        #[test]
        fn seconds_and_dates_mean_the_same(seconds in 0_u32..1_000_000, now in 0_i64..4_000_000_000) {
            let now = Timestamp::from_second(now).unwrap();
            let then = now + SignedDuration::from_secs(seconds.into());
            let wanted = Some(Duration::from_secs(seconds.into()));
            prop_assert_eq!(retry_after(&headers(&seconds.to_string(), None)), wanted);
            prop_assert_eq!(retry_after(&headers(&http_date(then), Some(&http_date(now)))), wanted);
        }

        #[test]
        fn a_date_that_has_passed_means_now(past in 0_i64..1_000_000_000) {
            let past = http_date(Timestamp::from_second(past).unwrap());
            prop_assert_eq!(retry_after(&headers(&past, None)), Some(Duration::ZERO));
        }

        #[test]
        fn anything_else_is_no_answer(text in "[ -~]{0,40}") {
            let digits = text.trim().bytes().all(|byte| byte.is_ascii_digit()) && !text.trim().is_empty();
            prop_assert!(retry_after(&headers(&text, None)).is_none() || digits);
        }

        #[test]
        fn back_off_stays_under_its_ceiling(attempt in 1_u32..100) {
            let ceiling = LAST_CEILING.min(FIRST_CEILING * 2_u32.saturating_pow(attempt - 1).min(1_000));
            prop_assert!(backoff(attempt) <= ceiling);
        }
    }

    #[test]
    fn absurd_seconds_do_not_overflow() {
        let asked = retry_after(&headers("99999999999999999999999999", None));
        assert_eq!(asked, Some(Duration::from_secs(u64::MAX)));
    }
}
