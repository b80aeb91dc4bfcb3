//! What leaves: a head, and a plan for the body.

use std::path::PathBuf;

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::body::Body;
use crate::dialect::Rule;
use crate::extras::Extra;
use crate::hand_off::HandOff;

/// A file is what its media type says: a browser that guesses could find a script in it.
pub(crate) const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// The answer to a request for a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// 200, 206, 304, 412 or 416.
    pub status: StatusCode,
    /// Every header, Content-Length included where there is a body to be measured.
    pub headers: HeaderMap,
    /// What follows the head.
    pub body: Body,
    /// Where the file lies: for logs and tests, never for the client.
    pub path: PathBuf,
    /// Which file the server in front sends, where the file is handed off.
    pub hand_off: Option<HandOff>,
    /// The rule by which the file is streamed although the backend hands files off.
    pub rule: Option<&'static Rule>,
    /// What the caller asked for and the backend does not support.
    pub unsupported: Vec<Extra>,
}

impl Response {
    pub(crate) fn without_body(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            status,
            headers,
            body: Body::empty(),
            path: PathBuf::new(),
            hand_off: None,
            rule: None,
            unsupported: Vec::new(),
        }
    }
}

impl From<Response> for http::Response<Body> {
    fn from(response: Response) -> Self {
        let mut message = Self::new(response.body);
        *message.status_mut() = response.status;
        *message.headers_mut() = response.headers;
        message
    }
}
