//! What is shipped in `infra/genesys`, compiled in.

/// A workflow and the data action of the same name, which it calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) name: &'static str,
    /// The workflow (Archy YAML).
    pub(super) flow: &'static str,
    /// The data action (`*.custom.json`), for its contract.
    pub(super) action: &'static str,
}

macro_rules! sources {
    ($($name:literal),+) => {
        &[$(Source {
            name: $name,
            flow: include_str!(concat!("../../../../genesys/flows/", $name, ".yaml")),
            action: include_str!(
                concat!("../../../../genesys/data-actions/", $name, ".custom.json")
            ),
        }),+]
    };
}

/// The workflows that the WFM Time-off HRIS integration runs.
pub(super) const SOURCES: &[Source] = sources![
    "HRIS-Get-Agents",
    "HRIS-Get-Balance",
    "HRIS-Get-Timeoff-Types",
    "HRIS-Insert-TimeOff",
    "HRIS-Update-TimeOff"
];
