//! An HTTP server: HTTP/1 and 2 by negotiation, graceful shutdown.

pub(crate) mod executor;
#[cfg(feature = "rustls")]
pub(crate) mod tls;

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, IntoFuture, pending, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;

use tokio::sync::Notify;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::executor::Executor;
use crate::io::listener::{Accept, Peer};

/// How long HTTP/2 waits for an answer to a ping, and TLS for a handshake.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How much of a response waits in hyper for a slow client of HTTP/1 before the body is asked for more, so also
/// the longest head of a request.
const HTTP1_BUFFER: usize = 64 * 1024;

/// How many streams a client of HTTP/2 may have open, and how much of each waits in hyper before the body is
/// asked for more. That comes as one chunk, and the next is taken out in advance: at most 128 KiB for each
/// stream and 12.5 MiB for a connection.
const HTTP2_STREAMS: u32 = 100;
const HTTP2_BUFFER: usize = 16 * 1024;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Serves HTTP/1 and HTTP/2 from `listener` with a hyper or a tower service, an axum `Router` too.
///
/// Runs when awaited, until the [shutdown](Serve::with_graceful_shutdown) or for ever. Requests carry
/// the [`Peer`] they come from in their extensions.
///
/// How long the body of a request may take is for the application to limit, as tower-http's
/// `RequestBodyTimeoutLayer` does.
///
/// ```no_run
/// use std::convert::Infallible;
/// use hyper::{Request, Response, body::Incoming, service::service_fn};
/// use xsendfile_hyper::{Body, Config, Listener, Sendfile, serve};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let sendfile = Sendfile::new(Config::builder().backend("simple").root("/srv/files").build()?);
/// let service = service_fn(move |request: Request<Incoming>| {
///     // Here belongs the decision who may have which file.
///     let download = sendfile.send(&request, "report.pdf").attachment();
///     async move {
///         Ok::<_, Infallible>(download.await.unwrap_or_else(|error| error.to_response()))
///     }
/// });
/// serve(Listener::bind("127.0.0.1:8000").await?, service)
///     .with_graceful_shutdown(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
///     .await?;
/// # Ok(())
/// # }
/// ```
pub fn serve<A, S, K>(listener: A, service: S) -> Serve<A, S::Service>
where
    A: Accept,
    S: IntoService<K>,
{
    let mut builder = Builder::new(Executor::new().write_idle(listener.write_idle()));
    builder.http1().timer(TokioTimer::new()).half_close(true).max_buf_size(HTTP1_BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PATIENCE)
        .keep_alive_timeout(PATIENCE)
        .max_concurrent_streams(HTTP2_STREAMS)
        .max_send_buf_size(HTTP2_BUFFER)
        .enable_connect_protocol();
    Serve {
        listener,
        service: service.into_service(),
        builder,
        first_request: PATIENCE,
        signal: Box::pin(pending()),
    }
}

/// A server that has not been started. Made by [`serve`].
#[must_use = "it serves when it is awaited"]
pub struct Serve<A, S> {
    listener: A,
    service: S,
    builder: Builder<Executor>,
    first_request: Duration,
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<A, S> Serve<A, S> {
    /// Stops when `signal` is ready: no more connections are accepted, requests that have begun are
    /// answered whole, then it returns. A client that does not close its side of the connection is waited for
    /// as [`Io`](crate::Io) says: 2 seconds where it sends nothing, at most 30.
    pub fn with_graceful_shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signal = Box::pin(signal);
        self
    }

    /// How long a client may take to its first request before it is dropped, from connecting or from the
    /// end of its TLS handshake: hyper itself waits for ever until it knows the version. Default: 20 seconds.
    pub fn first_request(mut self, limit: Duration) -> Self {
        self.first_request = limit;
        self
    }

