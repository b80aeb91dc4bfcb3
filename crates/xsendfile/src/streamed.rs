//! The streamed response: we send the bytes ourselves, and so evaluate what the request selects.

use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::body::Body;
use crate::cache_control::forget_lifetime;
use crate::lane::Handle;
use crate::multipart;
use crate::range;
use crate::representation::Representation;
use crate::request::Request;
use crate::response::{NOSNIFF, Response};
use crate::selection::{Selection, select};

/// The response that carries what `request` selects of `file`.
pub(crate) fn respond(
    request: Request<'_>,
    file: Handle,
    representation: Representation,
    disposition: Option<HeaderValue>,
    mut headers: HeaderMap,
) -> Response {
    let length = representation.length;
    let selection = select(request, &representation);
    if !matches!(selection, Selection::PreconditionFailed | Selection::RangeNotSatisfiable) {
        headers.insert(ETAG, representation.etag.to_header());
        if let Some(date) = representation.last_modified {
            headers.insert(LAST_MODIFIED, date.to_header());
        }
    }
    let (status, body) = match selection {
        Selection::NotModified => return Response::without_body(StatusCode::NOT_MODIFIED, headers),
        Selection::PreconditionFailed => return nothing(StatusCode::PRECONDITION_FAILED, headers),
        Selection::RangeNotSatisfiable => {
            headers.insert(CONTENT_RANGE, range::unsatisfied(length));
            headers.insert(ACCEPT_RANGES, BYTES);
            return nothing(StatusCode::RANGE_NOT_SATISFIABLE, headers);
        }
        Selection::Whole => {
            headers.insert(CONTENT_TYPE, representation.media_type);
            (StatusCode::OK, Body::range(file, 0..length))
        }
        Selection::Range(range) => {
            headers.insert(CONTENT_TYPE, representation.media_type);
            headers.insert(CONTENT_RANGE, range::content_range(&range, length));
            (StatusCode::PARTIAL_CONTENT, Body::range(file, range))
        }
        Selection::Ranges(ranges) => {
            let parts = multipart::frame(file, ranges, &representation.media_type, length);
            headers.insert(CONTENT_TYPE, parts.content_type);
            (StatusCode::PARTIAL_CONTENT, parts.body)
        }
    };
    if let Some(disposition) = disposition {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    if let Some(encoding) = representation.content_encoding {
        headers.insert(CONTENT_ENCODING, encoding);
    }
    headers.insert(ACCEPT_RANGES, BYTES);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(CONTENT_LENGTH, body.length().into());
    let body = if request.is_head() { Body::empty() } else { body };
    Response { body, ..Response::without_body(status, headers) }
}

/// An answer about the file that carries none of it.
fn nothing(status: StatusCode, mut headers: HeaderMap) -> Response {
    forget_lifetime(&mut headers);
    headers.insert(CONTENT_LENGTH, 0.into());
    Response::without_body(status, headers)
}

const BYTES: HeaderValue = HeaderValue::from_static("bytes");
