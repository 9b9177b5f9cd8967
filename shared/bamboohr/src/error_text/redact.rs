//! What must not be quoted is cut out of a text.

use std::collections::HashSet;
use std::ops::Range;

/// Of a longer secret, so many of its characters in a row give it away.
const SHORTEST_RUN: usize = 8;

/// The text with everything cut that also stands in the secret, in capitals or not: runs of 8
/// characters or more with the words that they end in, or the whole of a shorter secret as a word.
pub(super) fn without(text: &str, secret: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (folded, secret) = (folded(text), folded(secret));
    let secret: Vec<char> = secret.into_iter().map(|(character, _)| character).collect();
    let run = SHORTEST_RUN.min(secret.len());
    if run == 0 {
        return text.to_owned();
    }
    let parts: HashSet<&[char]> = secret.windows(run).collect();
    let text: Vec<char> = folded.iter().map(|(character, _)| *character).collect();
    let joins = |place: Option<usize>| {
        place.and_then(|place| text.get(place)).is_some_and(|character| character.is_alphanumeric())
    };
    let mut hidden = vec![false; characters.len()];
    for (start, window) in text.windows(run).enumerate() {
        let inside_a_word =
            run < SHORTEST_RUN && (joins(start.checked_sub(1)) || joins(Some(start + run)));
        if !inside_a_word && parts.contains(window) {
            for (_, place) in folded.iter().skip(start).take(run) {
                hidden.iter_mut().skip(*place).take(1).for_each(|hidden| *hidden = true);
            }
        }
    }
    // The rest of a word that was recognised in part gives it away.
    for word in words(&characters) {
        if hidden.get(word.clone()).is_some_and(|hidden| hidden.contains(&true)) {
            hidden.get_mut(word).into_iter().flatten().for_each(|hidden| *hidden = true);
        }
    }
    with_gaps(&characters, &hidden)
}

/// The characters in one case, each with its place in the text: one may become several, as `ß`
/// does. The plus of a form is a blank.
fn folded(text: &str) -> Vec<(char, usize)> {
    let fold = |character: char| match character {
        '+' => ' ',
        character => character,
    };
    text.chars()
        .enumerate()
        .flat_map(|(place, character)| {
            let upper = fold(character).to_uppercase();
            upper.flat_map(char::to_lowercase).map(move |character| (character, place))
        })
        .collect()
}

fn with_gaps(characters: &[char], hidden: &[bool]) -> String {
    let mut rest = String::new();
    let mut in_gap = false;
    for (character, hidden) in characters.iter().zip(hidden) {
        if !hidden {
            rest.push(*character);
        } else if !in_gap {
            rest.push('…');
        }
        in_gap = *hidden;
    }
    rest
}

/// The places of the words in a text.
fn words(text: &[char]) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (place, _) in text.iter().enumerate().filter(|(_, character)| character.is_alphanumeric()) {
        match words.last_mut() {
            Some(word) if word.end == place => word.end = place + 1,
            _ => words.push(place..place + 1),
        }
    }
    words
}

/// The text with a mark in the place of everything that is like an e-mail address.
pub(super) fn without_addresses(text: &str) -> String {
    let is_boundary =
        |character: char| character.is_whitespace() || "<>()[]{}\"',;:".contains(character);
    let mut rest = String::new();
    for piece in text.split_inclusive(is_boundary) {
        let word = piece.trim_end_matches(is_boundary);
        let is_address = word.contains(['@', '＠', '﹫']) || word.to_lowercase().contains("%40");
        rest.push_str(if is_address { "[e-mail]" } else { word });
        rest.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    rest
}
