//! "Send this file to this request".

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use http::Version;
use xsendfile_hyper::{Config, Delivery, Head};

use crate::body::Body;
use crate::convert;

/// Sends files by the backend and from the roots of its [`Config`]: application data, in a
/// [`web::Data`](actix_web::web::Data).
#[derive(Debug, Clone)]
pub struct Sendfile(pub(crate) xsendfile_hyper::Sendfile);

impl Sendfile {
    /// Sends files by these settings.
    pub fn new(config: Config) -> Self {
        Self(xsendfile_hyper::Sendfile::new(config))
    }

    /// Begins to send the file `filename` to `request`: a path relative to the first root, or an
    /// absolute one beneath any. Whether the client may have it has been decided before.
    pub fn send(&self, request: &HttpRequest, filename: impl AsRef<Path>) -> Download {
        let (method, headers) = convert::head(request);
        Download(self.0.send(Head::new(&method, Version::HTTP_11, &headers), filename))
    }
}

/// A file on its way to a request. Says how it is to be sent; awaiting it opens the file and gives the
/// response. What is not in memory is opened on a blocking thread.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Download(xsendfile_hyper::Download);

impl Download {
    xsendfile::delivery_setters!();

    /// How the file is to be delivered, in place of what was said before.
    pub fn delivery<'a>(self, delivery: impl Into<Cow<'a, Delivery>>) -> Self {
        Self(self.0.delivery(delivery))
    }

    fn map_delivery(self, change: impl FnOnce(Delivery) -> Delivery) -> Self {
        Self(self.0.map_delivery(change))
    }
}

impl IntoFuture for Download {
    type Output = Result<HttpResponse<Body>, Error>;
    type IntoFuture = Responding;

    fn into_future(self) -> Responding {
        Responding(self.0.into_future())
    }
}

/// The response of an awaited [`Download`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Responding(xsendfile_hyper::Responding);

impl Future for Responding {
    type Output = Result<HttpResponse<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(answer.map(convert::response).map_err(Error))
    }
}

/// Why a file is not sent. As a response it is a status and nothing more. What happened is in the log
/// already.
#[derive(Debug)]
pub struct Error(xsendfile_hyper::Error);

impl Error {
    /// What happened. Its message names the path: it belongs in the log.
    pub fn inner(&self) -> &xsendfile::Error {
        self.0.inner()
    }

    /// The status that the client is told: 404 for whatever is not there to be sent, else 500.
    pub fn status(&self) -> StatusCode {
        convert::status(self.0.status())
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

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        // The next one who asks may have another answer.
        HttpResponse::build(self.status()).insert_header((header::CACHE_CONTROL, "no-store")).finish()
    }
}
