//! What commands need of Genesys Cloud: the smallest role for each.

/// Who is in which unit, and which HRIS id they have.
pub(crate) const AUDIT: &[&str] = &["wfm:agent:view", "wfm:integration:view"];

/// Associating somebody by hand.
pub(crate) const LINK: &[&str] =
    &["wfm:agent:view", "wfm:agent:edit", "wfm:integration:view", "directory:user:view"];

/// Comparing requests, and, with the last one, setting their integration status.
pub(crate) const RECONCILE: &[&str] = &[
    "wfm:agent:view",
    "wfm:integration:view",
    "wfm:timeOffPlan:view",
    "wfm:timeOffRequest:view",
    "wfm:timeOffRequest:edit (for --mark-complete and --repair alone)",
];

/// Every right to read that any command has a use for.
pub(crate) const DOCTOR: &[&str] = &[
    "wfm:agent:view",
    "wfm:integration:view",
    "wfm:timeOffRequest:view",
    "wfm:timeOffPlan:view",
    "directory:user:view",
    "integrations:integration:view",
    "integrations:action:view",
    "integrations:action:execute",
    "architect:flow:view",
];

/// "a, b and c".
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.as_ref().to_owned(),
        Some((last, others)) => {
            let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", others.join(", "), last.as_ref())
        }
    }
}
