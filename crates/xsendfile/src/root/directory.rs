//! The root's own descriptor, kept from one file to the next.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, open};

use super::DIRECTORY;

/// How long a descriptor is used before the root is looked up again, in case it was replaced.
const KEPT: Duration = Duration::from_secs(1);

/// The root's own descriptor. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory(Arc<Mutex<Option<Kept>>>);

#[derive(Debug)]
struct Kept {
    opened: Instant,
    descriptor: Arc<OwnedFd>,
}

impl Directory {
    /// The descriptor of a moment ago.
    pub(super) fn kept(&self) -> Option<Arc<OwnedFd>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref().filter(|kept| kept.opened.elapsed() < KEPT)?;
        Some(Arc::clone(&kept.descriptor))
    }

    /// Opens the directory at `path`, and keeps it.
    pub(super) fn open(&self, path: &Path) -> rustix::io::Result<Arc<OwnedFd>> {
        let descriptor = open(path, DIRECTORY, Mode::empty())?;
        let descriptor = Arc::new(descriptor);
        let kept = Kept { opened: Instant::now(), descriptor: Arc::clone(&descriptor) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(descriptor)
    }
}
