//! An e-mail address, as two of them are compared that ought to be one.

use icu_normalizer::DecomposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use strsim::osa_distance;

/// How many letters may differ.
const LETTERS: usize = 2;

/// An address without what often differs: case, alias, accents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) local: String,
    pub(super) domain: String,
}

impl Address {
    pub(super) fn of(email: &str) -> Option<Self> {
        let plain = without_accents(&email.trim().to_lowercase());
        let (local, domain) = plain.split_once('@')?;
        // `agent+wfm` is delivered to `agent`.
        let local = match local.split_once('+') {
            Some((before, _)) if !before.is_empty() => before,
            _ => local,
        };
        Some(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// Without digits: who differ in these alone are two people with one name.
    fn letters(&self) -> impl Iterator<Item = char> {
        self.local.chars().filter(|character| !character.is_ascii_digit())
    }

    /// How many letters differ, where they are few enough.
    pub(super) fn distance(&self, other: &Self) -> Option<usize> {
        if self.domain != other.domain || self.letters().eq(other.letters()) {
            return None;
        }
        Some(osa_distance(&self.local, &other.local)).filter(|distance| *distance <= LETTERS)
    }

    /// The hashes of what is left of it after each deletion of at most two characters.
    pub(super) fn deletions(&self) -> impl Iterator<Item = u32> {
        let letters: Vec<u32> = self.local.chars().map(u32::from).collect();
        let start = self.domain.chars().fold(HASH_START, |hash, letter| mix(hash, letter.into()));
        let length = letters.len();
        let pairs = (0..=length).flat_map(move |first| {
            // The position after the last letter stands for no deletion.
            let second = if first == length { length..=length } else { first + 1..=length };
            second.map(move |second| (first, second))
        });
        pairs.map(move |(first, second)| {
            let kept = letters.iter().enumerate();
            let kept = kept.filter(|(place, _)| *place != first && *place != second);
            fold(kept.fold(start, |hash, (_, letter)| mix(hash, *letter)))
        })
    }

    pub(super) fn deletion_count(&self) -> usize {
        let length = self.local.chars().count();
        1 + length + length * length.saturating_sub(1) / 2
    }
}

const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

fn mix(hash: u64, letter: u32) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3)
}

fn fold(hash: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    u32::from_le_bytes([a ^ e, b ^ f, c ^ g, d ^ h])
}

fn without_accents(text: &str) -> String {
    let decomposed = DecomposingNormalizer::new_nfkd().normalize(text);
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_mark = |character: &char| categories.get(*character) == GeneralCategory::NonspacingMark;
    decomposed.chars().filter(|character| !is_mark(character)).collect()
}
