//! Who may read what, by the mode bits of the file and every directory above it.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::users::User;

/// What keeps somebody from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Barrier {
    pub(crate) path: PathBuf,
    /// Its mode bits, such as 0o700.
    pub(crate) mode: u32,
    /// What is not allowed.
    pub(crate) denied: Access,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Enter,
    Read,
}

impl Barrier {
    /// The command that removes it, and what is the matter.
    pub(crate) fn describe(&self, user: &User) -> (String, String) {
        let path = self.path.display();
        let (verb, bit) = match self.denied {
            Access::Enter => ("enter", "x"),
            Access::Read => ("read", "r"),
        };
        (
            format!("{} may not {verb} {path} (mode {:04o})", user.name, self.mode),
            format!("chmod o+{bit} {path}, or let a group of {} {verb} it", user.name),
        )
    }
}

/// The first thing on the way to `path` that `user` may not enter or read. Access control lists are not
/// looked at.
pub(crate) fn barrier(path: &Path, user: &User) -> Option<Barrier> {
    let path = path.canonicalize().unwrap_or_else(|_| path.into());
    let above: Vec<_> = path.ancestors().collect();
    for (place, path) in above.iter().enumerate().rev() {
        let Ok(metadata) = fs::metadata(path) else { continue };
        let denied = if place > 0 || metadata.is_dir() { Access::Enter } else { Access::Read };
        if !allowed(&metadata, user, denied) {
            return Some(Barrier { path: path.to_path_buf(), mode: metadata.mode() & 0o7777, denied });
        }
    }
    None
}

fn allowed(metadata: &Metadata, user: &User, access: Access) -> bool {
    let shift = if metadata.uid() == user.id {
        6
    } else if user.groups.contains(&metadata.gid()) {
        3
    } else {
        0
    };
    let bit = match access {
        Access::Enter => 0o1,
        Access::Read => 0o4,
    };
    user.id == 0 || metadata.mode() >> shift & bit != 0
}
