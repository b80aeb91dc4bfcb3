//! The deadline of a client that does not read.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Runs while nothing can be written.
#[derive(Debug)]
pub(crate) struct Deadline {
    limit: Duration,
    /// Made when it is first needed, and used again.
    sleep: Option<Pin<Box<Sleep>>>,
    running: bool,
}

impl Deadline {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, sleep: None, running: false }
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// Something has been written.
    pub(crate) fn clear(&mut self) {
        self.running = false;
    }

    /// Nothing can be written. Ready when that has been so for the whole limit.
    pub(crate) fn poll_missed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.running {
            self.running = true;
            // Years ahead, where the limit is beyond what a clock can add.
            let far = Duration::from_secs(60 * 60 * 24 * 365 * 30);
            sleep.as_mut().reset(Instant::now() + limit.min(far));
        }
        sleep.as_mut().poll(cx)
    }
}
