//! How a file is to be delivered.

use std::ffi::OsString;
use std::time::Duration;

use pyo3::prelude::*;
use xsendfile::Buffering;

/// How a file is to be delivered. Belongs to no file, so one may serve many.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Delivery {
    pub(crate) inner: xsendfile::Delivery,
    #[pyo3(get)]
    media_type: Option<String>,
    #[pyo3(get)]
    content_encoding: Option<String>,
    #[pyo3(get)]
    length: Option<u64>,
}

#[pymethods]
impl Delivery {
    #[new]
    #[pyo3(signature = (
        attachment = false,
        save_as = None,
        media_type = None,
        content_encoding = None,
        length = None,
        limit_rate = None,
        buffering = None,
        charset = None,
        expires = None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        attachment: bool,
        save_as: Option<OsString>,
        media_type: Option<String>,
        content_encoding: Option<String>,
        length: Option<u64>,
        limit_rate: Option<u64>,
        buffering: Option<bool>,
        charset: Option<String>,
        expires: Option<u64>,
    ) -> Self {
        let mut inner = xsendfile::Delivery::new();
        if attachment {
            inner = inner.attachment();
        }
        if let Some(name) = save_as {
            inner = inner.save_as(name.to_string_lossy());
        }
        if let Some(media_type) = &media_type {
            inner = inner.media_type(media_type);
        }
        if let Some(encoding) = &content_encoding {
            inner = inner.content_encoding(encoding);
        }
        if let Some(length) = length {
            inner = inner.length(length);
        }
        if let Some(rate) = limit_rate {
            inner = inner.limit_rate(rate);
        }
        if let Some(on) = buffering {
            inner = inner.buffering(self::buffering(on));
        }
        if let Some(charset) = charset {
            inner = inner.charset(charset);
        }
        if let Some(seconds) = expires {
            inner = inner.expires(Duration::from_secs(seconds));
        }
        Self { inner, media_type, content_encoding, length }
    }

    /// The same, sent from here whatever the backend.
    fn streamed(&self) -> Self {
        Self {
            inner: self.inner.clone().streamed(),
            media_type: self.media_type.clone(),
            content_encoding: self.content_encoding.clone(),
            length: self.length,
        }
    }
}

/// As Python says it.
pub(crate) fn buffering(on: bool) -> Buffering {
    if on { Buffering::On } else { Buffering::Off }
}
