//! The marker in the employee's note: the one text of a request that is ours to write and comes
//! back.

use contract::RequestKey;

/// BambooHR's limit for a note, in characters.
const LONGEST_NOTE: usize = 1_024;

const OPENING: &str = " [tb:";
const CLOSING: char = ']';

/// The note with the marker of `key` at its end: an earlier marker is replaced, a note too long for
/// both is cut.
pub(crate) fn with_marker(note: Option<&str>, key: RequestKey) -> String {
    let marker = format!("{OPENING}{key}{CLOSING}");
    let text = without_marker(note.unwrap_or_default());
    let room = LONGEST_NOTE - marker.chars().count();
    text.chars().take(room).chain(marker.chars()).collect()
}

/// The key in the marker at the end of a note.
pub(crate) fn marked_key(note: Option<&str>) -> Option<RequestKey> {
    split(note?).map(|(_, key)| key)
}

fn without_marker(mut note: &str) -> &str {
    while let Some((text, _)) = split(note) {
        note = text;
    }
    note
}

fn split(note: &str) -> Option<(&str, RequestKey)> {
    let marked = note.trim_end().strip_suffix(CLOSING)?;
    // BambooHR may trim a note that is nothing but the marker.
    let (text, key) = marked
        .rsplit_once(OPENING)
        .or_else(|| marked.strip_prefix(OPENING.trim_start()).map(|key| ("", key)))?;
    Some((text, key.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> RequestKey {
        text.parse().unwrap()
    }

    proptest! {
        #[test]
        fn any_note_carries_its_marker(note in "\\PC{0,1200}") {
            let marked = with_marker(Some(&note), key("0123456789ab"));
            prop_assert!(marked.chars().count() <= LONGEST_NOTE);
            prop_assert_eq!(marked_key(Some(&marked)), Some(key("0123456789ab")));
        }

        #[test]
        fn a_marker_is_replaced_and_never_repeated(note in "\\PC{0,1200}") {
            let once = with_marker(Some(&note), key("0123456789ab"));
            let twice = with_marker(Some(&once), key("ffffffffffff"));
            prop_assert_eq!(twice.matches("[tb:").count(), 1 + note.matches("[tb:").count());
            prop_assert_eq!(marked_key(Some(&twice)), Some(key("ffffffffffff")));
        }
    }

    #[test]
    fn the_note_before_the_marker_is_intact() {
        let note = "He said \"ja\"\nund grüßte";
        assert_eq!(
            with_marker(Some(note), key("0123456789ab")),
            "He said \"ja\"\nund grüßte [tb:0123456789ab]"
        );
        assert_eq!(with_marker(None, key("0123456789ab")), " [tb:0123456789ab]");
    }

    #[test]
    fn a_marker_survives_trimming() {
        assert_eq!(marked_key(Some("[tb:0123456789ab]")), Some(key("0123456789ab")));
        assert_eq!(marked_key(Some("Sea [tb:0123456789ab]\n")), Some(key("0123456789ab")));
    }

    #[test]
    fn what_looks_like_a_marker_elsewhere_is_text() {
        for note in ["[tb:0123456789ab] sea", "sea [tb:0123]", "sea [tb:0123456789AB]", "", "sea"] {
            assert_eq!(marked_key(Some(note)), None, "{note:?}");
        }
        assert_eq!(marked_key(None), None);
    }
}