    /// Changes hyper's settings. HTTP/1's `writev(false)` keeps the kernel from sending; `pipeline_flush(true)`
    /// is not done, since hyper would then take whole files into memory.
    ///
    /// Set already are HTTP/1's `half_close(true)`, so that a client that has closed its side gets its answer,
    /// and what bounds the memory for slow clients: HTTP/1's `max_buf_size` of 64 KiB, which is also the longest
    /// head of a request, HTTP/2's `max_concurrent_streams` of 100 and `max_send_buf_size` of 16 KiB.
    pub fn configure(mut self, configure: impl FnOnce(&mut Builder<Executor>)) -> Self {
        configure(&mut self.builder);
        self.builder.http1().pipeline_flush(false);
        self
    }
}

impl<A, S> fmt::Debug for Serve<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").finish_non_exhaustive()
    }
}

impl<A, S, B> IntoFuture for Serve<A, S>
where
    A: Accept,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.run().await;
            Ok(())
        })
    }
}

impl<A, S, B> Serve<A, S>
where
    A: Accept,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    async fn run(self) {
        let Self { mut listener, service, builder, first_request, mut signal } = self;
        let builder = Arc::new(builder);
        let graceful = GracefulShutdown::new();
        loop {
            let mut accept = pin!(listener.accept());
            let accepted = poll_fn(|cx| {
                if signal.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                accept.as_mut().poll(cx).map(Some)
            });
            let Some((handshake, address)) = accepted.await else { break };
            let begun = Arc::new(Notify::new());
            let service =
                WithPeer { service: service.clone(), peer: Peer(address), begun: Arc::clone(&begun) };
            let (builder, watcher) = (Arc::clone(&builder), graceful.watcher());
            tokio::spawn(async move {
                let stream = match handshake.await {
                    Ok(stream) => stream,
                    Err(error) => return tracing::debug!(%error, "the handshake of a connection failed"),
                };
                let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
                let begins = timeout(first_request, begun.notified());
                match unless_silent(watcher.watch(connection), begins).await {
                    Some(Ok(())) => {}
                    Some(Err(error)) => tracing::debug!(error, "a connection ended early"),
                    None => tracing::debug!(
                        ?first_request,
                        "a client asked for nothing, its connection is dropped"
                    ),
                }
            });
        }
        drop(listener);
        graceful.shutdown().await;
    }
}

/// What a connection comes to; `None` where it is dropped since no request `begins` in time.
async fn unless_silent<T>(
    connection: impl Future<Output = T>,
    begins: impl Future<Output = Result<(), Elapsed>>,
) -> Option<T> {
    let (mut connection, mut begins, mut silent) = (pin!(connection), pin!(begins), true);
    poll_fn(|cx| {
        if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
            return Poll::Ready(Some(ended));
        }
        if silent && let Poll::Ready(begun) = begins.as_mut().poll(cx) {
            silent = false;
            if begun.is_err() {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    })
    .await
}

/// Says with each request who sent it.
#[derive(Debug, Clone)]
struct WithPeer<S, A> {
    service: S,
    peer: Peer<A>,
    /// Told when a request has begun.
    begun: Arc<Notify>,
}

impl<S, A> Service<Request<Incoming>> for WithPeer<S, A>
where
    S: Service<Request<Incoming>>,
    A: Clone + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        self.begun.notify_one();
        request.extensions_mut().insert(self.peer.clone());
        self.service.call(request)
    }
}

/// What can be served: hyper services and tower services. `Kind` tells the two apart and is inferred.
pub trait IntoService<Kind> {
    /// As a hyper service.
    type Service;

    /// Makes it one.
    fn into_service(self) -> Self::Service;
}

/// The kind of hyper services.
#[derive(Debug)]
pub enum Hyper {}

/// The kind of tower services.
#[derive(Debug)]
pub enum Tower {}

impl<S> IntoService<Hyper> for S
where
    S: Service<Request<Incoming>>,
{
    type Service = Self;

    fn into_service(self) -> Self {
        self
    }
}

impl<S> IntoService<Tower> for S
where
    S: tower_service::Service<Request<Incoming>> + Clone,
{
    type Service = TowerToHyperService<S>;

    fn into_service(self) -> TowerToHyperService<S> {
        TowerToHyperService::new(self)
    }
}
