//! Opening files where waiting is allowed.

use std::fmt;
use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use xsendfile::{Error, Lane, Lookup};

use crate::waiting::{Failed, Waiting};

/// A file that a thread opens, and what the thread makes of it. Where the thread panics, so does whoever
/// waits for it.
pub(crate) struct Opening<T> {
    /// None where nobody else may wait.
    thread: Option<Waiting<Result<T, Error>>>,
    open: Arc<Open<T>>,
    path: PathBuf,
}

type Open<T> = dyn Fn(Lookup) -> Result<T, Error> + Send + Sync;

impl<T: Send + 'static> Opening<T> {
    /// Lets a thread of `lane` `open` what lies at `path`, and one of another lane where that is told.
    pub(crate) fn new(
        path: PathBuf,
        lane: &Lane,
        open: impl Fn(Lookup) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Self {
        let open: Arc<Open<T>> = Arc::new(open);
        Self { thread: start(&open, lane), open, path }
    }
}

fn start<T: Send + 'static>(open: &Arc<Open<T>>, lane: &Lane) -> Option<Waiting<Result<T, Error>>> {
    if lane.is_full() {
        return None;
    }
    let (open, lookup) = (Arc::clone(open), lane.lookup());
    Some(Waiting::new(lane, move || open(lookup)))
}

impl<T: Send + 'static> Future for Opening<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let Some(thread) = &mut self.thread else {
                return Poll::Ready(Err(Error::full(std::mem::take(&mut self.path))));
            };
            return Poll::Ready(match ready!(Pin::new(thread).poll(cx)) {
                Ok(Err(Error::WouldBlock(lane))) => {
                    self.thread = start(&self.open, &lane);
                    continue;
                }
                Ok(opened) => opened,
                Err(Failed::Panicked(panic)) => resume_unwind(panic),
                Err(Failed::Cancelled) => {
                    let path = std::mem::take(&mut self.path);
                    let source = io::Error::other("no thread is left to open it");
                    Err(Error::Io { operation: "open", path, source })
                }
            });
        }
    }
}

impl<T> fmt::Debug for Opening<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("path", &self.path).finish_non_exhaustive()
    }
}
