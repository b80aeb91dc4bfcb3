//! How a file is to be delivered.

use std::ffi::OsString;
use std::time::Duration;

use pyo3::prelude::*;
use xsendfile::{Buffering, Delivery};

/// How a file is to be delivered: `how.How` of Python, in its order.
#[derive(FromPyObject)]
pub(crate) struct How(
    bool,
    Option<OsString>,
    Option<String>,
    Option<String>,
    Option<u64>,
    Option<u64>,
    Option<bool>,
    Option<String>,
    Option<u64>,
    bool,
);

impl From<How> for Delivery {
    fn from(how: How) -> Self {
        let How(
            attachment,
            save_as,
            media_type,
            encoding,
            length,
            rate,
            buffered,
            charset,
            expires,
            streamed,
        ) = how;
        let mut delivery = Self::new();
        if attachment {
            delivery = delivery.attachment();
        }
        if let Some(name) = save_as {
            delivery = delivery.save_as(name.to_string_lossy());
        }
        if let Some(media_type) = media_type {
            delivery = delivery.media_type(media_type);
        }
        if let Some(encoding) = encoding {
            delivery = delivery.content_encoding(encoding);
        }
        if let Some(length) = length {
            delivery = delivery.length(length);
        }
        if let Some(rate) = rate {
            delivery = delivery.limit_rate(rate);
        }
        if let Some(buffered) = buffered {
            delivery = delivery.buffering(buffering(buffered));
        }
        if let Some(charset) = charset {
            delivery = delivery.charset(charset);
        }
        if let Some(seconds) = expires {
            delivery = delivery.expires(Duration::from_secs(seconds));
        }
        if streamed { delivery.streamed() } else { delivery }
    }
}

/// As Python says it.
pub(crate) fn buffering(on: bool) -> Buffering {
    if on { Buffering::On } else { Buffering::Off }
}
