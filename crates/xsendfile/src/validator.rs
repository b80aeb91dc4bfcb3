//! Validators: what tells one state of a file from another (RFC 9110 §8.8).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderValue;

use crate::root::{FileStatus, Modified};

/// An entity tag (RFC 9110 §8.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityTag {
    /// Whether it only promises an equivalent file, not equal bytes.
    weak: bool,
    /// What stands between the quotes.
    opaque: Vec<u8>,
}

impl EntityTag {
    /// The tag of a file: made from its length and its time at full resolution, so the same file on
    /// two machines has the same one. It is weak while the file's clock could not yet tell another
    /// write from the last one.
    pub(crate) fn of(file: &FileStatus, now: SystemTime) -> Self {
        let modified =
            i128::from(file.modified.seconds) * 1_000_000_000 + i128::from(file.modified.nanoseconds);
        let age = nanoseconds(now) - modified;
        let sign = if modified < 0 { "-" } else { "" };
        Self {
            weak: age < clock_resolution(file.modified),
            opaque: format!("{sign}{:x}-{:x}", modified.unsigned_abs(), file.length).into(),
        }
    }

    /// A tag that no file and no other answer has: for a hand-off that did not look at the file, to a
    /// server that would otherwise invent one tag for all.
    pub(crate) fn unique() -> Self {
        Self { weak: true, opaque: crate::token::token().into() }
    }

