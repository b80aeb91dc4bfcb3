//! Opening files where waiting for the disk is allowed.

use std::future::Future;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::{JoinHandle, spawn_blocking};
use xsendfile::Error;

/// A file that a blocking thread opens, and what the thread makes of it. Where the thread panics, so
/// does whoever waits for it.
#[derive(Debug)]
pub(crate) struct Opening<T> {
    thread: JoinHandle<Result<T, Error>>,
    path: PathBuf,
}

impl<T: Send + 'static> Opening<T> {
    /// Lets a blocking thread `open` what lies at `path`.
    pub(crate) fn new(path: PathBuf, open: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Self {
        Self { thread: spawn_blocking(open), path }
    }
}

impl<T> Future for Opening<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let opened = ready!(Pin::new(&mut self.thread).poll(cx));
        Poll::Ready(opened.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime shuts down.
            Err(cancelled) => {
                let path = std::mem::take(&mut self.path);
                Err(Error::Io { operation: "open", path, source: cancelled.into() })
            }
        }))
    }
}
