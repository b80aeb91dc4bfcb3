//! What an operator can see: how files left this process, and why not by the kernel.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why a body was copied through this process instead of being sent by the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Copied {
    /// It fits into its first chunk, where reading beats sendfile(2).
    Small,
    /// The request came by HTTP/2 or newer, which frames every few bytes.
    Multiplexed,
    /// TLS encrypts what it reads.
    Encrypted,
    /// Something between the body and the connection changed the first chunk, or kept it back:
    /// compression, a layer that collects or cuts, a buffer.
    Changed,
    /// No connection of this crate wrote the first chunk: the listener is another one, or the body is
    /// carried by another task.
    Unconnected,
    /// The application said so, with [`Body::copied`](crate::Body::copied).
    Asked,
    /// The system has no sendfile(2) that sends a file's part by position.
    Unsupported,
}

impl Copied {
    /// A short name, for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Multiplexed => "multiplexed",
            Self::Encrypted => "encrypted",
            Self::Changed => "changed",
            Self::Unconnected => "unconnected",
            Self::Asked => "asked",
            Self::Unsupported => "unsupported",
        }
    }
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How files have left this process since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Bodies that the kernel sent, all but their first chunk.
    pub kernel_bodies: u64,
    /// Calls of sendfile(2) that sent something.
    pub kernel_calls: u64,
    /// Bytes that sendfile(2) sent.
    pub kernel_bytes: u64,
    /// Bodies that fit into their first chunk.
    pub small_bodies: u64,
    /// Larger bodies that were copied through this process, for any other [`Copied`] reason.
    pub copied_bodies: u64,
    /// Reads that had to wait for the disk, on a blocking thread.
    pub cold_reads: u64,
    /// Connections and HTTP/2 streams that were dropped because their client stopped reading.
    pub idle_drops: u64,
    /// Connections that were broken because a layer touched what only the kernel may read.
    pub broken_bindings: u64,
}

/// How files have left this process since it started.
pub fn counters() -> Counters {
    Counters {
        kernel_bodies: COUNTERS.kernel_bodies.get(),
        kernel_calls: COUNTERS.kernel_calls.get(),
        kernel_bytes: COUNTERS.kernel_bytes.get(),
        small_bodies: COUNTERS.small_bodies.get(),
        copied_bodies: COUNTERS.copied_bodies.get(),
        cold_reads: COUNTERS.cold_reads.get(),
        idle_drops: COUNTERS.idle_drops.get(),
        broken_bindings: COUNTERS.broken_bindings.get(),
    }
}

pub(crate) static COUNTERS: Counting = Counting {
    kernel_bodies: Count::new(),
    kernel_calls: Count::new(),
    kernel_bytes: Count::new(),
    small_bodies: Count::new(),
    copied_bodies: Count::new(),
    cold_reads: Count::new(),
    idle_drops: Count::new(),
    broken_bindings: Count::new(),
};

#[derive(Debug)]
pub(crate) struct Counting {
    pub(crate) kernel_bodies: Count,
    pub(crate) kernel_calls: Count,
    pub(crate) kernel_bytes: Count,
    pub(crate) small_bodies: Count,
    pub(crate) copied_bodies: Count,
    pub(crate) cold_reads: Count,
    pub(crate) idle_drops: Count,
    pub(crate) broken_bindings: Count,
}

#[derive(Debug)]
pub(crate) struct Count(AtomicU64);

impl Count {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