    /// Weak comparison (RFC 9110 §8.8.3.2): the opaque parts are equal.
    pub(crate) fn weakly_equals(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// Strong comparison (RFC 9110 §8.8.3.2): both are strong and equal.
    pub(crate) fn strongly_equals(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// The header value.
    pub(crate) fn to_header(&self) -> HeaderValue {
        let weak: &[u8] = if self.weak { b"W/" } else { b"" };
        let value = [weak, b"\"", &self.opaque, b"\""].concat();
        HeaderValue::from_maybe_shared(bytes::Bytes::from(value))
            .expect("a tag is made of etagc, or of digits")
    }

    /// Reads a header value that is one tag.
    pub(crate) fn parse(value: &HeaderValue) -> Option<Self> {
        let (tag, rest) = Self::take(value.as_bytes())?;
        rest.is_empty().then_some(tag)
    }

    /// Takes one tag from the front of `text`, and returns it with what follows it.
    pub(crate) fn take(text: &[u8]) -> Option<(Self, &[u8])> {
        let (weak, quoted) = match text.strip_prefix(b"W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let opaque = quoted.strip_prefix(b"\"")?;
        let end = opaque.iter().position(|&byte| byte == b'"')?;
        let (opaque, rest) = (&opaque[..end], &opaque[end + 1..]);
        let etagc = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
        opaque.iter().all(etagc).then(|| (Self { weak, opaque: opaque.to_vec() }, rest))
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.opaque.escape_ascii())
    }
}

/// How far apart two writes must be, in nanoseconds, to leave different times: a tick of the slowest
/// usual kernel clock, or two seconds where the file system keeps whole seconds only.
fn clock_resolution(modified: Modified) -> i128 {
    match modified.nanoseconds {
        0 => 2_000_000_000,
        _ => 20_000_000,
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// A moment as HTTP writes it, in whole seconds since 1970 (RFC 9110 §5.6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HttpDate(u64);

/// The first second of the year 10000, which the format cannot say.
const END: u64 = 253_402_300_800;

impl HttpDate {
    /// The file's Last-Modified: its time with the fraction cut off, and never later than now (RFC
    /// 9110 §8.8.2.1). `None` for a time before 1970 or after 9999.
    pub(crate) fn last_modified(file: &FileStatus, now: SystemTime) -> Option<Self> {
        let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let seconds = u64::try_from(file.modified.seconds).ok()?;
        (seconds < END).then(|| Self(seconds.min(now)))
    }

    /// Reads any of the three forms of RFC 9110 §5.6.7.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim_matches([' ', '\t']);
        let time = httpdate::parse_http_date(text).ok()?;
        Some(Self(time.duration_since(UNIX_EPOCH).ok()?.as_secs()))
    }

    /// Whether a second write in the same second is ruled out, so that the date tells two states of
    /// the file apart (RFC 9110 §8.8.2.2).
    pub(crate) fn is_strong(self, now: SystemTime) -> bool {
        now.duration_since(UNIX_EPOCH).is_ok_and(|now| now.as_secs() > self.0)
    }

    /// The header value, an IMF-fixdate.
    pub(crate) fn to_header(self) -> HeaderValue {
        let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(self.0.min(END - 1)));
        HeaderValue::try_from(text).expect("an IMF-fixdate is visible ASCII")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opened(length: u64, seconds: i64, nanoseconds: u32) -> FileStatus {
        FileStatus { length, modified: Modified { seconds, nanoseconds } }
    }

    fn at(seconds: u64, nanoseconds: u32) -> SystemTime {
        UNIX_EPOCH + Duration::new(seconds, nanoseconds)
    }

    #[test]
    fn an_entity_tag_is_weak_while_another_write_could_go_unnoticed() {
        for (modified, now, weak) in [
            ((1000, 5), at(1000, 6), true),
            ((1000, 5), at(1000, 20_000_004), true),
            ((1000, 5), at(1000, 20_000_005), false),
            // A file system of whole seconds.
            ((1000, 0), at(1001, 999_999_999), true),
            ((1000, 0), at(1002, 0), false),
            // A file from the future.
            ((3000, 5), at(1000, 0), true),
            ((-5, 5), at(0, 0), false),
        ] {
            assert_eq!(EntityTag::of(&opened(1, modified.0, modified.1), now).weak, weak, "{modified:?}");
        }
    }

    #[test]
    fn an_entity_tag_tells_length_and_time_apart() {
        let now = at(5000, 0);
        let tag = |length, seconds, nanos| EntityTag::of(&opened(length, seconds, nanos), now).to_string();
        assert_eq!(tag(16, 1, 1), "\"3b9aca01-10\"");
        let tags = [tag(1, 1, 1), tag(2, 1, 1), tag(1, 2, 1), tag(1, 1, 2), tag(1, -1, 1), tag(1, 0, 0)];
        for (i, a) in tags.iter().enumerate() {
            assert!(tags[i + 1..].iter().all(|b| a != b), "{a} twice in {tags:?}");
        }
    }

    #[test]
    fn last_modified_is_cut_to_the_second_and_never_in_the_future() {
        let now = at(784_111_777, 5);
        for (seconds, nanos, header) in [
            (784_111_776, 999_999_999, Some("Sun, 06 Nov 1994 08:49:36 GMT")),
            (784_111_999, 0, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
            (0, 1, Some("Thu, 01 Jan 1970 00:00:00 GMT")),
            (-1, 999_999_999, None),
            (i64::MIN, 0, None),
            (253_402_300_800, 0, None),
            (i64::MAX, 0, None),
        ] {
            let date = HttpDate::last_modified(&opened(0, seconds, nanos), now);
            assert_eq!(
                date.map(|date| date.to_header().to_str().unwrap().to_owned()).as_deref(),
                header,
                "{seconds}"
            );
        }
    }

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        let date = Some(HttpDate(784_111_777));
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", date),
            ("Sunday, 06-Nov-94 08:49:37 GMT", date),
            ("Sun Nov  6 08:49:37 1994", date),
            ("", None),
            ("yesterday", None),
            ("Sun, 06 Nov 1066 08:49:37 GMT", None),
            ("Sun, 06 Nov 99999 08:49:37 GMT", None),
            ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(HttpDate::parse(text.as_bytes()), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_date_panics(seconds in any::<i64>(), nanoseconds in 0..1_000_000_000u32, now in 0..u64::MAX / 4) {
            let now = UNIX_EPOCH.checked_add(Duration::from_secs(now)).unwrap_or(UNIX_EPOCH);
            let file = opened(0, seconds, nanoseconds);
            let _ = EntityTag::of(&file, now).to_string();
            let _ = HttpDate::last_modified(&file, now).map(HttpDate::to_header);
        }

        #[test]
        fn a_date_written_is_read_back(seconds in 0..END) {
            let date = HttpDate(seconds);
            prop_assert_eq!(HttpDate::parse(date.to_header().as_bytes()), Some(date));
        }
    }
}
