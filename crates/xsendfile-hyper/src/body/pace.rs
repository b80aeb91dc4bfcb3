//! What the body of an HTTP/2 stream waits for, told to whoever runs the stream.
//!
//! hyper polls a body again only when the client has taken what the body handed out before. A client
//! that stops reading one stream is therefore never seen by its body, only by the task around it.

use std::cell::Cell;

/// What a body waits for after it has been polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// That the client takes a chunk.
    Client,
    /// The disk, or whatever else is not the client's affair.
    Disk,
}

thread_local! {
    static LAST: Cell<Option<Awaited>> = const { Cell::new(None) };
}

/// A body of the task at work has been polled, and waits for this.
pub(crate) fn note(awaited: Awaited) {
    LAST.set(Some(awaited));
}

/// What the last body that was polled on this thread waits for; `None` where none was since the last
/// call.
#[cfg(feature = "serve")]
pub(crate) fn take() -> Option<Awaited> {
    LAST.take()
}
