//! What a bound connection is to be given, byte for byte.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::Bytes;

use crate::body::binding::{Announced, Binding};
use crate::body::placeholder::is_placeholder;
use crate::counters::COUNTERS;

/// The bytes of one body on their way out of a connection. As long as a placeholder that the body announced
/// has not arrived, whatever is given to the connection must be what was announced, at its own address: what
/// arrives in another place, in another order or cut in another way was read, and may have been read wrong.
#[derive(Debug)]
pub(super) struct Expected {
    binding: Arc<Binding>,
    /// How many bytes come before the body: its head.
    before: usize,
    announced: VecDeque<Announced>,
    /// How much of the first has been written.
    done: usize,
    ended: bool,
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Plan {
    /// Write the first of the slices; `more` where the body goes on, so that no packet leaves half full.
    Write { slices: usize, more: bool },
    /// Send this part of a file in place of the first slice.
    Send(Part),
}

/// A part of a file.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) file: Arc<File>,
    pub(super) start: u64,
    pub(super) length: usize,
}

impl Part {
    /// Where in the file it ends.
    pub(super) fn end(&self) -> u64 {
        self.start + self.length as u64
    }

    /// Its first `length` bytes, or all where it has fewer.
    pub(super) fn beginning(&self, length: usize) -> Self {
        Self { length: self.length.min(length), ..self.clone() }
    }
}

impl Expected {
    /// What is expected of a body whose `first` chunk follows `before` other bytes.
    pub(super) fn new(binding: Arc<Binding>, before: usize, first: Bytes) -> Self {
        Self { binding, before, announced: VecDeque::from([Announced::Bytes(first)]), done: 0, ended: false }
    }

    /// Whether nothing more of the body will come, now that the connection is given `slices`: all of it is
    /// out, or it was ended early and the next response begins.
    pub(super) fn is_over(&mut self, slices: &[IoSlice<'_>]) -> bool {
        self.ended = self.binding.receive(&mut self.announced);
        if !self.ended || self.before > 0 {
            return false;
        }
        // What was announced and then dropped leaves no trace. Were anything else let through in its place,
        // it could be a copy of what stood for it; a head cannot.
        self.announced.is_empty()
            || slices
                .iter()
                .find(|slice| !slice.is_empty())
                .is_some_and(|slice| slice.starts_with(b"HTTP/1."))
    }

    /// Checks every slice, and says what to do with the first.
    ///
    /// # Errors
    ///
    /// Where they are not what the body announced.
    pub(super) fn plan(&self, slices: &[IoSlice<'_>]) -> io::Result<Plan> {
        let mut place = self.place();
        let mut writable = 0;
        let mut part = None;
        for slice in slices {
            let placeholder = self.take(&mut place, slice)?;
            if part.is_some() {
                continue;
            }
            match placeholder {
                Some((file, start)) => part = Some(Part { file, start, length: slice.len() }),
                None => writable += 1,
            }
        }
        Ok(match part {
            Some(part) if slices[..writable].iter().all(|slice| slice.is_empty()) => Plan::Send(part),
            // What the body has not announced yet follows at once.
            _ => Plan::Write { slices: writable, more: !self.ended },
        })
    }

    /// Notes that the first `count` bytes of `slices` are out; true where the body is at its end.
    ///
    /// # Errors
    ///
    /// As [`Self::plan`], which has seen them before.
    pub(super) fn advance(&mut self, slices: &[IoSlice<'_>], mut count: usize) -> io::Result<bool> {
        let mut place = self.place();
        for slice in slices {
            let written = count.min(slice.len());
            self.take(&mut place, &slice[..written])?;
            count -= written;
        }
        self.before = place.before;
        self.announced.drain(..place.next);
        self.done = place.done;
        Ok(self.ended && self.before == 0 && self.announced.is_empty())
    }

    fn place(&self) -> Place {
        Place { before: self.before, next: 0, done: self.done }
    }

    /// Goes on from `place` to the end of `slice`; the file and the offset the slice stands for, where it
    /// does.
    fn take(&self, place: &mut Place, slice: &[u8]) -> io::Result<Option<(Arc<File>, u64)>> {
        if slice.is_empty() {
            return Ok(None);
        }
        if place.before > 0 {
            place.before = place.before.checked_sub(slice.len()).ok_or_else(unexpected)?;
            return Ok(None);
        }
        let next = self.announced.get(place.next);
        let rest = next.map_or(&[][..], |next| &next.memory()[place.done..]);
        if !std::ptr::eq(rest.as_ptr(), slice.as_ptr()) || slice.len() > rest.len() {
            // Bytes of others: a next body, what stands between two, the next head. Not while a placeholder is
            // missing, of which they may be a copy.
            let missing =
                self.announced.range(place.next..).any(|next| matches!(next, Announced::Placeholder(..)));
            if missing || is_placeholder(slice) {
                return Err(unexpected());
            }
            *place = Place { before: 0, next: self.announced.len(), done: 0 };
            return Ok(None);
        }
        let part = match next {
            Some(Announced::Placeholder(placeholder, file)) => {
                Some((Arc::clone(file), placeholder.start() + place.done as u64))
            }
            _ => None,
        };
        place.done += slice.len();
        if slice.len() == rest.len() {
            place.next += 1;
            place.done = 0;
        }
        Ok(part)
    }
}

/// How far slices have been compared with what was announced.
struct Place {
    before: usize,
    /// The next of what was announced.
    next: usize,
    /// How much of that has come.
    done: usize,
}

fn unexpected() -> io::Error {
    broken("a layer between the body and its connection changed bytes after the first chunk")
}

/// The error that ends a connection before a wrong byte leaves it.
pub(super) fn broken(what: &'static str) -> io::Error {
    COUNTERS.broken_bindings.add(1);
    tracing::error!("{what}; the connection is closed. Send such bodies with `Body::copied`");
    io::Error::new(io::ErrorKind::InvalidData, what)
}
