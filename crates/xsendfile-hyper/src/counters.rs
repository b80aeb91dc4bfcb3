//! What an operator can see: how files left this process, and why not by the kernel.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why a body was copied through this process instead of being sent by the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
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
    /// Another body of the same response was still on its way.
    Joined,
    /// The application said so, with [`Body::copied`](crate::Body::copied).
    Asked,
    /// Its file system may hang (NFS, SMB, FUSE), and the worker with it.
    Foreign,
    /// The system has no sendfile(2) that sends a file's part by position.
    Unsupported,
}

impl Copied {
    /// A short name, for the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Multiplexed => "multiplexed",
            Self::Encrypted => "encrypted",
            Self::Changed => "changed",
            Self::Unconnected => "unconnected",
            Self::Joined => "joined",
            Self::Asked => "asked",
            Self::Foreign => "foreign",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Writes each counter down once: as what is counted, and as what an operator reads.
macro_rules! counters {
    ($($(#[$meaning:meta])* $counter:ident),* $(,)?) => {
        /// How files have left this process since it started.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counters {
            $($(#[$meaning])* pub $counter: u64,)*
        }

        /// How files have left this process since it started.
        pub fn counters() -> Counters {
            Counters { $($counter: COUNTERS.$counter.get(),)* }
        }

        #[derive(Debug)]
        pub(crate) struct Counting {
            $(pub(crate) $counter: Count,)*
        }

        pub(crate) static COUNTERS: Counting = Counting { $($counter: Count::new(),)* };
    };
}

counters! {
    /// Bodies that the kernel sent, all but their first chunk.
    kernel_bodies,
    /// Calls of sendfile(2) that sent something.
    kernel_calls,
    /// Bytes that sendfile(2) sent.
    kernel_bytes,
    /// Bodies that fit into their first chunk.
    small_bodies,
    /// Larger bodies that were copied through this process. The log says [why](crate::kernel_send#seeing-it).
    copied_bodies,
    /// Reads that had to wait for the disk, on a blocking thread.
    cold_reads,
    /// Connections and HTTP/2 streams that were dropped because their client stopped reading.
    idle_drops,
    /// Connections that were broken because a layer touched what only the kernel may read.
    broken_bindings,
    /// Not a sum but what is there now: the memory of the buffers that hold what was read of files, until the
    /// clients have taken it. Chunks of 16 KiB and less are not counted.
    buffered_bytes,
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

    /// Whether it did; not where that would be more than `most`.
    pub(crate) fn add_up_to(&self, most: u64, amount: u64) -> bool {
        let added = |now| Some(now + amount).filter(|sum| *sum <= most);
        self.0.fetch_update(Relaxed, Relaxed, added).is_ok()
    }

    pub(crate) fn subtract(&self, amount: u64) {
        self.0.fetch_sub(amount, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
