//! Rules: why a file is streamed although the backend hands files off.

use super::Dialect;
use crate::once::Once;

/// A rule by which a dialect refuses to carry a file, which is then streamed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// What the file, mostly its name, has that cannot be carried, for the log.
    pub name: &'static str,
}

impl Rule {
    const fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// Tells the operator once for each rule that files are streamed because of it.
    pub(crate) fn report(&'static self, dialect: &Dialect) {
        static REPORTED: Once = Once::new();
        if REPORTED.is_first(dialect.name, self.name) {
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

// A client would take the encoded bytes for the file.
pub(crate) static ENCODING: Rule = Rule::new("content encoding, which this server drops");
pub(crate) static SYMLINK: Rule = Rule::new("symlink that does not stand still");
pub(super) static TOO_LONG: Rule = Rule::new("longer than 2048 bytes");

/// Every server has a limit on headers, the lowest of them nginx's 4 KiB for all of a response, which
/// a long name may fill twice: here, and in Content-Disposition.
pub(super) const LONGEST: usize = 2048;

/// Names that a dialect cannot carry, and the rule that says so.
#[derive(Debug)]
pub(super) struct Uncarried {
    pub(super) rule: Rule,
    pub(super) includes: fn(&[u8]) -> bool,
}

impl Uncarried {
    const fn new(name: &'static str, includes: fn(&[u8]) -> bool) -> Self {
        Self { rule: Rule::new(name), includes }
    }
}

// lighttpd would send another file: it reads every control character as an underscore.
pub(super) static CONTROL: Uncarried =
    Uncarried::new("control character", |path| path.iter().any(u8::is_ascii_control));
// Old application servers take off what is a space in Latin-1, as the last byte of many letters is.
pub(super) static SPACE_AT_END: Uncarried =
    Uncarried::new("space at the end", |path| matches!(path.last(), Some(0x20 | 0x85 | 0xa0)));
pub(super) static PERCENT_SIGN: Uncarried = Uncarried::new("percent sign", |path| path.contains(&b'%'));
// Caddy would send another file: what stands before it.
pub(super) static QUESTION_MARK: Uncarried = Uncarried::new("question mark", |path| path.contains(&b'?'));
pub(super) static NUMBER_SIGN: Uncarried = Uncarried::new("number sign", |path| path.contains(&b'#'));
pub(super) static NOT_UTF8: Uncarried =
    Uncarried::new("not UTF-8", |path| std::str::from_utf8(path).is_err());
