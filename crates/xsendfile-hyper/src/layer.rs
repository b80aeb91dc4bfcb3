//! The server half as a tower layer: an inner service says which file to send, this one sends it.

use std::error::Error as StdError;
use std::ffi::OsStr;
use std::future::Future;
use std::os::unix::ffi::OsStrExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;
use xsendfile::dialect::is_reserved;
use xsendfile::{Dialect, Lookup, Sendfile};

use crate::body::Body;
use crate::error::Error;
use crate::opening::Opening;
use crate::sendfile::{Head, Kept};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends the files that an inner service names in its responses, as a server in front would: an
/// application written for nginx or Apache runs behind it unchanged.
///
/// A response with status 200 that carries the header of one of the [dialects](SendfileLayer::dialects) is
/// answered with the file: ranges and preconditions evaluated, every other header of the application
/// kept. Where it says no Cache-Control, and no Content-Security-Policy for HTML, SVG and the like that is
/// shown, the file has those of the [settings](crate::Config). On every other status the application's own response stands: nginx, Caddy and lighttpd act on
/// those too, this layer on 200 only. The header itself reaches no client, and none of the
/// [reserved](is_reserved) headers of a client reaches the application.
///
/// The header of the dialect `mod_wsgi` is `Location`, which redirects have too. It is a hand-off where it
/// leads to one of our files, and reaches no client then, whatever the status. Every other one stays. So
/// the internal URL must be none that clients are sent to.
///
/// A file that is missing, or lies outside the roots, is a 404.
#[derive(Debug, Clone)]
pub struct SendfileLayer {
    sendfile: Sendfile,
    dialects: Arc<[&'static Dialect]>,
}

impl SendfileLayer {
    /// Sends files from the locations of a [`Config`](crate::Config), or of a
    /// [`Sendfile`](crate::Sendfile) that there is already. Its backend is the dialect that is understood;
    /// where that is none (`simple`), `X-Accel-Redirect` of nginx and plain `X-Sendfile`.
    pub fn new(sendfile: impl Into<Sendfile>) -> Self {
        let sendfile = sendfile.into();
        let dialects = sendfile.config().backend().understands().into();
        Self { sendfile, dialects }
    }

    /// The dialects that are understood; of two with the same header, the first.
    #[must_use]
    pub fn dialects(mut self, dialects: impl IntoIterator<Item = &'static Dialect>) -> Self {
        self.dialects = dialects.into_iter().collect();
        self
    }
}

impl<S> tower_layer::Layer<S> for SendfileLayer {
    type Service = SendfileService<S>;

    fn layer(&self, inner: S) -> SendfileService<S> {
        SendfileService { inner, layer: self.clone() }
    }
}

/// A service in a [`SendfileLayer`].
#[derive(Debug, Clone)]
pub struct SendfileService<S> {
    inner: S,
    layer: SendfileLayer,
}

impl<S, A, B> tower_service::Service<Request<A>> for SendfileService<S>
where
    S: tower_service::Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<FileOr<B>>;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let kept = Head::from(&request).keep();
        remove_reserved(request.headers_mut());
        Answering { inner: self.inner.call(request), layer: self.layer.clone(), kept, state: State::Inner }
    }
}

/// What nobody outside may say, and nobody inside has to believe.
fn remove_reserved(headers: &mut HeaderMap) {
    let reserved: Vec<HeaderName> = headers.keys().filter(|name| is_reserved(name)).cloned().collect();
    for name in reserved {
        headers.remove(name);
    }
}

pin_project! {
    /// The response of a [`SendfileService`].
    pub struct Answering<F> {
        #[pin]
        inner: F,
        layer: SendfileLayer,
        kept: Kept,
        state: State,
    }
}

impl<F> std::fmt::Debug for Answering<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answering").field("layer", &self.layer).finish_non_exhaustive()
    }
}

