//! The tasks of HTTP/2 streams, and the deadline of a client that stops reading one of them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::body::pace::{self, Awaited};
use crate::counters::COUNTERS;
use crate::io::WRITE_IDLE;
use crate::io::deadline::Deadline;

/// Runs hyper's tasks on tokio, and ends an HTTP/2 stream whose client does not read it.
///
/// A client may stop reading one stream while it answers pings and reads the others. Neither the
/// socket nor hyper notices, and the stream would keep its file open for ever. Under this executor a
/// stream that sends a [`Body`](crate::Body) is reset, and its file closed, when the client has taken
/// no chunk of at most 64 KiB for the whole limit. The body must be polled in the stream's own task: what
/// another task carries is not watched.
///
/// [`serve`](crate::serve()) uses it with the listener's [`write_idle`](crate::Listener::write_idle).
/// For an accept loop of your own, give it to hyper in place of hyper-util's `TokioExecutor`.
#[derive(Debug, Clone, Copy)]
pub struct Executor {
    limit: Duration,
}

impl Executor {
    /// An executor with the default limit, 60 seconds.
    pub fn new() -> Self {
        Self { limit: WRITE_IDLE }
    }

    /// How long the client of a stream may take nothing. Default: 60 seconds.
    #[must_use]
    pub fn write_idle(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

impl Default for Executor {
    fn default() -> Self {
        Self::new()
    }
}

impl<F> hyper::rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        tokio::spawn(Watched { future, deadline: Deadline::new(self.limit), waits: false });
    }
}

pin_project! {
    /// The task of a stream. hyper resets the stream when its task is dropped.
    struct Watched<F> {
        #[pin]
        future: F,
        deadline: Deadline,
        // For the client.
        waits: bool,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        pace::take();
        if this.future.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if let Some(awaited) = pace::take() {
            this.deadline.clear();
            *this.waits = awaited == Awaited::Client;
        }
        if *this.waits && this.deadline.poll_missed(cx).is_ready() {
            COUNTERS.idle_drops.add(1);
            let limit = this.deadline.limit();
            tracing::info!(?limit, "a client stopped reading an HTTP/2 stream, the stream is reset");
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
