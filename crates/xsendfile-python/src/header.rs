//! Headers: Python writes them as text of Latin-1 characters, one for each byte.

use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The bytes of a header value; `None` for text that no HTTP message can hold.
pub(crate) fn value_from_text(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// The text of a header value.
pub(crate) fn text_from_value(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|&byte| char::from(byte)).collect()
}

/// A header's name as people write it: `Content-Type`, and `ETag`.
pub(crate) fn display_name<'py>(py: Python<'py>, name: &HeaderName) -> Bound<'py, PyString> {
    if name == http::header::ETAG {
        return intern!(py, "ETag").clone();
    }
    let words = name.as_str().split('-').map(|word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        initial.to_ascii_uppercase() + rest
    });
    PyString::new(py, &words.collect::<Vec<_>>().join("-"))
}

/// The headers that a download depends on, from a WSGI environment or what Django makes of an ASGI
/// scope.
pub(crate) fn from_meta(meta: &Bound<'_, PyDict>) -> PyResult<HeaderMap> {
    let py = meta.py();
    let mut headers = HeaderMap::new();
    for (key, name) in [
        (intern!(py, "HTTP_RANGE"), RANGE),
        (intern!(py, "HTTP_IF_RANGE"), IF_RANGE),
        (intern!(py, "HTTP_IF_MATCH"), IF_MATCH),
        (intern!(py, "HTTP_IF_NONE_MATCH"), IF_NONE_MATCH),
        (intern!(py, "HTTP_IF_MODIFIED_SINCE"), IF_MODIFIED_SINCE),
        (intern!(py, "HTTP_IF_UNMODIFIED_SINCE"), IF_UNMODIFIED_SINCE),
    ] {
        let Some(value) = meta.get_item(key)? else { continue };
        if let Some(value) = value.extract::<String>().ok().as_deref().and_then(value_from_text) {
            headers.insert(name, value);
        }
    }
    Ok(headers)
}
