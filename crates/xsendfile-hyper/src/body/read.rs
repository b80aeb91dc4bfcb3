//! Reading a body's bytes: on the async worker what is in memory, on a thread what is not.

use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use xsendfile::Reader;

use super::pool::Buffer;
use crate::counters::COUNTERS;
use crate::waiting::{Failed, Waiting};

/// A reader, and the thread that has it meanwhile.
#[derive(Debug)]
pub(crate) enum Source {
    Here(Reader),
    /// And how many bytes were left when it went.
    Away(Waiting<(Reader, io::Result<Bytes>)>, u64),
    /// It failed; the error has been told.
    Gone,
}

impl Source {
    /// How many bytes have not been handed out.
    pub(crate) fn remaining(&self) -> u64 {
        match self {
            Self::Here(reader) => reader.remaining(),
            Self::Away(_, left) => *left,
            Self::Gone => 0,
        }
    }

    /// Reads the next `wanted` bytes, or as many as one buffer holds or as there are.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] for a file that has become shorter; what else reading says.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>, wanted: u64) -> Poll<io::Result<Bytes>> {
        if let Self::Here(reader) = self {
            let remaining = reader.remaining();
            let mut buffer = Buffer::new(wanted.min(remaining));
            match fill(&mut buffer, |unfilled| reader.read_cached(unfilled)) {
                Ok(()) => return Poll::Ready(Ok(buffer.freeze())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    *self = Self::Gone;
                    return Poll::Ready(Err(error));
                }
            }
            let Self::Here(mut reader) = std::mem::replace(self, Self::Gone) else { unreachable!() };
            COUNTERS.cold_reads.add(1);
            let thread = Waiting::new(&reader.lane(), move || {
                let read = fill(&mut buffer, |unfilled| reader.read(unfilled));
                (reader, read.map(|()| buffer.freeze()))
            });
            *self = Self::Away(thread, remaining);
        }
        let Self::Away(thread, _) = self else { return Poll::Ready(Err(gone())) };
        let (reader, read) = match ready!(Pin::new(thread).poll(cx)) {
            Ok(done) => done,
            Err(failed) => {
                *self = Self::Gone;
                let what = match failed {
                    Failed::Panicked(_) => "the thread that read it panicked",
                    Failed::Cancelled => "no thread is left to read it",
                };
                return Poll::Ready(Err(io::Error::other(what)));
            }
        };
        *self = if read.is_ok() { Self::Here(reader) } else { Self::Gone };
        Poll::Ready(read)
    }
}

/// Fills the buffer whole. What was read before an error stays in it.
fn fill(buffer: &mut Buffer, mut read: impl FnMut(&mut [u8]) -> io::Result<usize>) -> io::Result<()> {
    while !buffer.unfilled().is_empty() {
        match read(buffer.unfilled()) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => buffer.advance(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn gone() -> io::Error {
    io::Error::other("reading this body has failed before")
}
