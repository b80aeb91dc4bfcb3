//! A body that Python reads, or hands to its server as a descriptor.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rustix::fs::{SeekFrom, seek};
use xsendfile::Reader;

use crate::lane::Lane;

/// What follows the head of a streamed response.
///
/// The lock is held for moments, never while a file is read, asked or closed: who waits for it has the
/// interpreter's lock too, and would stop the whole process for as long as the file system takes.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Body {
    state: Mutex<State>,
    part: Option<(u64, u64)>,
}

struct State {
    /// `None` once it is closed.
    body: Option<xsendfile::Body>,
    /// Where it is read next; `None` while somebody reads, who has it.
    reader: Option<Reader>,
}

impl Body {
    pub(crate) fn new(body: xsendfile::Body) -> Self {
        let part = body.contiguous().map(|(_, range)| (range.start, range.end - range.start));
        Self { part, state: Mutex::new(State { reader: Some(body.reader()), body: Some(body) }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A share of the file, which stays open as long as there is one, and the part of it that is the body.
    fn shared(&self) -> PyResult<(Arc<File>, Range<u64>)> {
        match self.state().body.as_ref().ok_or_else(closed)?.contiguous() {
            Some((file, range)) => Ok((Arc::clone(file), range)),
            None => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "a multipart body is no part of a file")
                    .into())
            }
        }
    }

    /// Takes the reader, until what is returned is dropped.
    fn reading(&self) -> PyResult<Reading<'_>> {
        let mut state = self.state();
        if state.body.is_none() {
            return Err(closed());
        }
        match state.reader.take() {
            Some(reader) => Ok(Reading { of: self, reader: Some(reader) }),
            None => Err(PyRuntimeError::new_err("another call is reading this body")),
        }
    }
}

impl Drop for Body {
    /// As `close`: to close a file may take as long as to read it.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(gone) = state.body.take().map(|body| (body, state.reader.take())) {
            Python::try_attach(|py| py.detach(move || drop(gone)));
        }
    }
}

/// A reader that nobody else has.
struct Reading<'a> {
    of: &'a Body,
    reader: Option<Reader>,
}

impl Reading<'_> {
    fn reader(&mut self) -> &mut Reader {
        self.reader.as_mut().expect("it is given back only when this is dropped")
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut state = self.of.state();
        // What was closed meanwhile stays so: then this is the last share of the file, to be dropped after
        // the lock.
        if state.body.is_some() {
            state.reader = self.reader.take();
        }
    }
}

fn closed() -> PyErr {
    PyValueError::new_err("I/O operation on closed file")
}

#[pymethods]
impl Body {
    /// Offset and length, where the body is one part of a file, which has a descriptor.
    #[getter]
    fn part(&self) -> Option<(u64, u64)> {
        self.part
    }

    /// Where to wait for it; none for the disks of this machine.
    #[getter]
    fn lane(&self) -> Option<Lane> {
        Lane::of(self.state().body.as_ref()?.lane())
    }

    /// The file's descriptor, positioned where the body begins.
    fn fileno(&self) -> PyResult<i32> {
        let (file, range) = self.shared()?;
        seek(&file, SeekFrom::Start(range.start)).map_err(io::Error::from)?;
        Ok(file.as_raw_fd())
    }

    /// Whether the file has become shorter than the body.
    fn shrunk(&self, py: Python<'_>) -> PyResult<bool> {
        let (file, range) = self.shared()?;
        Ok(py.detach(move || file.metadata().map(|metadata| metadata.len() < range.end))?)
    }

    /// The position in the file of what is read next.
    fn tell(&self) -> PyResult<u64> {
        let (_, range) = self.shared()?;
        Ok(range.end - self.reading()?.reader().remaining())
    }

    /// Goes to a position in the file: from its start, from here, or from the end of the body.
    #[pyo3(signature = (offset, whence = 0))]
    fn seek(&self, offset: i64, whence: i32) -> PyResult<u64> {
        let (_, range) = self.shared()?;
        let from = match whence {
            0 => 0,
            1 => self.tell()?,
            2 => range.end,
            _ => return Err(PyValueError::new_err("whence is 0, 1 or 2")),
        };
        let to = from.saturating_add_signed(offset).clamp(range.start, range.end);
        let mut reading = self.reading()?;
        let mut reader = self.state().body.as_ref().ok_or_else(closed)?.reader();
        reader.next_segment(to - range.start);
        *reading.reader() = reader;
        Ok(to)
    }

    /// The next bytes, at most `size`; none at the end. Without a size, or a negative one, all.
    #[pyo3(signature = (size = -1))]
    fn read<'py>(&self, py: Python<'py>, size: i64) -> PyResult<Bound<'py, PyBytes>> {
        let mut reading = self.reading()?;
        let amount = amount(reading.reader(), size);
        filled(py, amount, |buffer| {
            // What is in memory is read without letting other threads in, which takes longer.
            let cached = match fill(buffer, 0, |rest| reading.reader().read_cached(rest)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                cached => cached?,
            };
            if cached == amount {
                return Ok(cached);
            }
            // The reader goes too: to close a file may take as long as to read it.
            Ok(py.detach(move || fill(buffer, cached, |rest| reading.reader().read(rest)))?)
        })
    }

    /// Like `read`, but only what is in memory; `None` where that is nothing.
    #[pyo3(signature = (size = -1))]
    fn read_cached<'py>(&self, py: Python<'py>, size: i64) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let mut reading = self.reading()?;
        let amount = amount(reading.reader(), size);
        let mut would_block = false;
        let bytes = filled(py, amount, |buffer| {
            match fill(buffer, 0, |rest| reading.reader().read_cached(rest)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => would_block = true,
                cached => return Ok(cached?),
            }
            Ok(0)
        })?;
        Ok((!would_block).then_some(bytes))
    }

    /// Lets go of the file. Who reads it meanwhile still has it, and is the one who closes it.
    fn close(&self, py: Python<'_>) {
        let mut state = self.state();
        let gone = (state.body.take(), state.reader.take());
        drop(state);
        py.detach(move || drop(gone));
    }
}

/// How many bytes to read: `size`, but no more than there are.
fn amount(reader: &Reader, size: i64) -> usize {
    let remaining = usize::try_from(reader.remaining()).unwrap_or(usize::MAX);
    usize::try_from(size).map_or(remaining, |size| size.min(remaining))
}

/// New bytes, of the length that `fill` gives, at most `amount`.
fn filled(
    py: Python<'_>,
    amount: usize,
    fill: impl FnOnce(&mut [u8]) -> PyResult<usize>,
) -> PyResult<Bound<'_, PyBytes>> {
    let mut length = 0;
    let bytes = PyBytes::new_with(py, amount, |buffer| {
        length = fill(buffer)?;
        Ok(())
    })?;
    Ok(if length == amount { bytes } else { PyBytes::new(py, &bytes.as_bytes()[..length]) })
}

/// Fills `buffer` from its byte `from` on, as far as `read` goes, and tells how many bytes there are. An
/// error counts only where there are none: what was read is not lost, and the error comes again.
fn fill(
    buffer: &mut [u8],
    from: usize,
    mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut filled = from;
    while filled < buffer.len() {
        match read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if filled == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(filled)
}
