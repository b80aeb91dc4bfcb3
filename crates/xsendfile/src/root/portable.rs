//! Opening beneath a root where there is no openat2(2): component by component.

use std::ffi::OsStr;
use std::io;

use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::{Errno, Result};

use super::{DIRECTORY, Symlinks, TRIES};
use crate::name::Name;

pub(super) fn open(root: &OwnedFd, name: &Name, symlinks: Symlinks, flags: OFlags) -> Result<OwnedFd> {
    match symlinks {
        Symlinks::Never => without_symlinks(root, name, flags),
        Symlinks::Beneath => with_symlinks_beneath(root, name, flags),
        Symlinks::Anywhere => openat(root, name.as_path(), flags, Mode::empty()),
    }
}

/// Every component is opened from its parent's descriptor, and none may be a symlink.
fn without_symlinks(root: &OwnedFd, name: &Name, flags: OFlags) -> Result<OwnedFd> {
    let mut directory = root.try_clone().map_err(errno)?;
    let mut components = name.as_path().iter().peekable();
    while let Some(component) = components.next() {
        let step = match components.peek() {
            Some(_) => DIRECTORY,
            None => flags,
        };
        directory = match openat(&directory, component, step | OFlags::NOFOLLOW, Mode::empty()) {
            // Each system says in its own way that it does not follow one.
            Err(_) if is_symlink(&directory, component) => return Err(Errno::LOOP),
            opened => opened?,
        };
    }
    // One that is only looked at is opened itself.
    match FileType::from_raw_mode(fstat(&directory)?.st_mode) {
        FileType::Symlink => Err(Errno::LOOP),
        _ => Ok(directory),
    }
}

fn is_symlink(directory: &OwnedFd, component: &OsStr) -> bool {
    statat(directory, component, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

/// cap-std resolves symlinks itself, and refuses those that leave the root.
fn with_symlinks_beneath(root: &OwnedFd, name: &Name, flags: OFlags) -> Result<OwnedFd> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.bits() as i32);
    let root = Dir::from_std_file(root.try_clone().map_err(errno)?.into());
    let mut tries = 1;
    loop {
        match root.open_with(name.as_path(), &options).map_err(errno) {
            // What was a symlink when it was found, and none any more when it was read.
            Err(Errno::INVAL) if tries < TRIES => tries += 1,
            // A path that never stands still is not a place for a file to send.
            Err(Errno::INVAL) => return Err(Errno::NOENT),
            opened => return Ok(opened?.into_std().into()),
        }
    }
}

/// cap-std's own refusal carries no number: the path led outside.
fn errno(error: io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::XDEV)
}
