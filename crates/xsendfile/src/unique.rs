//! Tokens that nobody outside this process can guess, and that do not repeat.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// 32 hexadecimal digits: a counter under two secret keys of SipHash, which the standard library
/// draws from the system.
pub(crate) fn token() -> String {
    static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let (high, low) = &*KEYS;
    format!("{:016x}{:016x}", high.hash_one(count), low.hash_one(count))
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_do_not_repeat() {
        let tokens: std::collections::HashSet<_> = (0..1000).map(|_| super::token()).collect();
        assert_eq!(tokens.len(), 1000);
        assert!(tokens.iter().all(|token| token.len() == 32));
    }
}
