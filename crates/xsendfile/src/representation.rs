//! What HTTP sees of a file (RFC 9110 §8).

use std::time::SystemTime;

use http::HeaderValue;

use crate::root::FileStatus;
use crate::validator::{EntityTag, HttpDate};

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
