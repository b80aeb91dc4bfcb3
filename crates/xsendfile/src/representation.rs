//! What HTTP sees of a file (RFC 9110 §8).

use std::time::SystemTime;

use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, TRAILER, TRANSFER_ENCODING,
};
use http::{HeaderName, HeaderValue};

use crate::root::FileStatus;
use crate::validator::{EntityTag, HttpDate};

/// The headers that describe a body or the file it is of. Those that are right are ours to say: who has not
/// sent the body cannot know what is in it.
pub(crate) const DESCRIPTION: [HeaderName; 12] = [
    ACCEPT_RANGES,
    HeaderName::from_static("content-digest"),
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    HeaderName::from_static("content-md5"),
    CONTENT_RANGE,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    TRAILER,
    TRANSFER_ENCODING,
];

/// What HTTP sees of a file.
#[derive(Debug, Clone)]
pub(crate) struct Representation {
    /// Length in bytes.
    pub length: u64,
    /// Content-Type.
    pub media_type: HeaderValue,
    /// Content-Encoding, only ever what the caller says.
    pub content_encoding: Option<HeaderValue>,
    /// ETag.
    pub etag: EntityTag,
    /// Last-Modified, where HTTP can say the file's time.
    pub last_modified: Option<HttpDate>,
    /// When the file was looked at.
    pub seen: SystemTime,
}

impl Representation {
    /// Describes a file, as it is now.
    pub(crate) fn of(
        file: FileStatus,
        media_type: HeaderValue,
        content_encoding: Option<HeaderValue>,
    ) -> Self {
        let seen = SystemTime::now();
        Self {
            length: file.length,
            media_type,
            content_encoding,
            etag: EntityTag::of(&file, seen),
            last_modified: HttpDate::last_modified(&file, seen),
            seen,
        }
    }
}
