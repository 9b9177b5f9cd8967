//! The shrink guard: a list that lost too many agents at once is more likely a mistake than the
//! truth, and Genesys un-associates everybody who is missing.

use contract::{ErrorCode, ExternalId, Failure};
use store::Baseline;

/// A list last answered with fewer agents than this guards nothing: a pilot group comes and goes.
const TOO_FEW_TO_GUARD: usize = 10;

/// How a list came past the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// It is no shorter than allowed.
    Free,
    /// It is, and an operator accepts that.
    Accepted,
}

/// Compares the list (`ids` ascend) with the one last answered over HTTP.
pub(crate) fn check(
    baseline: Option<&Baseline>,
    ids: &[ExternalId],
    max_percent: u8,
) -> Result<Passage, Failure> {
    if ids.is_empty() {
        return Err(Failure::new(
            ErrorCode::ShrinkGuard,
            "BambooHR lists no active employee with an e-mail address. An empty list would \
            un-associate every agent, so it is never answered. Check the access of the API key's \
            owner, EMAIL_FIELD and AGENT_FILTER.",
        ));
    }
    let Some(baseline) = baseline.filter(|baseline| baseline.ids.len() >= TOO_FEW_TO_GUARD) else {
        return Ok(Passage::Free);
    };
    let of = baseline.ids.len();
    let missing = baseline.ids.iter().filter(|id| ids.binary_search(id).is_err()).count();
    if missing * 100 <= of * usize::from(max_percent) {
        Ok(Passage::Free)
    } else if baseline.shrink_accepted {
        Ok(Passage::Accepted)
    } else {
        Err(Failure::new(
            ErrorCode::ShrinkGuard,
            format!(
                "{missing} of the {of} agents last answered are missing from BambooHR's list, more \
                than {max_percent} %. Nothing was changed. Check the access of the API key's owner \
                and AGENT_FILTER; if the company did shrink, accept it once with \
                `timeoff-admin accept-shrink`."
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(range: std::ops::RangeInclusive<u64>) -> Vec<ExternalId> {
        range.map(|number| ExternalId::new(number).unwrap()).collect()
    }

    fn answered(count: u64, shrink_accepted: bool) -> Baseline {
        Baseline { ids: ids(1..=count), shrink_accepted }
    }

    #[test]
    fn twenty_percent_pass_and_one_more_does_not() {
        assert_eq!(check(Some(&answered(100, false)), &ids(21..=100), 20), Ok(Passage::Free));
        let failure = check(Some(&answered(100, false)), &ids(22..=100), 20).unwrap_err();
        assert_eq!(failure.code, ErrorCode::ShrinkGuard);
        assert!(failure.sentence.starts_with("21 of the 100 agents"), "{failure}");
    }

    #[test]
    fn newcomers_do_not_make_up_for_the_missing() {
        assert!(check(Some(&answered(100, false)), &ids(50..=500), 20).is_err());
    }

    #[test]
    fn the_first_list_and_a_small_one_pass() {
        assert_eq!(check(None, &ids(1..=1), 20), Ok(Passage::Free));
        assert_eq!(check(Some(&answered(9, false)), &ids(9..=9), 20), Ok(Passage::Free));
        assert!(check(Some(&answered(10, false)), &ids(10..=10), 20).is_err());
    }

    #[test]
    fn a_hundred_percent_switch_it_off_but_for_an_empty_list() {
        assert_eq!(check(Some(&answered(100, false)), &ids(101..=101), 100), Ok(Passage::Free));
        assert!(check(Some(&answered(100, false)), &[], 100).is_err());
        assert!(check(None, &[], 100).is_err());
    }

    #[test]
    fn an_acceptance_lets_a_short_list_pass_and_is_kept_for_one() {
        assert_eq!(check(Some(&answered(100, true)), &ids(90..=100), 20), Ok(Passage::Accepted));
        assert_eq!(check(Some(&answered(100, true)), &ids(2..=100), 20), Ok(Passage::Free));
        assert!(check(Some(&answered(100, true)), &[], 20).is_err());
    }
}
