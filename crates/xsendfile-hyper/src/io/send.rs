//! Writing bytes and sending parts of files.

use std::fs::File;
use std::future::Future;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendFlags, sendmsg};
use tokio::task::{JoinHandle, spawn_blocking};

use super::cache::{self, Place};
use super::expected::Part;
use super::socket::Socket;
use crate::body::placeholder::{self, Readable};
use crate::body::pool::Buffer;
use crate::counters::COUNTERS;

/// What came of writing or sending.
#[derive(Debug)]
pub(super) enum Sent {
    /// This many bytes are out.
    Bytes(usize),
    /// None: the client has to read first.
    Full,
    /// None, for a reason of our own.
    Later,
}

/// Sends, and remembers what it waits for.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// Bytes sent since others last had the worker.
    turn: usize,
    /// What is left of the part that ends here was in memory a moment ago.
    cached: Option<u64>,
    /// Nothing tells what is in memory.
    blind: bool,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    /// Files of this connection cannot be sent by the kernel.
    by_hand: bool,
    /// Bytes at the front of the part that is sent by hand.
    read: Bytes,
}

impl Sender {
    /// Writes the first of `bytes`; `more` where the rest of the packet follows at once.
    pub(super) fn write<S: Socket>(
        &mut self,
        socket: &mut S,
        cx: &mut Context<'_>,
        bytes: Readable<'_, '_>,
        more: bool,
    ) -> io::Result<Sent> {
        if more {
            return when_writable(socket, cx, || write_more(socket, bytes));
        }
        Ok(match Pin::new(socket).poll_write_vectored(cx, bytes.slices())? {
            Poll::Ready(count) => Sent::Bytes(count),
            Poll::Pending => Sent::Full,
        })
    }

    /// Forgets the last file.
    pub(super) fn restart(&mut self) {
        *self = Self { turn: self.turn, ..Self::default() };
    }

    /// Sends the beginning of `part`.
    pub(super) fn send<S: Socket>(
        &mut self,
        socket: &S,
        cx: &mut Context<'_>,
        part: &Part,
    ) -> io::Result<Sent> {
        if self.turn >= placeholder::LONGEST {
            self.turn = 0;
            cx.waker().wake_by_ref();
            return Ok(Sent::Later);
        }
        let sent =
            if self.by_hand { self.by_hand(socket, cx, part) } else { self.by_kernel(socket, cx, part) };
        match &sent {
            Ok(Sent::Bytes(count)) => self.turn += count,
            Ok(Sent::Full | Sent::Later) => self.turn = 0,
            Err(_) => {}
        }
        sent
    }

    /// Sends what the socket takes of `part`, whatever it said before.
    pub(super) fn poll_send_now<S: Socket>(
        &mut self,
        socket: &S,
        cx: &mut Context<'_>,
        part: &Part,
    ) -> Poll<io::Result<usize>> {
        if self.by_hand {
            let count = rustix::io::write(socket, &self.read)?;
            self.read.advance(count);
            return Poll::Ready(Ok(count));
        }
        // A full socket has no room for more.
        let part = part.beginning(64 * 1024);
        ready!(self.poll_cached(cx, &part)?);
        match send_part(socket, &part) {
            Err(error) if is_unsupported(&error) => {
                // Nothing is written before it has been read.
                self.by_hand_from_now_on(socket, cx, &part, &error)?;
                Poll::Pending
            }
            sent => Poll::Ready(sent),
        }
    }

    fn by_kernel<S: Socket>(&mut self, socket: &S, cx: &mut Context<'_>, part: &Part) -> io::Result<Sent> {
        // What the client cannot take yet is not read for it.
        if socket.poll_writable(cx)?.is_pending() {
            return Ok(Sent::Full);
        }
        if self.poll_cached(cx, part)?.is_pending() {
            return Ok(Sent::Later);
        }
        match when_writable(socket, cx, || send_part(socket, part)) {
            Ok(Sent::Full) => {
                // Until the client has read, the pages may be needed for something else.
                if !self.blind {
                    self.cached = None;
                }
                Ok(Sent::Full)
            }
            Err(error) if is_unsupported(&error) => self.by_hand_from_now_on(socket, cx, part, &error),
            sent => sent,
        }
    }

    /// The file system has no such thing.
    fn by_hand_from_now_on<S: Socket>(
        &mut self,
        socket: &S,
        cx: &mut Context<'_>,
        part: &Part,
        error: &io::Error,
    ) -> io::Result<Sent> {
        report_unsupported(error);
        self.by_hand = true;
        self.by_hand(socket, cx, part)
    }

