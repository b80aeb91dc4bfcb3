//! Buffers for reading files, used again and again.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use memmap2::MmapMut;

use crate::counters::COUNTERS;

/// Longer chunks than this are never read. A slow client keeps one or two of them in memory.
pub(crate) const LARGEST: usize = 64 * 1024;

/// Chunks up to this length have buffers of their own: an allocation costs less than the pool.
const TINY: usize = 16 * 1024;

/// How much memory the pool's buffers take together. What is read beyond it is read in chunks of
/// [`SCARCE`]: many clients that do not read take little more, and nobody has to wait for them.
const BUDGET: u64 = 128 * 1024 * 1024;

/// The length of chunks while the budget is spent.
const SCARCE: usize = 8 * 1024;

/// So many buffers wait to be used again.
const WAITING: usize = 64;

static POOL: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());

/// A buffer being filled. Goes back to the pool when the last of its [`Bytes`] is dropped.
#[derive(Debug)]
pub(crate) struct Buffer {
    memory: Memory,
    wanted: usize,
    filled: usize,
}

#[derive(Debug)]
enum Memory {
    Own(Vec<u8>),
    /// Of the pool; not there any more once it has been given back.
    Pooled(Option<MmapMut>),
}

impl Buffer {
    /// A buffer for at most `wanted` bytes, or [`LARGEST`], or fewer where memory is short.
    pub(crate) fn new(wanted: u64) -> Self {
        let wanted = usize::try_from(wanted).unwrap_or(LARGEST).min(LARGEST);
        let pooled = if wanted > TINY { pooled() } else { None };
        match pooled {
            Some(pages) => Self { memory: Memory::Pooled(Some(pages)), wanted, filled: 0 },
            None => {
                let wanted = if wanted > TINY { SCARCE } else { wanted };
                Self { memory: Memory::Own(vec![0; wanted]), wanted, filled: 0 }
            }
        }
    }

    /// Where the next bytes belong.
    pub(crate) fn unfilled(&mut self) -> &mut [u8] {
        let bytes = match &mut self.memory {
            Memory::Own(bytes) => bytes,
            Memory::Pooled(pages) => pages.as_deref_mut().unwrap_or_default(),
        };
        &mut bytes[self.filled..self.wanted]
    }

    /// Notes that the next `count` bytes are there.
    pub(crate) fn advance(&mut self, count: usize) {
        self.filled += count;
    }

    /// The bytes that are there.
    pub(crate) fn freeze(mut self) -> Bytes {
        match &mut self.memory {
            Memory::Own(bytes) => {
                bytes.truncate(self.filled);
                std::mem::take(bytes).into()
            }
            Memory::Pooled(_) => Bytes::from_owner(self),
        }
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        match &self.memory {
            Memory::Own(bytes) => &bytes[..self.filled],
            Memory::Pooled(pages) => &pages.as_deref().unwrap_or_default()[..self.filled],
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Memory::Pooled(pages) = &mut self.memory {
            COUNTERS.buffered_bytes.subtract(LARGEST as u64);
            let mut waiting = POOL.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() < WAITING {
                waiting.extend(pages.take());
            }
        }
    }
}

/// Pages of [`LARGEST`] bytes, as far as the budget and the system have some.
fn pooled() -> Option<MmapMut> {
    if !COUNTERS.buffered_bytes.add_up_to(BUDGET, LARGEST as u64) {
        return None;
    }
    let waiting = POOL.lock().unwrap_or_else(PoisonError::into_inner).pop();
    waiting.or_else(|| MmapMut::map_anon(LARGEST).ok()).or_else(|| {
        COUNTERS.buffered_bytes.subtract(LARGEST as u64);
        None
    })
}
