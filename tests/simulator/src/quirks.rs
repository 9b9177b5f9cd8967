//! Ways in which BambooHR's accounts differ, or may differ: each field is one open question.

use serde::{Deserialize, Serialize};

/// What BambooHR does where recordings differ or nobody knows. The default is what the newest
/// recordings show, else what seems most likely; the README says which is which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Quirks {
    /// A note is cut after so many characters.
    pub longest_note: Option<usize>,
    /// A note is cut before its first character beyond U+FFFF, as databases do whose characters
    /// have at most three bytes.
    pub cuts_note_beyond_basic_plane: bool,
    /// A create whose `previousRequest` is superseded already.
    pub supersede_again: SupersedeAgain,
    /// Whether an approved request that has begun can be superseded.
    pub supersedes_started: bool,
    /// Whether an approved request that has begun can be cancelled or denied.
    pub closes_started: bool,
    /// Whether a change to the status that a request has already is answered 200.
    pub accepts_repeated_status: bool,
    /// Whether the note goes along when a person's edit gives a request a new id.
    pub edit_carries_note: bool,
    /// Whether the list still shows superseded requests.
    pub lists_superceded: bool,
    /// Empty notes in the list are `[]`, as in 2020, instead of `{}`.
    pub empty_notes_are_arrays: bool,
    /// A create's answer has `overlappingRequests` where something overlaps.
    pub reports_overlaps: bool,
    /// The key's owner sees requests and may do little with them: every `actions` but `view` is
    /// false. What the calls allow stays as it is.
    pub reader_has_few_rights: bool,
    /// Answers are `transfer-encoding: chunked`, also empty ones; else they have a content length.
    pub chunked_answers: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            longest_note: None,
            cuts_note_beyond_basic_plane: false,
            supersede_again: SupersedeAgain::BadRequest,
            supersedes_started: false,
            closes_started: false,
            accepts_repeated_status: false,
            edit_carries_note: true,
            lists_superceded: true,
            empty_notes_are_arrays: false,
            reports_overlaps: true,
            reader_has_few_rights: false,
            chunked_answers: true,
        }
    }
}

impl Quirks {
    /// The note as BambooHR keeps it.
    pub(crate) fn kept_note(&self, note: String) -> String {
        let longest = self.longest_note.unwrap_or(usize::MAX);
        let kept = |character: &char| {
            !self.cuts_note_beyond_basic_plane || u32::from(*character) <= 0xffff
        };
        note.chars().take(longest).take_while(kept).collect()
    }
}

/// What becomes of a create whose `previousRequest` is superseded already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupersedeAgain {
    /// 400.
    BadRequest,
    /// 403.
    Forbidden,
    /// A further request is made.
    Accepted,
}
