//! Placeholders: bytes that stand for a part of a file.

use std::io::IoSlice;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// The longest part of a file that one placeholder stands for, so also what one connection sends before it
/// lets others have the worker.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// So many placeholders in a row begin at addresses of their own, so that none can be taken for another, of
/// whichever body: one that a layer kept must outlive 16 TiB of downloads before its address comes again.
const APART: usize = 16 * 1024 * 1024;

/// A part of a file, and the memory that stands for it: nobody reads it, its address and length are
/// all it says.
#[derive(Debug, Clone)]
pub(crate) struct Placeholder {
    memory: &'static [u8],
    part: Range<u64>,
}

impl Placeholder {
    /// A placeholder for `part` of a file, which is no longer than [`LONGEST`].
    pub(crate) fn new(part: Range<u64>) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let from = NEXT.fetch_add(1, Ordering::Relaxed) % APART;
        let length = (part.end - part.start) as usize;
        Self { memory: &region()[from..from + length], part }
    }

    /// Where in the file the part begins.
    pub(crate) fn start(&self) -> u64 {
        self.part.start
    }

    /// The memory that stands for the part.
    pub(crate) fn memory(&self) -> &'static [u8] {
        self.memory
    }

    /// The bytes to hand out.
    pub(crate) fn bytes(&self) -> Bytes {
        Bytes::from_static(self.memory)
    }
}

/// Slices that may be read and written: none of them is a placeholder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readable<'a, 'b>(&'a [IoSlice<'b>]);

impl<'a, 'b> Readable<'a, 'b> {
    /// These, unless one of them is a placeholder or a part of one.
    pub(crate) fn new(slices: &'a [IoSlice<'b>]) -> Option<Self> {
        let all = slices.iter().all(|slice| slice.is_empty() || !is_placeholder(slice));
        all.then_some(Self(slices))
    }

    /// The slices.
    pub(crate) fn slices(self) -> &'a [IoSlice<'b>] {
        self.0
    }
}

/// Whether `slice` is a placeholder or a part of one.
pub(crate) fn is_placeholder(slice: &[u8]) -> bool {
    region().as_ptr_range().contains(&slice.as_ptr())
}

/// What placeholders are cut from. It is never written or read, so it takes no memory, only addresses.
fn region() -> &'static [u8] {
    static REGION: OnceLock<&[u8]> = OnceLock::new();
    REGION.get_or_init(|| Box::leak(vec![0; LONGEST + APART].into_boxed_slice()))
}
