//! What a bound connection is to be given, byte for byte.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::Bytes;

use crate::body::binding::{Announced, Binding};
use crate::counters::COUNTERS;

/// The bytes of one body on their way out of a connection. Whatever is given to the connection must
/// be what the body announced, at its own address: what arrives in another place, in another order or cut
/// in another way was read, and may have been read wrong.
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

    /// Checks every slice, and says what to do with the first.
    ///
    /// # Errors
    ///
    /// Where they are not what the body announced.
    pub(super) fn plan(&mut self, slices: &[IoSlice<'_>]) -> io::Result<Plan> {
        self.ended = self.binding.receive(&mut self.announced);
        let mut cursor = Cursor { before: self.before, place: 0, done: self.done };
        let mut writable = 0;
        let mut part = None;
        for slice in slices {
            let placeholder = cursor.take(self, slice)?;
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

    /// Notes that `count` bytes are out; true where the body is at its end.
    pub(super) fn advance(&mut self, count: usize) -> bool {
        let head = count.min(self.before);
        self.before -= head;
        self.done += count - head;
        while let Some(next) = self.announced.front()
            && self.done >= next.memory().len()
        {
            self.done -= next.memory().len();
            self.announced.pop_front();
        }
        self.ended && self.announced.is_empty()
    }
}

/// How far the slices of one call have been checked.
struct Cursor {
    before: usize,
    place: usize,
    done: usize,
}

impl Cursor {
    /// Checks the next slice; the file and the offset it stands for, where it does.
    fn take(&mut self, expected: &Expected, slice: &[u8]) -> io::Result<Option<(Arc<File>, u64)>> {
        if slice.is_empty() {
            return Ok(None);
        }
        if self.before > 0 {
            self.before = self.before.checked_sub(slice.len()).ok_or_else(unexpected)?;
            return Ok(None);
        }
        // After its end comes what the connection likes: the next head.
        if self.place == expected.announced.len()
            && expected.ended
            && !crate::body::placeholder::is_placeholder(slice)
        {
            return Ok(None);
        }
        let next = expected.announced.get(self.place).ok_or_else(unexpected)?;
        let rest = &next.memory()[self.done..];
        if !std::ptr::eq(rest.as_ptr(), slice.as_ptr()) || slice.len() > rest.len() {
            return Err(unexpected());
        }
        let part = match next {
            Announced::Bytes(_) => None,
            Announced::Placeholder(placeholder, file) => {
                Some((Arc::clone(file), placeholder.start() + self.done as u64))
            }
        };
        self.done += slice.len();
        if slice.len() == rest.len() {
            self.place += 1;
            self.done = 0;
        }
        Ok(part)
    }
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
