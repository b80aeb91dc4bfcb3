//! The page cache: sendfile(2) waits for the disk even on a non-blocking socket, so ask first.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::expected::Part;
use crate::body::pool::Buffer;

/// How far apart the pages lie that are asked for: the kernel reads ahead in runs of this length.
const STEP: u64 = 128 * 1024;

/// Where the bytes of a part are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Memory,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux can tell"))]
    Disk,
    /// The file system cannot tell.
    Unknown,
}

/// Where `part` is, as far as every so many pages tell.
#[cfg(target_os = "linux")]
pub(super) fn place(part: &Part) -> Place {
    let end = part.end();
    // The last page too, which reading ahead comes to last.
    let mut pages = (part.start..end).step_by(STEP as usize).chain([end - 1]);
    pages
        .find_map(|at| Some(page(&part.file, at)).filter(|place| *place != Place::Memory))
        .unwrap_or(Place::Memory)
}

#[cfg(target_os = "linux")]
fn page(file: &File, at: u64) -> Place {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let mut byte = [0];
    match preadv2(file, &mut [io::IoSliceMut::new(&mut byte)], at, ReadWriteFlags::NOWAIT) {
        Err(Errno::AGAIN) => Place::Disk,
        Err(_) => Place::Unknown,
        // A file that ends here will not wait either.
        Ok(_) => Place::Memory,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn place(_: &Part) -> Place {
    Place::Unknown
}

/// Brings `part` into memory, and starts with what follows it. Waits for the disk.
pub(super) fn read_ahead(part: &Part) -> io::Result<()> {
    let end = part.end();
    advise(&part.file, part.start..end + part.length as u64);
    let mut buffer = Buffer::new(STEP);
    let mut at = part.start;
    while at < end {
        match part.file.read_at(buffer.unfilled(), at) {
            // It has become shorter; whoever sends it will notice.
            Ok(0) => break,
            Ok(count) => at += count as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Lets the kernel start reading all of `range`. A hint: where it is refused, reading does as well.
#[cfg(target_os = "linux")]
fn advise(file: &File, range: Range<u64>) {
    use std::num::NonZeroU64;

    use rustix::fs::{Advice, fadvise};
    let mut at = range.start;
    // The kernel takes only so much at a time.
    while at < range.end {
        if fadvise(file, at, NonZeroU64::new(STEP), Advice::WillNeed).is_err() {
            return;
        }
        at += STEP;
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &File, _: Range<u64>) {}
