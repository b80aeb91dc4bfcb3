//! Errors that become responses.

use std::fmt;

use http::header::{CACHE_CONTROL, CONTENT_LENGTH};
use http::{HeaderValue, Response, StatusCode};

use crate::body::Body;

/// Why a file is not sent, and the response that says so to the client.
///
/// Whoever decides on an answer tells the log what happened, once: as an error where the system or the
/// caller is at fault, else as a warning. An `Error` from a [`Download`](crate::Download) is in
/// the log already.
#[derive(Debug)]
pub struct Error(xsendfile::Error);

impl Error {
    /// What decides an answer, once it is told to the log.
    pub(crate) fn logged(error: xsendfile::Error) -> Self {
        if error.status().is_server_error() {
            tracing::error!(%error, "a file could not be sent");
        } else {
            tracing::warn!(%error, "a file was not sent");
        }
        Self(error)
    }

    /// What happened. Its message names the path: it belongs in the log.
    pub fn inner(&self) -> &xsendfile::Error {
        &self.0
    }

    /// The status that the client is told: 404 for whatever is not there to be sent, else 500.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// What the client is told: the status, and nothing more. Nobody is to keep it (`Cache-Control: no-store`).
    pub fn to_response(&self) -> Response<Body> {
        refusal(self.status())
    }
}

/// A status and nothing more, which nobody keeps: the next one who asks may have another answer.
pub(crate) fn refusal(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(CONTENT_LENGTH, 0.into());
    response
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<Error> for xsendfile::Error {
    fn from(error: Error) -> Self {
        error.0
    }
}
