//! Headers: Python writes them as text of Latin-1 characters, one for each byte.

use http::{HeaderMap, HeaderName, HeaderValue};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};
use xsendfile::Request;

/// The bytes of a header value; `None` for text that no HTTP message can hold.
pub(crate) fn value_from_text(text: &str) -> Option<HeaderValue> {
    if text.is_ascii() {
        return HeaderValue::from_str(text).ok();
    }
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

/// A header's name, in lower case and as people write it.
pub(crate) fn names<'py>(py: Python<'py>, name: &HeaderName) -> (Bound<'py, PyString>, Bound<'py, PyString>) {
    // Python keeps these, so that most answers need no new text for their names.
    macro_rules! kept {
        ($($lower:literal => $display:literal,)*) => {
            match name.as_str() {
                $($lower => (intern!(py, $lower).clone(), intern!(py, $display).clone()),)*
                other => (PyString::new(py, other), PyString::new(py, other)),
            }
        };
    }
    kept! {
        "accept-ranges" => "Accept-Ranges",
        "cache-control" => "Cache-Control",
        "content-disposition" => "Content-Disposition",
        "content-encoding" => "Content-Encoding",
        "content-length" => "Content-Length",
        "content-range" => "Content-Range",
        "content-security-policy" => "Content-Security-Policy",
        "content-type" => "Content-Type",
        "etag" => "ETag",
        "expires" => "Expires",
        "last-modified" => "Last-Modified",
        "location" => "Location",
        "vary" => "Vary",
        "x-accel-buffering" => "X-Accel-Buffering",
        "x-accel-limit-rate" => "X-Accel-Limit-Rate",
        "x-accel-redirect" => "X-Accel-Redirect",
        "x-content-type-options" => "X-Content-Type-Options",
        "x-frame-options" => "X-Frame-Options",
        "x-lighttpd-kbytes-per-second" => "X-LIGHTTPD-KBytes-per-second",
        "x-sendfile" => "X-Sendfile",
    }
}

/// A header's name as people write it.
pub(crate) fn display_name<'py>(py: Python<'py>, name: &HeaderName) -> Bound<'py, PyString> {
    names(py, name).1
}

/// The headers that a download depends on, from a WSGI environment or what Django makes of an ASGI
/// scope.
pub(crate) fn from_meta(meta: &Bound<'_, PyDict>) -> PyResult<HeaderMap> {
    static KEYS: PyOnceLock<Vec<Py<PyString>>> = PyOnceLock::new();
    let py = meta.py();
    let key = |name: &HeaderName| {
        let key = format!("HTTP_{}", name.as_str().to_ascii_uppercase().replace('-', "_"));
        PyString::intern(py, &key).unbind()
    };
    let keys = KEYS.get_or_init(py, || Request::HEADERS.iter().map(key).collect());
    let mut headers = HeaderMap::new();
    for (key, name) in keys.iter().zip(Request::HEADERS) {
        let Some(value) = meta.get_item(key)? else { continue };
        let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
        if let Some(value) = text.and_then(value_from_text) {
            headers.insert(name, value);
        }
    }
    Ok(headers)
}

/// Every header of the request, from the same; one that no HTTP message can hold is left out.
pub(crate) fn all_from_meta(meta: &Bound<'_, PyDict>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (key, value) in meta {
        let (Ok(key), Ok(value)) = (key.extract::<String>(), value.extract::<String>()) else { continue };
        let Some(name) = key.strip_prefix("HTTP_") else { continue };
        let name = name.replace('_', "-").parse::<HeaderName>();
        if let (Ok(name), Some(value)) = (name, value_from_text(&value)) {
            headers.append(name, value);
        }
    }
    headers
}
