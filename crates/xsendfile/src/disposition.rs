//! Content-Disposition (RFC 6266, with RFC 8187 for names beyond ASCII).

use std::borrow::Cow;

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

/// Whether the client shows a file or saves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disposition {
    /// Show it where that is possible. The default.
    #[default]
    Inline,
    /// Save it.
    Attachment,
}

impl Disposition {
    /// The header value, with the name to save under where there is one.
    ///
    /// `filename` is an ASCII fallback that every client reads and is never empty; `filename*` holds
    /// the whole name and is there only where the two differ. Control characters are left out.
    pub fn to_header(self, filename: Option<&str>) -> HeaderValue {
        let mut value = String::from(match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        });
        let mut filename = Cow::from(filename.unwrap_or_default());
        if filename.contains(char::is_control) {
            filename = filename.replace(char::is_control, "").into();
        }
        if !filename.is_empty() {
            let fallback = ascii_fallback(&filename);
            value.push_str("; filename=\"");
            for character in fallback.chars() {
                if matches!(character, '\\' | '"') {
                    value.push('\\');
                }
                value.push(character);
            }
            value.push('"');
            if fallback != filename {
                value.push_str("; filename*=UTF-8''");
                value.extend(utf8_percent_encode(&filename, EXTENDED_VALUE));
            }
        }
        HeaderValue::try_from(value).expect("without control characters it is visible ASCII")
    }
}

/// The name with accents taken off and whatever ASCII cannot say left out; `download` stands in for
/// a stem of which nothing is left, `_` for the slash of a character such as `℀`.
fn ascii_fallback(filename: &str) -> Cow<'_, str> {
    if filename.is_ascii() {
        return filename.into();
    }
    let mut ascii = String::with_capacity(filename.len());
    for character in filename.chars() {
        let parts = std::iter::once(character).nfkd().filter(|c| c.is_ascii() && !c.is_ascii_control());
        ascii.extend(parts.map(|c| if c != character && matches!(c, '/' | '\\') { '_' } else { c }));
    }
    let nothing_left = match ascii.rsplit_once('.') {
        Some((stem, _)) => stem.trim().is_empty() && !filename.starts_with('.'),
        None => ascii.trim().is_empty(),
    };
    if nothing_left { format!("download{}", ascii.trim_start()).into() } else { ascii.into() }
}

/// All but `attr-char` of RFC 8187 §3.2.1.
const EXTENDED_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_said_so_that_every_client_understands() {
        for (filename, parameters) in [
            ("", ""),
            ("tests.txt", r#"; filename="tests.txt""#),
            ("with space.txt", r#"; filename="with space.txt""#),
            ("a;b=c,d.txt", r#"; filename="a;b=c,d.txt""#),
            ("100%.txt", r#"; filename="100%.txt""#),
            // Quoted once, in the fallback only (GHSA-pcjh-6r5h-r92r).
            (r#"a";b"#, r#"; filename="a\";b""#),
            (r"a\b", r#"; filename="a\\b""#),
            ("a\"é", r#"; filename="a\"e"; filename*=UTF-8''a%22%C3%A9"#),
            ("test’s.txt", "; filename=\"tests.txt\"; filename*=UTF-8''test%E2%80%99s.txt"),
            ("é.txt", "; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt"),
            ("℀.txt", "; filename=\"a_c.txt\"; filename*=UTF-8''%E2%84%80.txt"),
            ("‥／‥＼a", "; filename=\".._.._a\"; filename*=UTF-8''%E2%80%A5%EF%BC%8F%E2%80%A5%EF%BC%BCa"),
            ("ﬁn.txt", "; filename=\"fin.txt\"; filename*=UTF-8''%EF%AC%81n.txt"),
            ("日本", "; filename=\"download\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
            ("日本.pdf", "; filename=\"download.pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf"),
            ("日 本.pdf", "; filename=\"download.pdf\"; filename*=UTF-8''%E6%97%A5%20%E6%9C%AC.pdf"),
            (".profile", r#"; filename=".profile""#),
            ("a\r\nSet-Cookie: b", r#"; filename="aSet-Cookie: b""#),
            ("a\u{0}\u{7f}\u{85}b", r#"; filename="ab""#),
            ("\r\n", ""),
            ("a(b)*'!~.txt", r#"; filename="a(b)*'!~.txt""#),
        ] {
            let value = Disposition::Attachment.to_header(Some(filename));
            assert_eq!(value, format!("attachment{parameters}"), "{filename:?}");
        }
        assert_eq!(Disposition::Inline.to_header(None), "inline");
    }

    proptest! {
        #[test]
        fn every_name_is_read_back(filename in any::<String>()) {
            let value = Disposition::Attachment.to_header(Some(&filename));
            let value = value.to_str().unwrap();
            let expected: String = filename.chars().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(read(value), expected);
        }
    }

    /// Reads a value as a client does: `filename*` wins.
    fn read(value: &str) -> String {
        if let Some((_, extended)) = value.split_once("filename*=UTF-8''") {
            return percent_decode_str(extended).decode_utf8().unwrap().into_owned();
        }
        let Some((_, quoted)) = value.split_once("filename=\"") else { return String::new() };
        let mut name = String::new();
        let mut characters = quoted.chars();
        loop {
            match characters.next().expect("the quoted string ends") {
                '"' => break,
                '\\' => name.extend(characters.next()),
                character => name.push(character),
            }
        }
        assert_eq!(characters.as_str(), "", "nothing follows the quoted string");
        name
    }
}
