//! What operators are told once.

use std::sync::{Mutex, PoisonError};

/// What operators were told already, for each backend.
pub(crate) struct Once(Mutex<Vec<(&'static str, &'static str)>>);

impl Once {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Whether this is the first time that it is told of `backend`.
    pub(crate) fn is_first(&self, backend: &'static str, told: &'static str) -> bool {
        let mut already = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = !already.contains(&(backend, told));
        if is_first {
            already.push((backend, told));
        }
        is_first
    }
}
