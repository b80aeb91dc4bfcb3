//! Placeholders: bytes that stand for a part of a file.

use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;

/// The longest part of a file that one placeholder stands for, so also what one connection sends before it
/// lets others have the worker.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// Placeholders that follow each other begin at different addresses, so that two of one length cannot be
/// taken for each other.
const APART: usize = 4096;

/// A part of a file, and the memory that stands for it: nobody reads it, its address and length are
/// all it says.
#[derive(Debug, Clone)]
pub(crate) struct Placeholder {
    memory: &'static [u8],
    part: Range<u64>,
}

impl Placeholder {
    /// The `number`th placeholder of a body, for `part` of its file, which is no longer than [`LONGEST`].
    pub(crate) fn new(number: usize, part: Range<u64>) -> Self {
        let from = number % APART;
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

/// Whether `slice` is a placeholder or a part of one.
pub(crate) fn is_placeholder(slice: &[u8]) -> bool {
    region().as_ptr_range().contains(&slice.as_ptr())
}

/// What placeholders are cut from. It is never written or read, so it takes no memory, only addresses.
fn region() -> &'static [u8] {
    static REGION: OnceLock<&[u8]> = OnceLock::new();
    REGION.get_or_init(|| Box::leak(vec![0; LONGEST + APART].into_boxed_slice()))
}
