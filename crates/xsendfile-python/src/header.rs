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
pub(crate) fn text_from_value<'py>(py: Python<'py>, value: &HeaderValue) -> Bound<'py, PyString> {
    match value.to_str() {
        Ok(ascii) => PyString::new(py, ascii),
        Err(_) => {
            PyString::new(py, &value.as_bytes().iter().map(|&byte| char::from(byte)).collect::<String>())
        }
    }
}

/// A header's name as people write it.
pub(crate) fn display_name<'py>(py: Python<'py>, name: &HeaderName) -> Bound<'py, PyString> {
    let known = match name.as_str() {
        "accept-ranges" => intern!(py, "Accept-Ranges"),
        "cache-control" => intern!(py, "Cache-Control"),
        "content-disposition" => intern!(py, "Content-Disposition"),
        "content-encoding" => intern!(py, "Content-Encoding"),
        "content-length" => intern!(py, "Content-Length"),
        "content-range" => intern!(py, "Content-Range"),
        "content-type" => intern!(py, "Content-Type"),
        "etag" => intern!(py, "ETag"),
        "expires" => intern!(py, "Expires"),
        "last-modified" => intern!(py, "Last-Modified"),
        "location" => intern!(py, "Location"),
        "vary" => intern!(py, "Vary"),
        "x-accel-redirect" => intern!(py, "X-Accel-Redirect"),
        "x-content-type-options" => intern!(py, "X-Content-Type-Options"),
        "x-sendfile" => intern!(py, "X-Sendfile"),
        other => return PyString::new(py, other),
    };
    known.clone()
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
