//! Waiting for a thread that may wait for a file system.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use xsendfile::Lane;

/// What a thread will say: one of the runtime's for the disks of this machine, else one of the lane's, so
/// that a mount which hangs takes none of the runtime's.
#[derive(Debug)]
pub(crate) enum Waiting<T> {
    Pool(JoinHandle<T>),
    Lane { thread: oneshot::Receiver<std::thread::Result<T>>, _work: Abandoned },
}

/// What is to be done in a lane. Dropped with whoever waits for it, not only when its turn comes: a mount that
/// hangs would keep what the work holds.
pub(crate) struct Abandoned(Arc<Mutex<Option<Work>>>);

type Work = Box<dyn FnOnce() + Send>;

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
        let abandoned = Abandoned::new(move || {
            let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
        });
        let slot = Arc::clone(&abandoned.0);
        lane.run(move || {
            if let Some(work) = take(&slot) {
                work();
            }
        });
        Self::Lane { thread: receiver, _work: abandoned }
    }
}

impl Abandoned {
    fn new(work: impl FnOnce() + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(work)))))
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        // Outside the lock: what it holds may be a file, which is closed by this lane too.
        drop(take(&self.0));
    }
}

impl fmt::Debug for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Abandoned")
    }
}

fn take(slot: &Mutex<Option<Work>>) -> Option<Work> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl<T> Future for Waiting<T> {
    type Output = Result<T, Failed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match &mut *self {
            Self::Pool(thread) => ready!(Pin::new(thread).poll(cx))
                .map_err(|error| error.try_into_panic().map_or(Failed::Cancelled, Failed::Panicked)),
            Self::Lane { thread, .. } => match ready!(Pin::new(thread).poll(cx)) {
                Ok(done) => done.map_err(Failed::Panicked),
                Err(_) => Err(Failed::Cancelled),
            },
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc;

    use xsendfile::{Config, Error, Lookup, Sendfile};

    use super::*;

    #[test]
    fn what_nobody_waits_for_any_more_is_dropped_although_the_mount_hangs() {
        // No disk of this machine.
        let sendfile = Sendfile::new(Config::builder().backend("simple").root("/proc").build().unwrap());
        let request = http::Request::new(());
        let Err(Error::WouldBlock(lane)) = sendfile.send(&request, "version").respond_by(Lookup::Local)
        else {
            panic!("a file of /proc may hang");
        };
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..Lane::THREADS {
            let held = Arc::clone(&held);
            // Until the sender is gone.
            lane.run(move || {
                let _ = held.lock().unwrap().recv();
            });
        }
        let request = Arc::new(());
        let kept = Arc::clone(&request);
        let waiting = Waiting::new(&lane, move || drop(kept));
        assert_eq!(Arc::strong_count(&request), 2);
        drop(waiting);
        assert_eq!(Arc::strong_count(&request), 1);
        drop(release);
    }
}
