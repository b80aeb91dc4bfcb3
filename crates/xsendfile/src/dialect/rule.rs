//! Rules: why a file is streamed although the backend hands files off.

use std::sync::{Mutex, PoisonError};

use super::Dialect;

/// A rule by which a dialect refuses to carry a file, which is then streamed.
#[derive(Debug)]
pub struct Rule {
    /// What the file, mostly its name, has that cannot be carried, for the log.
    pub name: &'static str,
    pub(super) refuses: fn(&[u8]) -> bool,
}

impl Rule {
    /// Tells the operator once for each rule that files are streamed because of it.
    pub(crate) fn report(&'static self, dialect: &Dialect) {
        static REPORTED: Mutex<Vec<(&str, &str)>> = Mutex::new(Vec::new());
        let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
        if !reported.contains(&(dialect.name, self.name)) {
            reported.push((dialect.name, self.name));
            tracing::warn!(
                backend = dialect.name,
                rule = self.name,
                "a file is streamed, since it cannot be handed to {} ({})",
                dialect.name,
                self.name,
            );
        }
    }
}

/// Every server has a limit on headers, the lowest of them nginx's 4 KiB for all of a response, which
/// a long name may fill twice: here, and in Content-Disposition.
const LONGEST: usize = 2048;

// A client would take the encoded bytes for the file.
pub(crate) static ENCODING: Rule =
    Rule { name: "content encoding, which this server drops", refuses: |_| false };
pub(crate) static SYMLINK: Rule = Rule { name: "symlink that does not stand still", refuses: |_| false };
pub(super) static TOO_LONG: Rule =
    Rule { name: "longer than 2048 bytes", refuses: |value| value.len() > LONGEST };

// lighttpd would send another file: it reads every control character as an underscore.
pub(super) static CONTROL: Rule =
    Rule { name: "control character", refuses: |path| path.iter().any(u8::is_ascii_control) };
// Old application servers take off what is a space in Latin-1, as the last byte of many letters is.
pub(super) static SPACE_AT_END: Rule =
    Rule { name: "space at the end", refuses: |path| matches!(path.last(), Some(0x20 | 0x85 | 0xa0)) };
pub(super) static PERCENT_SIGN: Rule = Rule { name: "percent sign", refuses: |path| path.contains(&b'%') };
// Caddy would send another file: what stands before it.
pub(super) static QUESTION_MARK: Rule = Rule { name: "question mark", refuses: |path| path.contains(&b'?') };
pub(super) static NUMBER_SIGN: Rule = Rule { name: "number sign", refuses: |path| path.contains(&b'#') };
pub(super) static NOT_UTF8: Rule =
    Rule { name: "not UTF-8", refuses: |path| std::str::from_utf8(path).is_err() };