    /// Ready when `part` is in memory: where it was not, a blocking thread reads it ahead.
    fn poll_cached(&mut self, cx: &mut Context<'_>, part: &Part) -> io::Result<Poll<()>> {
        if self.poll_reading(cx)?.is_pending() {
            return Ok(Poll::Pending);
        }
        if self.cached == Some(part.end()) {
            return Ok(Poll::Ready(()));
        }
        // In memory now or after reading, or nothing can tell; to ask again could go on for ever.
        self.cached = Some(part.end());
        let place = cache::place(part);
        self.blind = place == Place::Unknown;
        if place == Place::Memory {
            return Ok(Poll::Ready(()));
        }
        COUNTERS.cold_reads.add(1);
        let part = part.clone();
        self.read_by(cx, move || cache::read_ahead(&part).map(|()| Bytes::new()))?;
        Ok(Poll::Pending)
    }

    fn by_hand<S: Socket>(&mut self, socket: &S, cx: &mut Context<'_>, part: &Part) -> io::Result<Sent> {
        if self.poll_reading(cx)?.is_pending() {
            return Ok(Sent::Later);
        }
        if self.read.is_empty() {
            let part = part.clone();
            return self.read_by(cx, move || read(&part));
        }
        let sent = when_writable(socket, cx, || Ok(rustix::io::write(socket, &self.read)?))?;
        if let Sent::Bytes(count) = sent {
            self.read.advance(count);
        }
        Ok(sent)
    }

    /// Lets a blocking thread `read`.
    fn read_by(
        &mut self,
        cx: &mut Context<'_>,
        read: impl FnOnce() -> io::Result<Bytes> + Send + 'static,
    ) -> io::Result<Sent> {
        self.reading = Some(spawn_blocking(read));
        if self.poll_reading(cx)?.is_ready() {
            cx.waker().wake_by_ref();
        }
        Ok(Sent::Later)
    }

    fn poll_reading(&mut self, cx: &mut Context<'_>) -> io::Result<Poll<()>> {
        let Some(reading) = &mut self.reading else { return Ok(Poll::Ready(())) };
        let Poll::Ready(read) = Pin::new(reading).poll(cx) else { return Ok(Poll::Pending) };
        self.reading = None;
        self.read = read.map_err(io::Error::other)??;
        Ok(Poll::Ready(()))
    }
}

/// Writes when the socket can take something. What it says of being full counts, not what it said.
fn when_writable<S: Socket>(
    socket: &S,
    cx: &mut Context<'_>,
    mut write: impl FnMut() -> io::Result<usize>,
) -> io::Result<Sent> {
    loop {
        if socket.poll_writable(cx)?.is_pending() {
            return Ok(Sent::Full);
        }
        match socket.try_write_by(&mut write) {
            Ok(count) => return Ok(Sent::Bytes(count)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Writes what the socket takes of `bytes`, whatever it said before.
pub(super) fn write_now<S: Socket>(socket: &S, bytes: Readable<'_, '_>) -> io::Result<usize> {
    Ok(rustix::io::writev(socket, bytes.slices())?)
}

/// Writes the head of a part, which goes into one packet with the part's beginning.
fn write_more<S: Socket>(socket: &S, bytes: Readable<'_, '_>) -> io::Result<usize> {
    #[cfg(target_os = "linux")]
    const FLAGS: SendFlags = SendFlags::NOSIGNAL.union(SendFlags::MORE);
    #[cfg(not(target_os = "linux"))]
    const FLAGS: SendFlags = SendFlags::empty();
    Ok(sendmsg(socket, bytes.slices(), &mut SendAncillaryBuffer::default(), FLAGS)?)
}

/// Sends the beginning of `part` by the kernel.
fn send_part<S: Socket>(socket: &S, part: &Part) -> io::Result<usize> {
    let count = sendfile(socket, &part.file, part.start, part.length)?;
    if count == 0 {
        return Err(shorter());
    }
    COUNTERS.kernel_calls.add(1);
    COUNTERS.kernel_bytes.add(count as u64);
    Ok(count)
}

#[cfg(target_os = "linux")]
fn sendfile<S: Socket>(socket: &S, file: &File, mut offset: u64, length: usize) -> io::Result<usize> {
    Ok(rustix::fs::sendfile(socket, file, Some(&mut offset), length)?)
}

#[cfg(not(target_os = "linux"))]
fn sendfile<S: Socket>(_: &S, _: &File, _: u64, _: usize) -> io::Result<usize> {
    Err(Errno::NOSYS.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP))
}

/// Tells the operator once: there may be such a file in every request.
fn report_unsupported(error: &io::Error) {
    static REPORTED: Once = Once::new();
    REPORTED.call_once(|| tracing::warn!(%error, "a file system has no sendfile(2), its files are copied"));
}

/// The beginning of `part`, as much as one buffer holds.
fn read(part: &Part) -> io::Result<Bytes> {
    let mut buffer = Buffer::new(part.length as u64);
    let mut at = part.start;
    while !buffer.unfilled().is_empty() {
        match part.file.read_at(buffer.unfilled(), at) {
            Ok(0) => return Err(shorter()),
            Ok(count) => {
                buffer.advance(count);
                at += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(buffer.freeze())
}

fn shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter")
}
