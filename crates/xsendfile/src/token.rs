//! Tokens that nobody outside this process can guess, and that do not repeat.

/// 128 random bits of the system's, as 32 hexadecimal digits.
pub(crate) fn token() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("every supported system has random bytes once it has booted");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}
