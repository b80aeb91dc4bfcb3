//! Errors that become responses.

use std::fmt;

use http::Response;
use http::header::CONTENT_LENGTH;

use crate::body::Body;

/// Why a file is not sent, and the response that says so to the client.
#[derive(Debug)]
pub struct Error(xsendfile::Error);

impl Error {
    /// What happened. Its message names the path: it belongs in the log.
    pub fn inner(&self) -> &xsendfile::Error {
        &self.0
    }

    /// What the client is told: a status, 404 for whatever is not there to be sent, and nothing more.
    /// What happened goes to the log, as an error where the system or the caller is at fault.
    pub fn to_response(&self) -> Response<Body> {
        let status = self.0.status();
        if status.is_server_error() {
            tracing::error!(error = %self.0, "a file could not be sent");
        } else {
            tracing::debug!(error = %self.0, "a file was not sent");
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_LENGTH, 0.into());
        response
    }
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

impl From<xsendfile::Error> for Error {
    fn from(error: xsendfile::Error) -> Self {
        Self(error)
    }
}

impl From<Error> for xsendfile::Error {
    fn from(error: Error) -> Self {
        error.0
    }
}
