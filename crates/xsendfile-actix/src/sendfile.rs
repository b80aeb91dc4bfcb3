//! "Send this file to this request".

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError, http::StatusCode};
use http::{HeaderName, HeaderValue, Version};
use xsendfile_hyper::sendfile::Head;
use xsendfile_hyper::{Config, Disposition};

use crate::body::Body;
use crate::convert;

/// Sends files by the backend and from the roots of its [`Config`]: application data, in a
/// [`web::Data`](actix_web::web::Data).
#[derive(Debug, Clone)]
pub struct Sendfile(xsendfile_hyper::Sendfile);

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
    /// Lets the client save the file instead of showing it.
    pub fn attachment(self) -> Self {
        Self(self.0.attachment())
    }

    /// Whether the client shows the file or saves it. Default: shows it.
    pub fn disposition(self, disposition: Disposition) -> Self {
        Self(self.0.disposition(disposition))
    }

    /// The name to save the file under. Default: the last component of its path.
    pub fn save_as(self, filename: impl Into<String>) -> Self {
        Self(self.0.save_as(filename))
    }

    /// Gives the client no name to save the file under.
    pub fn unnamed(self) -> Self {
        Self(self.0.unnamed())
    }

    /// Content-Type. Default: what the name's extension tells.
    pub fn media_type(self, media_type: impl Into<String>) -> Self {
        Self(self.0.media_type(media_type))
    }

    /// Content-Encoding: how the file's bytes are encoded on disk. Default: not at all.
    pub fn content_encoding(self, encoding: impl Into<String>) -> Self {
        Self(self.0.content_encoding(encoding))
    }

    /// Sends only the first `length` bytes. Default: all that the file has when it is opened.
    pub fn length(self, length: u64) -> Self {
        Self(self.0.length(length))
    }

    /// A header of the application, such as Cache-Control, which a 304 repeats and some hand-offs have
    /// to carry. Default: none.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self(self.0.header(name, value))
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
pub struct Responding(xsendfile_hyper::sendfile::Responding);

impl Future for Responding {
    type Output = Result<HttpResponse<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(answer.map(convert::response).map_err(Error))
    }
}

/// Opens the file. What is not in memory is waited for on the spot; `download.await` waits without
/// stopping the worker.
impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        match self.0.respond_blocking() {
            Ok(response) => convert::response(response).map_into_boxed_body(),
            Err(error) => Error(error).error_response(),
        }
    }
}

/// Why a file is not sent. As a response it is a status, 404 for whatever is not there to be sent, and
/// nothing more.
#[derive(Debug)]
pub struct Error(xsendfile_hyper::Error);

impl Error {
    /// What happened. Its message names the path: it belongs in the log.
    pub fn reason(&self) -> &xsendfile::Error {
        self.0.reason()
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
        StatusCode::from_u16(self.0.reason().status().as_u16()).expect("a status in both")
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
