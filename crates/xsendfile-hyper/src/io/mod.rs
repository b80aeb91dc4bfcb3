//! The connection's I/O: a socket that can be told to send a part of a file.

mod cache;
pub(crate) mod deadline;
mod expected;
mod linger;
pub(crate) mod listener;
mod send;
mod socket;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::deadline::Deadline;
use self::expected::{Expected, Plan};
use self::linger::Linger;
use self::send::{Sender, Sent};
use crate::body::binding::Binding;
use crate::body::placeholder::Readable;
use crate::counters::{COUNTERS, Copied};

pub use socket::Socket;

/// How long a client may take nothing, unless the listener or the connection is told otherwise.
pub const WRITE_IDLE: Duration = Duration::from_secs(60);

/// A client whose kernel has taken fewer bytes since the socket was full is not reading: kernels tidy
/// their buffers and find room for a little.
const ENOUGH: usize = 16 * 1024;

/// A socket whose HTTP/1 connection lets the kernel send files.
///
/// Give it to hyper in a `TokioIo`, to `axum::serve` by a [`Listener`](crate::Listener), or let
/// [`serve`](crate::serve()) do it. To all other bytes it is the socket that it wraps. It also ends a
/// connection whose client stops reading, with [`io::ErrorKind::TimedOut`].
///
/// Its shutdown gives a client that is still sending its request the time to take the answer: what comes is
/// discarded until the client closes, for at most 30 seconds, and for 2 where nothing comes at all or 5 where
/// nothing more does.
#[derive(Debug)]
pub struct Io<S> {
    socket: S,
    /// Why no body is bound to this connection, if none ever is.
    declines: Option<Copied>,
    expected: Option<Expected>,
    sender: Sender,
    deadline: Deadline,
    /// Nothing more is written, what comes is discarded.
    linger: Option<Linger>,
}

impl<S: Socket> Io<S> {
    /// Wraps a connected socket. Nagle's algorithm should be off.
    pub fn new(socket: S) -> Self {
        let declines = if cfg!(target_os = "linux") { None } else { Some(Copied::Unsupported) };
        let deadline = Deadline::new(WRITE_IDLE);
        Self { socket, declines, expected: None, sender: Sender::default(), deadline, linger: None }
    }

    /// How long the client may take nothing before the connection is dropped. Default: 60 seconds.
    #[must_use]
    pub fn write_idle(mut self, limit: Duration) -> Self {
        self.deadline = Deadline::new(limit);
        self
    }

    /// A socket beneath TLS, which is written what TLS has read: no file is sent by the kernel, the
    /// client that stops reading is still dropped.
    #[must_use]
    pub fn encrypted(mut self) -> Self {
        self.declines = Some(Copied::Encrypted);
        self
    }

    /// The socket.
    pub fn socket(&self) -> &S {
        &self.socket
    }

    /// Answers the body, if any, that offers in this task to be bound to who writes its first chunk.
    fn answer(&mut self, slices: &[IoSlice<'_>]) {
        Binding::note_connection(self.declines);
        let Some(binding) = Binding::offered() else { return };
        // Of one body at a time is known what is expected.
        if self.expected.is_some() {
            return binding.decline(Copied::Joined);
        }
        if let Some(reason) = self.declines {
            return binding.decline(reason);
        }
        let mut slices = slices.iter().rev().skip_while(|slice| slice.is_empty());
        // Last of all: a chunk in HTTP/1's chunked coding has more behind it.
        match slices.next().and_then(|last| binding.bind(last)) {
            Some(first) => {
                let before = slices.map(|slice| slice.len()).sum();
                self.sender.restart();
                self.expected = Some(Expected::new(binding, before, first));
            }
            None => binding.decline(Copied::Changed),
        }
    }

    /// What to do with the first of `slices`.
    fn plan(&mut self, slices: &[IoSlice<'_>]) -> io::Result<Plan> {
        self.expected.take_if(|expected| expected.is_over(slices));
        self.answer(slices);
        match &mut self.expected {
            Some(expected) => expected.plan(slices),
            None => Ok(Plan::Write { slices: slices.len(), more: false }),
        }
    }

    fn poll_plan(
        &mut self,
        cx: &mut Context<'_>,
        plan: &Plan,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = match plan {
            Plan::Write { slices: count, more } => {
                self.sender.write(&mut self.socket, cx, readable(&slices[..*count])?, *more)?
            }
            Plan::Send(part) => self.sender.send(&self.socket, cx, part)?,
        };
        let count = match sent {
            Sent::Bytes(count) => {
                self.deadline.clear();
                count
            }
            // A deadline that is running goes on: the client has not taken anything meanwhile.
            Sent::Later => return Poll::Pending,
            Sent::Full => {
                ready!(self.deadline.poll_missed(cx));
                let count = ready!(self.poll_insist(cx, plan, slices))?;
                if count >= ENOUGH {
                    self.deadline.clear();
                }
                count
            }
        };
        if let Some(expected) = &mut self.expected
            && expected.advance(slices, count)?
        {
            self.expected = None;
        }
        Poll::Ready(Ok(count))
    }

    /// Sends once more before the client is given up: a socket says that it can be written to only when
    /// a third of its buffer is free, which takes a slow but honest client long.
    fn poll_insist(
        &mut self,
        cx: &mut Context<'_>,
        plan: &Plan,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = match plan {
            Plan::Write { slices: count, .. } => send::write_now(&self.socket, readable(&slices[..*count])?),
            Plan::Send(part) => ready!(self.sender.poll_send_now(&self.socket, cx, part)),
        };
        Poll::Ready(match sent {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                COUNTERS.idle_drops.add(1);
                let limit = self.deadline.limit();
                tracing::info!(?limit, "a client stopped reading, its connection is dropped");
                let what = format!("the client stopped reading for {limit:?}");
                Err(io::Error::new(io::ErrorKind::TimedOut, what))
            }
            sent => sent,
        })
    }
}

/// What may be written of `slices`: all, or the connection is broken.
fn readable<'a, 'b>(slices: &'a [IoSlice<'b>]) -> io::Result<Readable<'a, 'b>> {
    Readable::new(slices)
        .ok_or_else(|| expected::broken("bytes that only the kernel may read reached another connection"))
}

impl<S: Socket> AsyncRead for Io<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Binding::note_connection(self.declines);
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl<S: Socket> AsyncWrite for Io<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let plan = self.plan(slices)?;
        self.poll_plan(cx, &plan, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        }
        this.linger.get_or_insert_with(Linger::new).poll(&mut this.socket, cx).map(Ok)
    }
}
