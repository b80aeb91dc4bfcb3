//! The end of a connection whose client may still be sending.
//!
//! A socket that is closed while it has bytes that nobody read, or that receives more later, resets the
//! connection, and a reset takes from the client what it had not read yet of its answer. So the connection
//! says first that nothing more will come, and reads and discards until the client has closed it too.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};

use super::deadline::Deadline;

/// How long to wait for the first of what the client may still be sending: longer than it takes to know that
/// nothing is on its way, and little for those who wait for a server to stop.
const FIRST: Duration = Duration::from_secs(2);

/// How long the client may then pause.
const PAUSE: Duration = Duration::from_secs(5);

/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(30);

/// How much is discarded at most.
const MOST: usize = 256 * 1024 * 1024;

/// Reads and discards.
#[derive(Debug)]
pub(super) struct Linger {
    pause: Deadline,
    whole: Deadline,
    discarded: usize,
}

impl Linger {
    pub(super) fn new() -> Self {
        Self { pause: Deadline::new(FIRST), whole: Deadline::new(WHOLE), discarded: 0 }
    }

    /// Ready when the client has closed its side, or has had its time.
    pub(super) fn poll(&mut self, socket: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
        let mut discarded = [0; 16 * 1024];
        while self.discarded < MOST && self.whole.poll_missed(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut discarded);
            match Pin::new(&mut *socket).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    if self.discarded == 0 {
                        self.pause = Deadline::new(PAUSE);
                    }
                    self.discarded += buffer.filled().len();
                    self.pause.clear();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.pause.poll_missed(cx),
            }
        }
        Poll::Ready(())
    }
}
