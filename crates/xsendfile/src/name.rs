//! The path of a file relative to its root.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::Reason;

/// The path of a file relative to its root: non-empty components joined by single slashes, none of
/// them `.` or `..`, no NUL. Any other byte may occur; a file's name need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(Vec<u8>);

impl Name {
    /// Normalises `path`, a path relative to a root, as text: `a/./b//c` is `a/b/c`, as it is to the kernel.
    ///
    /// A `..` is refused, also where it stays beneath the root: who let a user have what is in `alice/`
    /// did not mean `alice/../bob`. That nothing outside the root is opened is not decided here but by
    /// the kernel, in [`Root::open`](crate::Root::open).
    ///
    /// # Errors
    ///
    /// [`Reason::Outside`] where there is a `..`, or the path is absolute; [`Reason::InvalidName`] where
    /// nothing is left, a NUL occurs, or a slash at the end (`a/`, `a/.`) says that it is a directory's.
    pub fn parse(path: &[u8]) -> Result<Self, Reason> {
        if path.contains(&0) {
            return Err(Reason::InvalidName);
        }
        if path.starts_with(b"/") {
            return Err(Reason::Outside);
        }
        if is_normal(path) {
            return Ok(Self(path.into()));
        }
        let named = |component: &&[u8]| !matches!(*component, b"" | b".");
        let components: Vec<_> = path.split(|&byte| byte == b'/').filter(named).collect();
        if components.contains(&&b".."[..]) {
            return Err(Reason::Outside);
        }
        if components.is_empty() || names_directory(path) {
            return Err(Reason::InvalidName);
        }
        Ok(Self(components.join(&b'/')))
    }

    /// The name's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name as a relative path.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// What remains of it beneath the directory `above`; `None` where it lies elsewhere.
    pub(crate) fn beneath(&self, above: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&*above.0)?.strip_prefix(b"/")?;
        Some(Self(rest.into()))
    }

    /// The last component: what a person calls the file's name.
    pub fn base(&self) -> &[u8] {
        self.0.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
    }
}

/// Whether `path` can be that of a directory only, by its last component. The kernel opens no file by it.
pub(crate) fn names_directory(path: &[u8]) -> bool {
    matches!(path.rsplit(|&byte| byte == b'/').next(), Some(b"" | b"."))
}

/// Whether `path` is one of names only, as nearly all are: nothing is to be normalised.
pub(crate) fn is_normal(path: &[u8]) -> bool {
    path.split(|&byte| byte == b'/').all(|component| !matches!(component, b"" | b"." | b".."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slashes_and_dots_mean_nothing_and_nothing_goes_up() {
        for (path, name) in [
            ("a", Ok("a")),
            ("a/b.txt", Ok("a/b.txt")),
            ("./a//b", Ok("a/b")),
            ("a/./b", Ok("a/b")),
            ("..a/...", Ok("..a/...")),
            ("", Err(Reason::InvalidName)),
            (".", Err(Reason::InvalidName)),
            ("a\0b", Err(Reason::InvalidName)),
            ("a/", Err(Reason::InvalidName)),
            ("a//", Err(Reason::InvalidName)),
            ("a/.", Err(Reason::InvalidName)),
            ("a/./", Err(Reason::InvalidName)),
            ("..", Err(Reason::Outside)),
            ("../a", Err(Reason::Outside)),
            ("a/..", Err(Reason::Outside)),
            ("a/../b", Err(Reason::Outside)),
            ("a/b/../c", Err(Reason::Outside)),
            ("a/../../b/a", Err(Reason::Outside)),
            ("/a", Err(Reason::Outside)),
        ] {
            let parsed = Name::parse(path.as_bytes());
            assert_eq!(
                parsed.as_ref().map(Name::as_bytes).map_err(|r| *r),
                name.map(str::as_bytes),
                "{path:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_parsed_name_is_its_own_normal_form(path in proptest::collection::vec(prop_oneof![Just(b'/'), Just(b'.'), any::<u8>()], 0..40)) {
            if let Ok(name) = Name::parse(&path) {
                prop_assert!(name.as_bytes().split(|&b| b == b'/').all(|c| !matches!(c, b"" | b"." | b"..")));
                prop_assert_eq!(Name::parse(name.as_bytes()), Ok(name));
            }
        }
    }
}
