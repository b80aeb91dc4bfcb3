//! Cache-Control: who may keep a file, and how long without asking again (RFC 9111 §5.2).

use http::header::{CACHE_CONTROL, EXPIRES};
use http::{HeaderMap, HeaderValue};

use crate::delivery::CONTROL;

/// A file is for whom the application let have it. Nobody in between keeps it, and who has it asks each
/// time whether that is still so.
pub(crate) const DEFAULT: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What `cache_control` and `expires` of one level say: of a download, or of the settings.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CacheControl<'a> {
    Value(&'a str),
    /// Seconds.
    Expires(u64),
}

impl CacheControl<'_> {
    /// The header's value; none for an empty one.
    pub(crate) fn to_header(self) -> Result<Option<HeaderValue>, &'static str> {
        match self {
            Self::Value(text) => header(text),
            Self::Expires(seconds) => {
                let value = format!("private, max-age={seconds}");
                Ok(Some(HeaderValue::try_from(value).expect("it is ASCII")))
            }
        }
    }
}

/// A header's value of what somebody wrote, none of an empty one; or what is wrong with it.
pub(crate) fn header(text: &str) -> Result<Option<HeaderValue>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text if !text.is_ascii() => Err("it is not ASCII"),
        text => HeaderValue::from_str(text).map(Some).map_err(|_| CONTROL),
    }
}

/// For an answer about a file that carries none of it: how long a client may keep the file is not how long
/// it may keep that (RFC 9111 §3).
pub(crate) fn forget_lifetime(headers: &mut HeaderMap) {
    headers.remove(EXPIRES);
    let is_stored = !headers.get_all(CACHE_CONTROL).iter().any(|value| has(value, b"no-store"));
    if headers.contains_key(CACHE_CONTROL) && is_stored {
        headers.insert(CACHE_CONTROL, DEFAULT);
    }
}

fn has(value: &HeaderValue, directive: &[u8]) -> bool {
    value.as_bytes().split(|&byte| byte == b',').any(|one| one.trim_ascii().eq_ignore_ascii_case(directive))
}
