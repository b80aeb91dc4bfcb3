//! What leaves after the head: a plan of bytes and parts of one file, and a reader that follows it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;

use crate::lane::{Handle, Lane};

/// One run of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// These bytes.
    Bytes(Bytes),
    /// This part of the file.
    File(Range<u64>),
}

impl Segment {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(range) => range.end - range.start,
        }
    }
}

/// What leaves after the head. Cheap to clone; the file is closed with the last clone.
#[derive(Debug, Clone, Default)]
pub struct Body {
    file: Option<Arc<Handle>>,
    segments: Vec<Segment>,
}

impl Body {
    /// A body without bytes.
    pub fn empty() -> Self {
        Self::default()
    }

    /// These bytes, and no file.
    #[cfg(feature = "canary")]
    pub(crate) fn text(text: String) -> Self {
        Self { file: None, segments: vec![Segment::Bytes(text.into())] }
    }

    /// One part of `file`.
    pub(crate) fn range(file: Handle, range: Range<u64>) -> Self {
        Self::new(file, vec![Segment::File(range)])
    }

    /// A sequence of bytes and parts of `file`.
    pub(crate) fn new(file: Handle, segments: Vec<Segment>) -> Self {
        Self { file: Some(Arc::new(file)), segments }
    }

    /// The file that the parts are of; `None` for a body without such parts.
    pub fn file(&self) -> Option<&Arc<File>> {
        self.file.as_deref().map(Handle::file)
    }

    /// Where to wait for the file's content. Where that is not [local](Lane::is_local), no sendfile(2) and no
    /// read of the file belongs on an event loop: each may hang.
    pub fn lane(&self) -> Lane {
        self.file.as_ref().map_or_else(Lane::local, |file| file.lane().clone())
    }

    /// The plan.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The file and the one part of it that make up the whole body: what a server can hand to
    /// sendfile(2). `None` for an empty and for a multipart body.
    pub fn contiguous(&self) -> Option<(&Arc<File>, Range<u64>)> {
        match (&self.file, self.segments.as_slice()) {
            (Some(file), [Segment::File(range)]) => Some((file.file(), range.clone())),
            _ => None,
        }
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.segments.iter().map(Segment::length).sum()
    }

    /// A reader from the start of the body.
    pub fn reader(&self) -> Reader {
        Reader { body: self.clone(), segment: 0, offset: 0 }
    }
}

/// Reads a body from start to end, by position: readers of one file do not disturb each other.
///
/// A file that has become shorter is an error ([`io::ErrorKind::UnexpectedEof`]): the length is
/// promised already, so the connection must end.
#[derive(Debug)]
pub struct Reader {
    body: Body,
    segment: usize,
    offset: u64,
}

impl Reader {
    /// Reads like [`Read::read`], but only what is in memory already: [`io::ErrorKind::WouldBlock`]
    /// where the disk would have to be asked, where the system cannot tell, and where it is not one of this
    /// machine.
    pub fn read_cached(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_local = self.body.file.as_ref().is_none_or(|file| file.lane().is_local());
        self.read_by(buffer, if is_local { cached::read_at } else { foreign })
    }

    /// Takes the next run, or the first `most` bytes of it, without reading it: for whoever has
    /// another way to send a part of a file. `None` at the end.
    pub fn next_segment(&mut self, most: u64) -> Option<Segment> {
        loop {
            let segment = self.body.segments.get(self.segment)?;
            let from = self.offset;
            let to = segment.length().min(from.saturating_add(most));
            if from == segment.length() {
                self.segment += 1;
                self.offset = 0;
                continue;
            }
            self.offset = to;
            return Some(match segment {
                Segment::Bytes(bytes) => Segment::Bytes(bytes.slice(from as usize..to as usize)),
                Segment::File(range) => Segment::File(range.start + from..range.start + to),
            });
        }
    }

    /// As [`Body::lane`].
    pub fn lane(&self) -> Lane {
        self.body.lane()
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> u64 {
        let rest = self.body.segments.get(self.segment..).unwrap_or_default();
        rest.iter().map(Segment::length).sum::<u64>() - self.offset
    }

    fn read_by(&mut self, buffer: &mut [u8], read_at: ReadAt) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(segment) = self.body.segments.get(self.segment) {
            let left = segment.length() - self.offset;
            if left == 0 {
                self.segment += 1;
                self.offset = 0;
                continue;
            }
            let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let read = match (segment, &self.body.file) {
                (Segment::Bytes(bytes), _) => {
                    let from = self.offset as usize;
                    buffer[..wanted].copy_from_slice(&bytes[from..from + wanted]);
                    wanted
                }
                (Segment::File(range), Some(file)) => {
                    read_at(file.file(), &mut buffer[..wanted], range.start + self.offset)?
                }
                (Segment::File(_), None) => 0,
            };
            if read == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
            }
            self.offset += read as u64;
            return Ok(read);
        }
        Ok(0)
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_by(buffer, File::read_at)
    }
}

/// Even to ask whether it would wait may wait.
fn foreign(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

type ReadAt = fn(&File, &mut [u8], u64) -> io::Result<usize>;

#[cfg(target_os = "linux")]
mod cached {
    use std::fs::File;
    use std::io::{self, IoSliceMut};

    use rustix::io::{Errno, ReadWriteFlags, preadv2};

    pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match preadv2(file, &mut [IoSliceMut::new(buffer)], offset, ReadWriteFlags::NOWAIT) {
            // A file system or a kernel without RWF_NOWAIT.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read?),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod cached {
    use std::fs::File;
    use std::io;

    pub(super) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}
