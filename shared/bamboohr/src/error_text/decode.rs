//! Text without the escapes behind which a quoted note or address would not be recognised.

/// Something may be escaped for JSON, that for HTML, and that for an address.
const LAYERS: usize = 4;

/// The text without the escapes of JSON, HTML and addresses, whatever wraps whatever.
pub(super) fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..LAYERS {
        let plain = percent_decoded(&unescaped(&text));
        if plain == text {
            break;
        }
        text = plain;
    }
    text
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['\\', '&']) {
        let (before, escaped) = rest.split_at(place);
        plain.push_str(before);
        let known = ESCAPES
            .iter()
            .find_map(|(escape, character)| Some((escaped.strip_prefix(escape)?, *character)));
        let known = known.or_else(|| code_point(escaped)).or_else(|| entity(escaped));
        let (after, character) = known.unwrap_or_else(|| {
            let mut characters = escaped.chars();
            let character = characters.next().unwrap_or(' ');
            (characters.as_str(), character)
        });
        plain.push(character);
        rest = after;
    }
    plain + rest
}

const ESCAPES: [(&str, char); 14] = [
    ("\\n", '\n'),
    ("\\r", '\n'),
    ("\\t", '\t'),
    ("\\\"", '"'),
    ("\\'", '\''),
    ("\\/", '/'),
    ("\\\\", '\\'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&nbsp;", ' '),
    ("&commat;", '@'),
    ("&amp;", '&'),
];

/// `\u00fc` at the beginning.
fn code_point(escaped: &str) -> Option<(&str, char)> {
    let hex = escaped.strip_prefix("\\u")?;
    let character = char::from_u32(u32::from_str_radix(hex.get(..4)?, 16).ok()?)?;
    Some((hex.get(4..)?, character))
}

/// `&#64;` or `&#x40;` at the beginning.
fn entity(escaped: &str) -> Option<(&str, char)> {
    let (number, rest) = escaped.strip_prefix("&#")?.split_once(';')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    Some((rest, char::from_u32(code.ok()?)?))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
