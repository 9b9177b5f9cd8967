//! Half a character in JSON text.

use std::borrow::Cow;

/// Half of a surrogate pair may stand in JSON text as an escape (`\ud83c`), and senders that cut
/// texts by UTF-16 units write it. No Rust text can hold it, so serde_json refuses the whole
/// document; here U+FFFD takes its place. Escapes occur in strings only, keys among them, and both
/// spellings have the same length. Whatever else is wrong with the text stays as it is.
pub(crate) fn with_whole_characters(json: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(backslash) = json[at..].iter().position(|&byte| byte == b'\\') {
        at += backslash;
        at += match (unit_at(json, at), unit_at(json, at + ESCAPE)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE,
            (Some(0xD800..=0xDFFF), _) => {
                mended.to_mut()[at..at + ESCAPE].copy_from_slice(REPLACEMENT);
                ESCAPE
            }
            (Some(_), _) => ESCAPE,
            // An escape of one character, of which a backslash begins no escape of its own.
            (None, _) => 2.min(json.len() - at),
        };
    }
    mended
}

const REPLACEMENT: &[u8; ESCAPE] = b"\\ufffd";
/// The length of `\uXXXX`.
const ESCAPE: usize = 6;

/// The UTF-16 unit that an escape at this place stands for.
fn unit_at(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    // `from_str_radix` takes a sign, too.
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};
    use serde_json::{Map, Value};

    use super::*;

    /// Texts as UTF-16, with more halves of pairs than chance would give.
    fn units() -> impl Strategy<Value = Vec<u16>> {
        vec(prop_oneof![any::<u16>(), 0xD800_u16..=0xDFFF, 0x20_u16..0x7F], 0..12)
    }

    /// A JSON string in which every unit is an escape.
    fn escaped(units: &[u16]) -> String {
        let mut text = String::from('"');
        for unit in units {
            write!(text, "\\u{unit:04x}").unwrap();
        }
        text + "\""
    }

    proptest! {
        #[test]
        fn any_units_in_keys_and_values_are_read(key in units(), value in units()) {
            let (name, text) = (escaped(&key), escaped(&value));
            let json = format!("{{{name}:[{text},{{{name}:{text}}}]}}");
            let read: Value = serde_json::from_slice(&with_whole_characters(json.as_bytes())).unwrap();
            let (name, text) = (String::from_utf16_lossy(&key), String::from_utf16_lossy(&value));
            let inner = Value::from(Map::from_iter([(name.clone(), text.clone().into())]));
            let expected = Map::from_iter([(name, vec![text.into(), inner].into())]);
            prop_assert_eq!(read, Value::Object(expected));
        }

        #[test]
        fn text_without_halves_is_left_alone(text in ".{0,40}", bytes in vec(any::<u8>(), 0..40)) {
            let json = serde_json::to_vec(&text).unwrap();
            prop_assert_eq!(&*with_whole_characters(&json), &json[..]);
            prop_assert_eq!(with_whole_characters(&bytes).len(), bytes.len());
        }
    }

    #[test]
    fn only_what_is_half_is_replaced() {
        for (json, mended) in [
            (r#""Beach \ud83c""#, r#""Beach \ufffd""#),
            (r#""\ud83c\udfd6 \uDFD6""#, r#""\ud83c\udfd6 \ufffd""#),
            (r#""\ud83c\ud83c\udfd6""#, r#""\ufffd\ud83c\udfd6""#),
            (r#""\\ud83c""#, r#""\\ud83c""#),
            (r#""\\\ud83c""#, r#""\\\ufffd""#),
            (r#""\ud83c\n""#, r#""\ufffd\n""#),
            (r#""\ud8"#, r#""\ud8"#),
            (r#""\u+83c""#, r#""\u+83c""#),
            ("\\", "\\"),
        ] {
            let read = with_whole_characters(json.as_bytes());
            assert_eq!(std::str::from_utf8(&read).unwrap(), mended);
        }
    }
}
