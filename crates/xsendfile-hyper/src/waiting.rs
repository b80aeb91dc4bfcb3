//! Waiting for a thread that may wait for a file system.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use xsendfile::Lane;

/// What a thread will say: one of the runtime's for the disks of this machine, else one of the lane's, so
/// that a mount which hangs takes none of the runtime's.
#[derive(Debug)]
pub(crate) enum Waiting<T> {
    Pool(JoinHandle<T>),
    Lane(oneshot::Receiver<std::thread::Result<T>>),
}

/// Why there is nothing to say.
pub(crate) enum Failed {
    Panicked(Box<dyn Any + Send>),
    /// The runtime shuts down, or there is no thread left.
    Cancelled,
}

impl<T: Send + 'static> Waiting<T> {
    /// Lets a thread `work`.
    pub(crate) fn new(lane: &Lane, work: impl FnOnce() -> T + Send + 'static) -> Self {
        if lane.is_local() {
            return Self::Pool(spawn_blocking(work));
        }
        let (sender, receiver) = oneshot::channel();
        lane.run(move || {
            // Whoever has gone meanwhile need not be waited for.
            if !sender.is_closed() {
                let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
            }
        });
        Self::Lane(receiver)
    }
}

impl<T> Future for Waiting<T> {
    type Output = Result<T, Failed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match &mut *self {
            Self::Pool(thread) => ready!(Pin::new(thread).poll(cx))
                .map_err(|error| error.try_into_panic().map_or(Failed::Cancelled, Failed::Panicked)),
            Self::Lane(thread) => match ready!(Pin::new(thread).poll(cx)) {
                Ok(done) => done.map_err(Failed::Panicked),
                Err(_) => Err(Failed::Cancelled),
            },
        })
    }
}
