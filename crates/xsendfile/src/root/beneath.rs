//! Opening beneath a root with openat2(2), Linux 5.6 and newer: the kernel itself walks the path and
//! refuses every step that would leave the root, whatever is renamed meanwhile.

use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::OFlags;
use rustix::io::{Errno, Result};

#[cfg(target_os = "linux")]
use super::{DIRECTORY, LOOK, TRIES};
use super::{Lookup, Symlinks};
use crate::name::Name;

#[cfg(target_os = "linux")]
pub(super) fn open(
    root: &OwnedFd,
    name: &Name,
    symlinks: Symlinks,
    flags: OFlags,
    lookup: Lookup,
) -> Result<OwnedFd> {
    use rustix::fs::{Mode, ResolveFlags, openat2};

    // Whoever may not wait for everything does not leave the mount that it starts from.
    let (more, tries) = match lookup {
        Lookup::Blocking => (ResolveFlags::empty(), TRIES),
        Lookup::Local => (ResolveFlags::NO_XDEV, TRIES),
        Lookup::Cached => (ResolveFlags::NO_XDEV | ResolveFlags::CACHED, 1),
    };
    let resolve = resolve(symlinks) | more;
    let walk = |flags| {
        // What a rename on the way makes the kernel unsure of is `EAGAIN`.
        for _ in 0..tries {
            match openat2(root, name.as_path(), flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                opened => return opened,
            }
        }
        Err(Errno::AGAIN)
    };
    match walk(flags) {
        Err(Errno::AGAIN) if lookup != Lookup::Cached => match walk(LOOK) {
            Ok(found) => reopen(&found, flags),
            // A path that never stands still is not a place for a file to send.
            Err(Errno::AGAIN) => Err(Errno::NOENT),
            Err(errno) => Err(errno),
        },
        opened => opened,
    }
}

/// Finds what lies at `name`, across all mounts, without opening it: by what is in memory, so that no file
/// system is asked. `flags` say [`LOOK`].
#[cfg(target_os = "linux")]
pub(super) fn find(root: &OwnedFd, name: &Name, symlinks: Symlinks, flags: OFlags) -> Result<OwnedFd> {
    use rustix::fs::{Mode, ResolveFlags, openat2};

    let flags = flags & (LOOK | DIRECTORY);
    openat2(root, name.as_path(), flags, Mode::empty(), resolve(symlinks) | ResolveFlags::CACHED)
}

#[cfg(target_os = "linux")]
fn resolve(symlinks: Symlinks) -> rustix::fs::ResolveFlags {
    use rustix::fs::ResolveFlags;

    ResolveFlags::NO_MAGICLINKS
        | match symlinks {
            Symlinks::Never => ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS,
            Symlinks::Beneath => ResolveFlags::BENEATH,
            Symlinks::Anywhere => ResolveFlags::empty(),
        }
}

/// Opens a directory by its absolute path, without ever waiting.
#[cfg(target_os = "linux")]
pub(super) fn cached_directory(path: &Path) -> Result<OwnedFd> {
    use rustix::fs::{CWD, Mode, ResolveFlags, openat2};

    openat2(CWD, path, DIRECTORY, Mode::empty(), ResolveFlags::CACHED)
}

/// Opens a file that was found. There is no way left on which anything could be renamed: where this
/// says `EAGAIN`, somebody holds a lease on the file and was asked to give it back.
#[cfg(target_os = "linux")]
pub(super) fn reopen(found: &OwnedFd, flags: OFlags) -> Result<OwnedFd> {
    use rustix::fd::AsRawFd;
    use rustix::fs::Mode;

    rustix::fs::open(format!("/proc/self/fd/{}", found.as_raw_fd()), flags, Mode::empty())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn cached_directory(_: &Path) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn find(_: &OwnedFd, _: &Name, _: Symlinks, _: OFlags) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn reopen(_: &OwnedFd, _: OFlags) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open(_: &OwnedFd, _: &Name, _: Symlinks, _: OFlags, _: Lookup) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}
