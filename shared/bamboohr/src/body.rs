//! The body of an answer: never longer than a right one, and mended where BambooHR's JSON is not
//! quite JSON.

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;

use crate::error_text::LONGEST_DOCUMENT;

/// Why there is no whole body.
pub(crate) enum NoBody {
    /// It is longer than a right one.
    TooLong,
    /// It is compressed, which was not asked for: how long it is cannot be seen.
    Compressed,
    /// The connection broke.
    Broken(reqwest::Error),
}

/// The body, read piece by piece and given up as soon as it is too long. Of a failure no more is
/// read than an error document may have.
pub(crate) async fn whole_body(mut response: Response, longest: usize) -> Result<Vec<u8>, NoBody> {
    let longest = if response.status().is_success() { longest } else { LONGEST_DOCUMENT };
    let is_plain = |coding: &str| coding.trim().eq_ignore_ascii_case("identity");
    if let Some(coding) = response.headers().get(CONTENT_ENCODING)
        && !coding.to_str().is_ok_and(is_plain)
    {
        return Err(NoBody::Compressed);
    }
    let promised = response.content_length().map_or(Ok(0), usize::try_from);
    let Some(promised) = promised.ok().filter(|promised| *promised <= longest) else {
        return Err(NoBody::TooLong);
    };
    let mut body = Vec::with_capacity(promised);
    while let Some(chunk) = response.chunk().await.map_err(NoBody::Broken)? {
        if chunk.len() > longest - body.len() {
            return Err(NoBody::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Makes JSON of what BambooHR sends in its place: control characters stand in its texts as they
/// are, and a note may have been cut in the middle of a character. Each of these becomes a mark of
/// the same length, so that nothing is copied, and one bad note spoils no list.
pub(crate) fn mend(body: &mut [u8]) {
    if let Some(mark) = body.get_mut(..3).filter(|start| *start == [0xEF, 0xBB, 0xBF]) {
        mark.fill(b' ');
    }
    // Without a condition around the store, for sixteen bytes at a time.
    for byte in body.iter_mut() {
        *byte = if *byte < b' ' { b' ' } else { *byte };
    }
    mend_utf8(body);
    mend_escapes(body);
}

/// Bytes that are no UTF-8 become question marks.
fn mend_utf8(body: &mut [u8]) {
    let mut rest = body;
    while let Err(error) = std::str::from_utf8(rest) {
        let after = rest.get_mut(error.valid_up_to()..).unwrap_or_default();
        let length = error.error_len().unwrap_or(after.len());
        let (bad, next) = after.split_at_mut(length);
        bad.fill(b'?');
        rest = next;
    }
}

/// Half of a surrogate pair becomes U+FFFD, and a backslash before anything that JSON does not know
/// a question mark.
fn mend_escapes(body: &mut [u8]) {
    // Most bodies have none, and this looks for it word by word.
    if !body.contains(&b'\\') {
        return;
    }
    let mut rest = body;
    while let Some(place) = rest.iter().position(|byte| *byte == b'\\') {
        let (_, escape) = rest.split_at_mut(place);
        let length = match (escape.get(1), code_unit(escape)) {
            (Some(b'u'), Some(0xD800..=0xDBFF)) => match escape.get(6..).and_then(code_unit) {
                Some(0xDC00..=0xDFFF) => 12,
                _ => replace_escape(escape),
            },
            (Some(b'u'), Some(0xDC00..=0xDFFF)) => replace_escape(escape),
            (Some(b'u'), Some(_)) => 6,
            (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => 2,
            _ => {
                escape.iter_mut().take(1).for_each(|byte| *byte = b'?');
                1
            }
        };
        rest = escape.get_mut(length..).unwrap_or_default();
    }
}

/// The code unit of `\u00e9` at the beginning.
fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.contains('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

fn replace_escape(escape: &mut [u8]) -> usize {
    const REPLACEMENT: &[u8] = b"\\ufffd";
    if let Some(place) = escape.get_mut(..REPLACEMENT.len()) {
        place.copy_from_slice(REPLACEMENT);
    }
    REPLACEMENT.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn mended(body: impl Into<Vec<u8>>) -> Vec<u8> {
        let mut body = body.into();
        mend(&mut body);
        body
    }

    fn text(body: impl Into<Vec<u8>>) -> String {
        serde_json::from_slice(&mended(body)).unwrap()
    }

    #[test]
    fn what_is_no_json_becomes_json_of_the_same_length() {
        for (body, wanted) in [
            ("\"a\tb\u{b}c\u{0}\r\n\"".as_bytes(), "a b c   "),
            (br#""Beach \ud83c""#, "Beach \u{fffd}"),
            (br#""\ud83c\ud83c\udfd6\udfd6 \uD83C""#, "\u{fffd}\u{1f3d6}\u{fffd} \u{fffd}"),
            (br#""\ud83c\u0041""#, "\u{fffd}A"),
            (br#""\ud83c\n\\ud83c""#, "\u{fffd}\n\\ud83c"),
            (br#""it\'s \x \u12g4""#, "it?'s ?x ?u12g4"),
            (b"\"cut \xF0\x9F\x8F\"", "cut ???"),
            (b"\"\xC3\xBC \xE9\"", "\u{fc} ?"),
            (b"\xEF\xBB\xBF\"mark\"", "mark"),
        ] {
            assert_eq!(text(body), wanted, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn what_breaks_off_stays_broken() {
        for body in [r#""\"#, r#""\u"#, r#""\ud83c"#, r#""\ud83c\ud"#, "\"", "[{", "\\"] {
            assert!(serde_json::from_slice::<Value>(&mended(body)).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn json_is_not_touched(texts in proptest::collection::vec("\\PC{0,20}", 0..6)) {
            let json = json!({ "texts": texts, "escaped": "\n\t\u{b}\u{1f3d6}" }).to_string();
            prop_assert_eq!(mended(json.clone()), json.into_bytes());
        }

        #[test]
        fn any_bytes_between_quotes_become_a_text(
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            // Escapes at random, of which the last may not swallow the closing quote.
            let inside: Vec<u8> = bytes.iter().map(|byte| match byte {
                b'"' => b'\\',
                byte => *byte,
            }).collect();
            let body = [b"[\"", inside.as_slice(), b" \"]"].concat();
            let body = mended(body);
            prop_assert!(serde_json::from_slice::<Value>(&body).is_ok(), "{:?}", body);
        }

        #[test]
        fn half_a_pair_anywhere_spoils_nothing(
            before in "[a-z]{0,9}",
            unit in 0xD800_u16..0xE000,
            after in "[a-z]{0,9}",
        ) {
            let body = format!(r#"["{before}\u{unit:04x}{after}",1]"#);
            let read: Value = serde_json::from_slice(&mended(body)).unwrap();
            prop_assert_eq!(read, json!([format!("{before}\u{fffd}{after}"), 1]));
        }
    }
}
