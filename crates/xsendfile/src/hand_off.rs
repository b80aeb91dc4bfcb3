//! The hand-off: a response without body whose header tells the server in front which file to send.

use http::header::InvalidHeaderValue;
use http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::dialect::{Dialect, Validators, encode};
use crate::representation::Representation;
use crate::response::{NOSNIFF, Response};
use crate::validator::{EntityTag, HttpDate};

/// Which file the server in front is to send, in its dialect.
#[derive(Debug, Clone)]
pub struct HandOff {
    dialect: &'static Dialect,
    wire: Vec<u8>,
    readable: Vec<u8>,
}

impl HandOff {
    /// A hand-off as [`HandOff::dialect`], [`HandOff::wire`] and [`HandOff::readable`] tell it.
    ///
    /// # Errors
    ///
    /// [`InvalidHeaderValue`] where `wire` is no header value.
    pub fn from_parts(
        dialect: &'static Dialect,
        wire: Vec<u8>,
        readable: Vec<u8>,
    ) -> Result<Self, InvalidHeaderValue> {
        HeaderValue::from_bytes(&wire)?;
        Ok(Self { dialect, wire, readable })
    }

    /// The dialect it is said in.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The header that names the file.
    pub fn header(&self) -> &HeaderName {
        &self.dialect.header
    }

    /// The header's value as the server reads it, without the headers that it may carry.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The header's value as people read it: the URL, or the path with nothing escaped.
    pub fn readable(&self) -> &[u8] {
        &self.readable
    }

    /// The header's value as the server reads it. A dialect that would lose the application's headers
    /// carries those of them that `headers` holds.
    pub fn value(&self, headers: &HeaderMap) -> HeaderValue {
        let mut value = self.wire.clone();
        let carried = self.dialect.carried.iter().filter(|(_, name)| headers.contains_key(name));
        for (place, (parameter, name)) in carried.enumerate() {
            let lines: Vec<_> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
            value.push(if place == 0 { b'?' } else { b'&' });
            value.extend_from_slice(parameter.as_bytes());
            value.push(b'=');
            // Of several lines HTTP makes one list (RFC 9110 §5.3).
            value.extend_from_slice(&encode(&lines.join(&b", "[..])));
        }
        HeaderValue::from_maybe_shared(bytes::Bytes::from(value))
            .expect("a dialect refuses control characters or encodes them")
    }
}

/// What is known of the file that is handed off.
pub(crate) enum Known {
    /// It was looked at.
    Seen(Box<Representation>),
    /// It was not: nothing but what its name tells.
    Unseen { media_type: HeaderValue, content_encoding: Option<HeaderValue> },
}

/// The response that hands the file off. It declares no length for the body that it does not carry.
pub(crate) fn respond(
    hand_off: HandOff,
    known: Known,
    disposition: HeaderValue,
    mut headers: HeaderMap,
) -> Response {
    let (media_type, content_encoding, etag, last_modified) = match known {
        Known::Seen(file) => (file.media_type, file.content_encoding, file.etag, file.last_modified),
        // A tag that matches nothing, lest the server invent one that matches everything.
        Known::Unseen { media_type, content_encoding } => {
            (media_type, content_encoding, EntityTag::unique(), None)
        }
    };
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if let Some(encoding) = content_encoding {
        headers.insert(CONTENT_ENCODING, encoding);
    }
    if hand_off.dialect.validators == Validators::Applications {
        headers.insert(ETAG, etag.to_header());
        if let Some(date) = last_modified.map(HttpDate::to_header) {
            headers.insert(LAST_MODIFIED, date);
        }
    }
    headers.insert(hand_off.header().clone(), hand_off.value(&headers));
    Response { hand_off: Some(hand_off), ..Response::without_body(StatusCode::OK, headers) }
}
