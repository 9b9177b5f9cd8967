//! E-mail addresses of agents: the one rule for what counts as one, wherever one is read.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde::{Serialize, Serializer};

/// The text is not one e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one e-mail address, without blanks or invisible characters inside, and without \
    mailto: before it"
)]
pub struct InvalidEmail;

/// The e-mail address of an agent, as the HRIS holds it or an operator pinned it, without what
/// cannot be seen around it.
///
/// Genesys associates by the exact address, so an address that cannot be somebody's address in
/// Genesys is none: text that holds blanks or invisible characters, several addresses, or a link.
/// A clone shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Email(Arc<str>);

impl Email {
    /// The address in the case that the HRIS has it in.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared: without case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// Whether both are the same address.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0 || self.folded() == other.folded()
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let address = text.trim_matches(is_unseen);
        let (local, domain) = address.split_once('@').ok_or(InvalidEmail)?;
        let is_link = local.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
        let forbidden = |character| is_unseen(character) || matches!(character, ';' | ',');
        if local.is_empty()
            || domain.is_empty()
            || domain.contains('@')
            || is_link
            || address.contains(forbidden)
        {
            return Err(InvalidEmail);
        }
        Ok(Self(address.into()))
    }
}

/// Blanks, and what no screen shows: controls, and everything of Unicode's category Cf or marked
/// as ignorable by default (zero-width characters, soft hyphens, direction marks, fillers). People
/// paste such characters along with an address.
fn is_unseen(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() || character == ' ';
    }
    character.is_whitespace()
        || character.is_control()
        || CodePointMapData::<GeneralCategory>::new().get(character) == GeneralCategory::Format
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Without the address, which is personal.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<String> {
        text.parse::<Email>().ok().map(|email| email.as_str().to_owned())
    }

    /// Every character of category Cf, by an independent reading of it: the ranges of Unicode 16.
    fn format_characters() -> Vec<char> {
        let ranges = [
            0xAD..=0xAD,
            0x600..=0x605,
            0x61C..=0x61C,
            0x6DD..=0x6DD,
            0x70F..=0x70F,
            0x890..=0x891,
            0x8E2..=0x8E2,
            0x180E..=0x180E,
            0x200B..=0x200F,
            0x202A..=0x202E,
            0x2060..=0x2064,
            0x2066..=0x206F,
            0xFEFF..=0xFEFF,
            0xFFF9..=0xFFFB,
            0x110BD..=0x110BD,
            0x110CD..=0x110CD,
            0x13430..=0x1343F,
            0x1BCA0..=0x1BCA3,
            0x1D173..=0x1D17A,
            0xE0001..=0xE0001,
            0xE0020..=0xE007F,
        ];
        ranges.into_iter().flatten().filter_map(char::from_u32).collect()
    }

    #[test]
    fn every_character_of_category_cf_is_unseen() {
        let seen: Vec<char> =
            format_characters().into_iter().filter(|character| !is_unseen(*character)).collect();
        assert!(seen.is_empty(), "{seen:?}");
        assert_eq!(format_characters().len(), 170);
    }

    #[test]
    fn letters_digits_and_signs_of_addresses_are_seen() {
        let text = "azAZ09.!#$%&'*+/=?^_`{|}~-éøßжあ한";
        assert!(!text.contains(is_unseen));
    }

    #[test]
    fn fillers_and_joiners_outside_cf_cannot_be_seen_either() {
        for character in ['\u{34f}', '\u{3164}', '\u{115f}', '\u{fe0f}', '\u{e0100}', '\u{0}'] {
            assert!(is_unseen(character), "{character:?}");
        }
    }

    #[test]
    fn what_is_no_single_address_is_none() {
        for text in [
            "",
            "  ",
            "\u{200b}",
            "nobody",
            "@example.com",
            "ada@",
            "a b@example.com",
            "a@x;b@x",
            "a@x,b@x",
            "a@x;",
            ";a@x",
            "a@x,",
            "a@b@x",
            "a@@x",
            "mailto:a@x",
            "MailTo:a@x",
            " mailto:a@x",
            "a\u{ad}@x",
            "a@x\u{200d}y",
            "a\t@x",
            "a\u{0}@x",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_surrounds_an_address_is_trimmed_and_its_case_kept() {
        for text in [
            "Ada@Example.com",
            " Ada@Example.com\r\n",
            "\u{feff}Ada@Example.com",
            "Ada@Example.com\u{200b}",
            "\u{a0}\u{200f}Ada@Example.com\u{202c} \u{ad}",
        ] {
            assert_eq!(parsed(text).as_deref(), Some("Ada@Example.com"), "{text:?}");
        }
        assert_eq!(parsed("ada+leave@example.com").as_deref(), Some("ada+leave@example.com"));
        assert_eq!(parsed("mailto@example.com").as_deref(), Some("mailto@example.com"));
    }

    #[test]
    fn case_makes_no_other_address_and_nothing_shows_it() {
        let email: Email = "Ada@example.com".parse().unwrap();
        let other: Email = "ADA@EXAMPLE.COM".parse().unwrap();
        assert!(email.is_same(&other) && email != other);
        assert_eq!(format!("{email:?}"), "Email(…)");
    }

    fn unseen() -> impl Strategy<Value = char> {
        prop_oneof![
            proptest::sample::select(format_characters()),
            proptest::sample::select(vec![' ', '\t', '\n', '\u{a0}', '\u{3000}', '\u{85}']),
        ]
    }

    proptest! {
        #[test]
        fn unseen_characters_around_an_address_change_nothing_and_inside_unmake_it(
            local in "[a-zA-Z0-9.+_-]{1,12}",
            domain in "[a-zA-Z0-9-]{1,8}\\.[a-z]{2,5}",
            before in proptest::collection::vec(unseen(), 0..4),
            after in proptest::collection::vec(unseen(), 0..4),
            inside in unseen(),
            at in any::<proptest::sample::Index>(),
        ) {
            let address = format!("{local}@{domain}");
            let surrounded: String =
                before.into_iter().chain(address.chars()).chain(after).collect();
            prop_assert_eq!(parsed(&surrounded), Some(address.clone()));

            let mut torn = address;
            torn.insert(1 + at.index(torn.len() - 1), inside);
            prop_assert_eq!(parsed(&torn), None);
        }

        #[test]
        fn whatever_is_taken_for_an_address_is_one_and_parses_to_itself(text in "\\PC{0,6}@\\PC{0,6}|.{0,16}") {
            if let Some(address) = parsed(&text) {
                prop_assert_eq!(address.matches('@').count(), 1);
                prop_assert!(!address.contains(|character: char| character.is_whitespace() || ";,".contains(character)));
                prop_assert!(text.contains(&address));
                prop_assert_eq!(parsed(&address), Some(address.clone()));
            }
        }
    }
}
