//! Signals that end the check, so that canary files are removed first.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

/// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the process.
#[derive(Debug)]
pub(crate) struct Interrupt {
    noted: Arc<AtomicBool>,
    registered: Vec<SigId>,
}

impl Interrupt {
    pub(crate) fn watch() -> Self {
        let noted = Arc::new(AtomicBool::new(false));
        let registered = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter_map(|signal| flag::register(signal, Arc::clone(&noted)).ok())
            .collect();
        Self { noted, registered }
    }

    pub(crate) fn noted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.noted)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}
