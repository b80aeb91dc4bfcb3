//! "Send this file to this request", without waiting for the disk on an async worker.

use std::borrow::Cow;
use std::future::{Future, IntoFuture};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, Method, Response, Version};
use xsendfile::{Config, Delivery, Lookup};

use crate::body::Body;
use crate::counters::Copied;
use crate::error::Error;
use crate::opening::Opening;

/// Sends files by the backend and from the roots of its [`Config`]. Cheap to clone: state of an
/// application.
///
/// Every backend works: `simple` streams, by the kernel where it can be; `nginx` and the others hand
/// off to the server in front.
#[derive(Debug, Clone)]
pub struct Sendfile(xsendfile::Sendfile);

impl Sendfile {
    /// Sends files by these settings.
    pub fn new(config: Config) -> Self {
        Self(xsendfile::Sendfile::new(config))
    }

    /// The core's own entry point, for what this one does not offer.
    pub fn core(&self) -> &xsendfile::Sendfile {
        &self.0
    }

    /// Begins to send the file `filename` to `request`: a path relative to the first root, or an
    /// absolute one beneath any. Whether the client may have it has been decided before.
    ///
    /// `request` is an [`http::Request`] or its [`Parts`](http::request::Parts).
    pub fn send<'a>(&self, request: impl Into<Head<'a>>, filename: impl AsRef<Path>) -> Download {
        Download {
            sendfile: self.0.clone(),
            request: request.into().keep(),
            filename: filename.as_ref().into(),
            delivery: Delivery::new(),
        }
    }
}

impl From<xsendfile::Sendfile> for Sendfile {
    fn from(sendfile: xsendfile::Sendfile) -> Self {
        Self(sendfile)
    }
}

impl From<Sendfile> for xsendfile::Sendfile {
    fn from(sendfile: Sendfile) -> Self {
        sendfile.0
    }
}

/// The head of a request.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    method: &'a Method,
    version: Version,
    headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    /// A head of these parts.
    pub fn new(method: &'a Method, version: Version, headers: &'a HeaderMap) -> Self {
        Self { method, version, headers }
    }

    /// What a download depends on of it.
    pub(crate) fn keep(self) -> Kept {
        let mut headers = HeaderMap::new();
        for name in xsendfile::Request::HEADERS {
            for value in self.headers.get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        Kept { method: self.method.clone(), version: self.version, headers }
    }
}

impl<'a> From<&'a http::request::Parts> for Head<'a> {
    fn from(parts: &'a http::request::Parts) -> Self {
        Self::new(&parts.method, parts.version, &parts.headers)
    }
}

impl<'a, B> From<&'a http::Request<B>> for Head<'a> {
    fn from(request: &'a http::Request<B>) -> Self {
        Self::new(request.method(), request.version(), request.headers())
    }
}

/// What a download depends on of a request.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    method: Method,
    version: Version,
    headers: HeaderMap,
}

impl Kept {
    pub(crate) fn core(&self) -> xsendfile::Request<'_> {
        xsendfile::Request::new(&self.method, &self.headers)
    }

    /// The core's answer as hyper takes it.
    pub(crate) fn answer(&self, response: xsendfile::Response) -> Response<Body> {
        let response: Response<xsendfile::Body> = response.into();
        response.map(|body| {
            let body = Body::from(body);
            if self.version > Version::HTTP_11 { body.without_kernel(Copied::Multiplexed) } else { body }
        })
    }
}

/// A file on its way to a request. Says how it is to be sent; awaiting it opens the file and gives the
/// response, or an [`Error`] that becomes one.
///
/// What is in memory is opened at once, what is not on a blocking thread, and what is on a file system that
/// may hang on one of [its own](xsendfile::Lane).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Download {
    sendfile: xsendfile::Sendfile,
    request: Kept,
    filename: PathBuf,
    delivery: Delivery,
}

impl Download {
    xsendfile::delivery_setters!();

    /// How the file is to be delivered, in place of what was said before.
    pub fn delivery<'a>(self, delivery: impl Into<Cow<'a, Delivery>>) -> Self {
        Self { delivery: delivery.into().into_owned(), ..self }
    }

    /// Changes how the file is to be delivered: for frameworks whose downloads are made of this one.
    #[doc(hidden)]
    pub fn map_delivery(self, change: impl FnOnce(Delivery) -> Delivery) -> Self {
        Self { delivery: change(self.delivery), ..self }
    }

    /// Opens the file and decides the answer. Waits for the disk: for threads of your own.
    ///
    /// # Errors
    ///
    /// As [`xsendfile::Download::respond`].
    pub fn respond_blocking(&self) -> Result<Response<Body>, Error> {
        self.open(Lookup::Blocking).map_err(Error::logged)
    }

    fn open(&self, lookup: Lookup) -> Result<Response<Body>, xsendfile::Error> {
        Ok(self.request.answer(self.core().respond_by(lookup)?))
    }

    fn core(&self) -> xsendfile::Download<'_> {
        self.sendfile.send(self.request.core(), &self.filename).delivery(&self.delivery)
    }
}

impl IntoFuture for Download {
    type Output = Result<Response<Body>, Error>;
    type IntoFuture = Responding;

    fn into_future(self) -> Responding {
        Responding(State::Asked(Arc::new(self)))
    }
}

/// The response of an awaited [`Download`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Responding(State);

#[derive(Debug)]
enum State {
    Asked(Arc<Download>),
    Opening(Opening<Response<Body>>),
}

impl Future for Responding {
    type Output = Result<Response<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Asked(download) = &self.0 {
            let lane = match download.open(Lookup::Cached) {
                Err(xsendfile::Error::WouldBlock(lane)) => lane,
                answer => return Poll::Ready(answer.map_err(Error::logged)),
            };
            let (download, path) = (Arc::clone(download), download.filename.clone());
            self.0 = State::Opening(Opening::new(path, &lane, move |lookup| download.open(lookup)));
        }
        let State::Opening(opening) = &mut self.0 else { unreachable!("set just before") };
        Pin::new(opening).poll(cx).map_err(Error::logged)
    }
}
