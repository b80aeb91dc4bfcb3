//! Buffers for reading files, used again and again.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Longer chunks than this are never read.
pub(crate) const LARGEST: usize = 256 * 1024;

/// Chunks up to this length have buffers of their own: an allocation costs less than the pool.
const TINY: usize = 16 * 1024;

/// Buffers of one length; at most `most` wait to be used again.
#[derive(Debug)]
struct Pool {
    length: usize,
    most: usize,
    waiting: Mutex<Vec<Vec<u8>>>,
}

static SMALL: Pool = Pool { length: 64 * 1024, most: 64, waiting: Mutex::new(Vec::new()) };
static LARGE: Pool = Pool { length: LARGEST, most: 32, waiting: Mutex::new(Vec::new()) };

/// A buffer being filled. Goes back to its pool when the last of its [`Bytes`] is dropped.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    wanted: usize,
    filled: usize,
    pool: Option<&'static Pool>,
}

impl Buffer {
    /// A buffer for at most `wanted` bytes, or [`LARGEST`].
    pub(crate) fn new(wanted: u64) -> Self {
        let wanted = usize::try_from(wanted).unwrap_or(LARGEST).min(LARGEST);
        let pool = match wanted {
            0..=TINY => None,
            _ if wanted <= SMALL.length => Some(&SMALL),
            _ => Some(&LARGE),
        };
        let bytes = pool.map_or_else(|| vec![0; wanted], Pool::take);
        Self { bytes, wanted, filled: 0, pool }
    }

    /// Where the next bytes belong.
    pub(crate) fn unfilled(&mut self) -> &mut [u8] {
        &mut self.bytes[self.filled..self.wanted]
    }

    /// Notes that the next `count` bytes are there.
    pub(crate) fn advance(&mut self, count: usize) {
        self.filled += count;
    }

    /// The bytes that are there.
    pub(crate) fn freeze(mut self) -> Bytes {
        if self.pool.is_some() {
            return Bytes::from_owner(self);
        }
        self.bytes.truncate(self.filled);
        std::mem::take(&mut self.bytes).into()
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(pool) = self.pool {
            pool.put(std::mem::take(&mut self.bytes));
        }
    }
}

impl Pool {
    fn take(&self) -> Vec<u8> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        waiting.unwrap_or_else(|| vec![0; self.length])
    }

    fn put(&self, buffer: Vec<u8>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < self.most {
            waiting.push(buffer);
        }
    }
}
