//! A body that Python reads, or hands to its server as a descriptor.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rustix::fs::{SeekFrom, seek};
use xsendfile::Reader;

/// What follows the head of a streamed response.
#[pyclass(frozen, module = "django_sendfile._native")]
pub(crate) struct Body {
    open: Mutex<Option<Open>>,
    part: Option<(u64, u64)>,
}

struct Open {
    body: xsendfile::Body,
    reader: Reader,
}

impl Body {
    pub(crate) fn new(body: xsendfile::Body) -> Self {
        let part = body.contiguous().map(|(_, range)| (range.start, range.end - range.start));
        Self { part, open: Mutex::new(Some(Open { reader: body.reader(), body })) }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Open) -> PyResult<T>) -> PyResult<T> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        f(open.as_mut().ok_or_else(|| PyValueError::new_err("I/O operation on closed file"))?)
    }

    /// Does something with the file and the part of it that is the body.
    fn with_part<T>(&self, f: impl FnOnce(&File, Range<u64>) -> io::Result<T>) -> PyResult<T> {
        self.with(|open| match open.body.contiguous() {
            Some((file, range)) => Ok(f(file, range)?),
            None => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "a multipart body is no part of a file")
                    .into())
            }
        })
    }
}

#[pymethods]
impl Body {
    /// Offset and length, where the body is one part of a file, which has a descriptor.
    #[getter]
    fn part(&self) -> Option<(u64, u64)> {
        self.part
    }

    /// The file's descriptor, positioned where the body begins.
    fn fileno(&self) -> PyResult<i32> {
        self.with_part(|file, range| {
            seek(file, SeekFrom::Start(range.start))?;
            Ok(file.as_raw_fd())
        })
    }

    /// Whether the file has become shorter than the body.
    fn shrunk(&self) -> PyResult<bool> {
        self.with_part(|file, range| Ok(file.metadata()?.len() < range.end))
    }

    /// The position in the file of what is read next.
    fn tell(&self) -> PyResult<u64> {
        let end = self.with_part(|_, range| Ok(range.end))?;
        self.with(|open| Ok(end - open.reader.remaining()))
    }

    /// Goes to a position in the file: from its start, from here, or from the end of the body.
    #[pyo3(signature = (offset, whence = 0))]
    fn seek(&self, offset: i64, whence: i32) -> PyResult<u64> {
        let range = self.with_part(|_, range| Ok(range))?;
        let from = match whence {
            0 => 0,
            1 => self.tell()?,
            2 => range.end,
            _ => return Err(PyValueError::new_err("whence is 0, 1 or 2")),
        };
        let to = from.saturating_add_signed(offset).clamp(range.start, range.end);
        self.with(|open| {
            open.reader = open.body.reader();
            open.reader.next_segment(to - range.start);
            Ok(to)
        })
    }

    /// The next bytes, at most `size`; none at the end. Without a size, or a negative one, all.
    #[pyo3(signature = (size = -1))]
    fn read<'py>(&self, py: Python<'py>, size: i64) -> PyResult<Bound<'py, PyBytes>> {
        let amount = self.with(|open| Ok(amount(&open.reader, size)))?;
        filled(py, amount, |buffer| {
            // What is in memory is read without letting other threads in, which takes longer.
            let cached = self.with(|open| Ok(fill(buffer, 0, |rest| open.reader.read_cached(rest))))?;
            let cached = match cached {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                cached => cached?,
            };
            if cached == amount {
                return Ok(cached);
            }
            py.detach(|| self.with(|open| Ok(fill(buffer, cached, |rest| open.reader.read(rest))?)))
        })
    }

    /// Like `read`, but only what is in memory; `None` where that is nothing.
    #[pyo3(signature = (size = -1))]
    fn read_cached<'py>(&self, py: Python<'py>, size: i64) -> PyResult<Option<Bound<'py, PyBytes>>> {
        self.with(|open| {
            let amount = amount(&open.reader, size);
            let mut would_block = false;
            let bytes = filled(py, amount, |buffer| {
                match fill(buffer, 0, |rest| open.reader.read_cached(rest)) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => would_block = true,
                    cached => return Ok(cached?),
                }
                Ok(0)
            })?;
            Ok((!would_block).then_some(bytes))
        })
    }

    /// Lets go of the file.
    fn close(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
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
