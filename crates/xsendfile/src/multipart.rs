//! The framing of several ranges in one answer (RFC 9110 §14.6).

use std::ops::Range;

use bytes::Bytes;
use http::HeaderValue;

use crate::body::{Body, Segment};
use crate::lane::Handle;
use crate::range::content_range;
use crate::token;

/// A multipart/byteranges body and the Content-Type that names its boundary.
#[derive(Debug)]
pub(crate) struct Multipart {
    /// Content-Type of the response.
    pub content_type: HeaderValue,
    /// Every part with its own head, and the closing boundary.
    pub body: Body,
}

/// Frames `ranges` of `file`, which has `length` bytes of `media_type`.
///
/// The boundary is new for every answer and cannot be guessed, so no file can contain it on purpose.
pub(crate) fn frame(
    file: Handle,
    ranges: Vec<Range<u64>>,
    media_type: &HeaderValue,
    length: u64,
) -> Multipart {
    let boundary = token::token();
    let mut segments = Vec::with_capacity(2 * ranges.len() + 1);
    for (place, range) in ranges.into_iter().enumerate() {
        let mut head = Vec::new();
        if place > 0 {
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(format!("--{boundary}\r\nContent-Type: ").as_bytes());
        head.extend_from_slice(media_type.as_bytes());
        head.extend_from_slice(b"\r\nContent-Range: ");
        head.extend_from_slice(content_range(&range, length).as_bytes());
        head.extend_from_slice(b"\r\n\r\n");
        segments.push(Segment::Bytes(head.into()));
        segments.push(Segment::File(range));
    }
    segments.push(Segment::Bytes(Bytes::from(format!("\r\n--{boundary}--\r\n"))));
    let content_type = format!("multipart/byteranges; boundary={boundary}");
    Multipart {
        content_type: HeaderValue::try_from(content_type).expect("a boundary is hexadecimal digits"),
        body: Body::new(file, segments),
    }
}