enum State {
    Inner,
    /// The file is opened on a thread. The application's extensions wait.
    Opening(Opening<xsendfile::Response>, http::Extensions),
}

impl<F, B, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<FileOr<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let State::Inner = this.state {
            let mut response = ready!(this.inner.poll(cx))?;
            let named = this.layer.take_named(&mut response);
            let Some((dialect, value)) = named.filter(|_| response.status() == StatusCode::OK) else {
                return Poll::Ready(Ok(response.map(|body| FileOr::Inner { body })));
            };
            // The application's body, if it sent one, is dropped with the rest.
            let (parts, _) = response.into_parts();
            let sendfile = this.layer.sendfile.clone();
            let cached =
                sendfile.receive(this.kept.core(), dialect, &value, parts.headers.clone(), Lookup::Cached);
            let Err(xsendfile::Error::WouldBlock(lane)) = cached else {
                return Poll::Ready(Ok(answer(this.kept, cached, parts.extensions)));
            };
            let kept = this.kept.clone();
            let path = OsStr::from_bytes(value.as_bytes()).into();
            let opening = Opening::new(path, &lane, move |lookup| {
                sendfile.receive(kept.core(), dialect, &value, parts.headers.clone(), lookup)
            });
            *this.state = State::Opening(opening, parts.extensions);
        }
        let State::Opening(opening, extensions) = this.state else { unreachable!("set just before") };
        let opened = ready!(Pin::new(opening).poll(cx));
        Poll::Ready(Ok(answer(this.kept, opened, std::mem::take(extensions))))
    }
}

impl SendfileLayer {
    /// Takes every hand-off header out of the response; the first that is understood.
    fn take_named<B>(&self, response: &mut Response<B>) -> Option<(&'static Dialect, HeaderValue)> {
        let headers = response.headers_mut();
        let locations = self.sendfile.config().locations();
        let named = self.dialects.iter().find_map(|dialect| {
            let value = headers.get(&dialect.header)?;
            // mod_wsgi's is Location, which is a hand-off only if it leads to one of our files.
            let ours = is_reserved(&dialect.header) || dialect.read(value.as_bytes(), locations).is_ok();
            ours.then(|| (*dialect, value.clone()))
        });
        remove_reserved(headers);
        for dialect in self.dialects.iter() {
            let mut left = headers.get_all(&dialect.header).iter();
            if left.any(|value| dialect.read(value.as_bytes(), locations).is_ok()) {
                headers.remove(&dialect.header);
            }
        }
        named
    }
}

fn answer<B>(
    kept: &Kept,
    answer: Result<xsendfile::Response, xsendfile::Error>,
    extensions: http::Extensions,
) -> Response<FileOr<B>> {
    let mut response = match answer {
        Ok(response) => kept.answer(response),
        Err(error) => Error::logged(error).to_response(),
    };
    *response.extensions_mut() = extensions;
    response.map(|body| FileOr::File { body })
}

pin_project! {
    /// The body of a file, or the inner service's own.
    #[derive(Debug)]
    #[project = Projected]
    #[allow(missing_docs, reason = "the macro takes no comment on a pinned field")]
    #[non_exhaustive]
    pub enum FileOr<B> {
        /// A file's.
        File {
            #[pin]
            body: Body,
        },
        /// The inner service's.
        Inner {
            #[pin]
            body: B,
        },
    }
}

impl<B> http_body::Body for FileOr<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.project() {
            Projected::File { body } => body.poll_frame(cx).map(|frame| Some(frame?.map_err(Into::into))),
            Projected::Inner { body } => body.poll_frame(cx).map(|frame| {
                let mut frame = frame?;
                if let Some(trailers) = frame.as_mut().ok().and_then(Frame::trailers_mut) {
                    remove_reserved(trailers);
                }
                Some(frame.map_err(Into::into))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::File { body } => body.is_end_stream(),
            Self::Inner { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::File { body } => body.size_hint(),
            Self::Inner { body } => body.size_hint(),
        }
    }
}
