//! A directory beneath which every sendable file lies, and the one way into it.

mod beneath;
#[cfg(target_os = "linux")]
mod mount;
#[cfg(not(target_os = "linux"))]
#[path = "no_mount.rs"]
mod mount;
mod portable;

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::error::{ConfigError, Error, Reason};
use crate::lane::Lane;
use crate::name::Name;

/// Which symlinks beneath the root are followed (`SENDFILE_SYMLINKS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Symlinks {
    /// None: a symlink anywhere on the way is as good as missing.
    Never,
    /// Those that stay beneath the root. The default.
    #[default]
    Beneath,
    /// All, also those that leave the root: whoever can write beneath the root can then have any
    /// file sent that the process can read.
    Anywhere,
}

impl FromStr for Symlinks {
    type Err = ConfigError;

    fn from_str(policy: &str) -> Result<Self, ConfigError> {
        match policy {
            "never" => Ok(Self::Never),
            "beneath" => Ok(Self::Beneath),
            "anywhere" => Ok(Self::Anywhere),
            _ => Err(ConfigError::new(
                "SENDFILE_SYMLINKS",
                format!("{policy:?}"),
                "there is no such policy",
                "write one of never, beneath, anywhere",
            )),
        }
    }
}

/// Whether opening a file may wait for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lookup {
    /// It may.
    #[default]
    Blocking,
    /// It may wait for the disks of this machine, and for nothing that may hang: [`Error::WouldBlock`] where
    /// another file system (NFS, SMB, FUSE) would have to be asked. Elsewhere than on Linux, as `Blocking`.
    Local,
    /// It may not: [`Error::WouldBlock`] where a directory on the way is not in memory, or where the
    /// system cannot tell (before Linux 5.12).
    Cached,
}

impl Lookup {
    /// As this system can do it: only Linux tells mounts apart.
    fn here(self) -> Self {
        if cfg!(not(target_os = "linux")) && self == Self::Local { Self::Blocking } else { self }
    }
}

/// A directory beneath which every sendable file lies.
///
/// It is opened by its path for each file, so what "beneath" means is the kernel's answer of that moment:
/// a symlink in the path may be switched to another directory, and nothing keeps a file system mounted.
#[derive(Debug, Clone)]
pub struct Root {
    path: PathBuf,
    /// The path as the settings have it, but absolute.
    given: PathBuf,
    symlinks: Symlinks,
}

impl Root {
    /// A root at `path`. A relative path is taken from the current directory, and a `..` in it is
    /// resolved, as the kernel does it: now, and not again.
    ///
    /// The directory need not exist yet, and it may be replaced while the program runs.
    ///
    /// # Errors
    ///
    /// Those of [`std::path::absolute`]: an empty path, or no current directory.
    pub fn new(path: impl AsRef<Path>, symlinks: Symlinks) -> io::Result<Self> {
        let given = std::path::absolute(path)?;
        Ok(Self { path: without_parents(&given).unwrap_or_else(|| given.clone()), given, symlinks })
    }

    /// The root's absolute path, as the server in front is told it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn given(&self) -> &Path {
        &self.given
    }

    /// Which symlinks are followed.
    pub fn symlinks(&self) -> Symlinks {
        self.symlinks
    }

    /// Where `name` lies.
    pub fn join(&self, name: &Name) -> PathBuf {
        self.path.join(name.as_path())
    }

    /// Opens the regular file `name` for reading, beneath the root by the kernel's word.
    ///
    /// The directory tree may change while this runs; what is returned lay beneath the root at the
    /// moment it was opened, and everything else is asked of its descriptor. Nothing blocks: a FIFO
    /// is opened without waiting for a writer, and refused.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] with its [`Reason`]; [`Error::Io`] where the system, not the file, is at
    /// fault, or where somebody has a lease on the file, as Samba has for a client; [`Error::WouldBlock`]
    /// where `lookup` does not wait.
    pub fn open(&self, name: &Name, lookup: Lookup) -> Result<OpenedFile, Error> {
        self.open_within(name, None, lookup)
    }

    /// Opens `name`, which must lie beneath the directory `within` of the root too, by the kernel's word.
    pub(crate) fn open_within(
        &self,
        name: &Name,
        within: Option<&Name>,
        lookup: Lookup,
    ) -> Result<OpenedFile, Error> {
        let root = self.directory(name, lookup)?;
        let (file, status) = self.descend(&root, name, within, self.symlinks, READ, lookup)?;
        let lane = match lookup {
            Lookup::Blocking => mount::learn(&file, &self.join(name)),
            Lookup::Local | Lookup::Cached => Lane::local(),
        };
        Ok(OpenedFile { file: file.into(), status, lane })
    }

    /// Looks at the regular file `name` in the same way, for somebody else to send: this process need
    /// not be allowed to read it (on macOS it must be), and a lease on it does not matter.
    ///
    /// A server in front may refuse symlinks, or follow one that is put there meanwhile: so this also
    /// returns where the file lies with its symlinks resolved.
    ///
    /// # Errors
    ///
    /// As [`Root::open`].
    pub fn look(&self, name: &Name, lookup: Lookup) -> Result<(FileStatus, Place), Error> {
        self.look_within(name, None, lookup)
    }

    /// Looks at `name`, which must lie beneath the directory `within` of the root too.
    pub(crate) fn look_within(
        &self,
        name: &Name,
        within: Option<&Name>,
        lookup: Lookup,
    ) -> Result<(FileStatus, Place), Error> {
        let root = self.directory(name, lookup)?;
        // Without a symlink on the way, it lies where its name says, and so beneath `within`.
        match self.descend(&root, name, None, Symlinks::Never, LOOK, lookup) {
            Err(Error::NotFound { reason: Reason::Symlink, .. }) if self.symlinks != Symlinks::Never => {
                let (file, status) = self.descend(&root, name, within, self.symlinks, LOOK, lookup)?;
                let place = match (self.symlinks, within) {
                    (Symlinks::Anywhere, None) => Place::Straight,
                    _ => self.resolved(&root, &file, lookup).map_or(Place::Unknown, Place::Resolved),
                };
                Ok((status, place))
            }
            found => Ok((found?.1, Place::Straight)),
        }
    }

    /// The name under which an opened file lies beneath the root. The system tells it, but what it
    /// tells of a file that has just been replaced may be another file's name: so it must lead back.
    fn resolved(&self, root: &OwnedFd, file: &OwnedFd, lookup: Lookup) -> Option<Name> {
        let path = |descriptor: &OwnedFd| {
            std::fs::read_link(format!("/proc/self/fd/{}", descriptor.as_raw_fd())).ok()
        };
        let (above, found) = (path(root)?, path(file)?);
        let name = Name::parse(found.strip_prefix(above).ok()?.as_os_str().as_bytes()).ok()?;
        let (again, _) = self.descend(root, &name, None, Symlinks::Never, LOOK, lookup).ok()?;
        (Identity::of(file)? == Identity::of(&again)?).then_some(name)
    }

    /// The directory that the root is now.
    pub(crate) fn opened(&self, lookup: Lookup) -> rustix::io::Result<OwnedFd> {
        open_directory(&self.path, lookup)
    }

    /// The same, without waiting where the system can tell.
    pub(crate) fn opened_soon(&self) -> rustix::io::Result<OwnedFd> {
        match beneath::cached_directory(&self.path) {
            Err(Errno::NOSYS | Errno::INVAL | Errno::PERM) => self.opened(Lookup::Blocking),
            opened => opened,
        }
    }

    /// A directory beneath the root, by its policy of symlinks.
    pub(crate) fn subdirectory(
        &self,
        root: &OwnedFd,
        name: &Name,
        lookup: Lookup,
    ) -> rustix::io::Result<OwnedFd> {
        match lookup {
            Lookup::Blocking => beneath(root, name, self.symlinks, DIRECTORY),
            Lookup::Local | Lookup::Cached => beneath::find(root, name, self.symlinks, DIRECTORY),
        }
    }

    /// Asks, at start, which file system it is on. May wait for it.
    pub(crate) fn learn(&self) {
        if let Ok(root) = self.opened(Lookup::Blocking) {
            mount::learn(&root, &self.path);
        }
    }

    /// The directory that the root is now, on a disk of this machine unless `lookup` waits for everything.
    fn directory(&self, name: &Name, lookup: Lookup) -> Result<OwnedFd, Error> {
        let opened = match lookup.here() {
            Lookup::Blocking => self.opened(lookup).map_err(Stop::from).inspect(|root| {
                mount::learn(root, &self.path);
            }),
            lookup => match beneath::cached_directory(&self.path) {
                Ok(root) => local(root, &self.path, lookup),
                Err(_) if lookup == Lookup::Cached => Err(Stop::Wait(Lane::local())),
                Err(Errno::AGAIN | Errno::NOSYS | Errno::INVAL | Errno::PERM) => {
                    Err(Stop::Wait(mount::at(&self.path)))
                }
                Err(errno) => Err(errno.into()),
            },
        };
        opened.map_err(|stop| self.error(name, stop))
    }

    /// Opens `name` beneath `directory`. Where that is on a disk of this machine, as it is unless `lookup`
    /// waits for everything, nothing else is asked, whatever is mounted on the way.
    fn step(
        &self,
        directory: &OwnedFd,
        name: &Name,
        symlinks: Symlinks,
        flags: OFlags,
        lookup: Lookup,
    ) -> Result<OwnedFd, Stop> {
        let lookup = lookup.here();
        if lookup == Lookup::Blocking {
            return Ok(beneath(directory, name, symlinks, flags)?);
        }
        let stop = |errno: Errno| match lookup {
            Lookup::Cached => Stop::Wait(Lane::local()),
            _ => errno.into(),
        };
        match beneath::open(directory, name, symlinks, flags, lookup) {
            // Another mount is on the way, or a link that leaves. To find it without opening it asks nobody.
            Err(Errno::XDEV) => match beneath::find(directory, name, symlinks, flags | LOOK) {
                Ok(found) => {
                    let found = local(found, &self.join(name), lookup)?;
                    let opened =
                        if flags.contains(PATH) { Ok(found) } else { beneath::reopen(&found, flags) };
                    opened.map_err(stop)
                }
                Err(Errno::AGAIN) if lookup == Lookup::Local => Err(Stop::Wait(mount::at(&self.join(name)))),
                Err(errno) => Err(stop(errno)),
            },
            opened => opened.map_err(stop),
        }
    }

    fn descend(
        &self,
        root: &OwnedFd,
        name: &Name,
        within: Option<&Name>,
        symlinks: Symlinks,
        flags: OFlags,
        lookup: Lookup,
    ) -> Result<(OwnedFd, FileStatus), Error> {
        let opened = match within {
            None => self.step(root, name, symlinks, flags, lookup),
            Some(within) => {
                let rest = name.beneath(within).ok_or_else(|| self.outside(name))?;
                // Its owner's links lead nowhere else, whatever the root's may do.
                let symlinks = if symlinks == Symlinks::Never { symlinks } else { Symlinks::Beneath };
                self.step(root, within, self.symlinks, DIRECTORY, lookup)
                    .and_then(|directory| self.step(&directory, &rest, symlinks, flags, lookup))
            }
        };
        let file = opened.map_err(|stop| self.error(name, stop))?;
        match FileStatus::of(&file) {
            Ok(Some(status)) => Ok((file, status)),
            Ok(None) => Err(Error::NotFound { path: self.join(name), reason: Reason::NotRegular }),
            Err(errno) => Err(Error::Io { operation: "stat", path: self.join(name), source: errno.into() }),
        }
    }

    fn outside(&self, name: &Name) -> Error {
        Error::NotFound { path: self.join(name), reason: Reason::Outside }
    }

    fn error(&self, name: &Name, stop: Stop) -> Error {
        let path = self.join(name);
        let errno = match stop {
            Stop::Errno(errno) => errno,
            Stop::Wait(lane) => return Error::WouldBlock(lane),
        };
        let reason = match errno {
            Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG => Reason::Missing,
            Errno::XDEV => Reason::Outside,
            Errno::LOOP => Reason::Symlink,
            Errno::ACCESS | Errno::PERM => Reason::PermissionDenied,
            // What opening a socket, or a device without driver, says.
            Errno::NXIO | Errno::NODEV | Errno::ISDIR => Reason::NotRegular,
            _ => return Error::Io { operation: "open", path, source: errno.into() },
        };
        Error::NotFound { path, reason }
    }
}

/// Why there is no descriptor.
#[derive(Debug)]
enum Stop {
    Errno(Errno),
    /// It would have to be waited for.
    Wait(Lane),
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

/// What was found at `path`, if it is on a disk of this machine.
fn local(found: OwnedFd, path: &Path, lookup: Lookup) -> Result<OwnedFd, Stop> {
    match mount::known(&found) {
        Some(lane) if lane.is_local() => Ok(found),
        Some(lane) => Err(Stop::Wait(lane)),
        None if lookup == Lookup::Cached => Err(Stop::Wait(Lane::local())),
        None => Err(Stop::Wait(mount::of(&found, path))),
    }
}

/// The lane to wait in for what the absolute `path` leads to.
pub(crate) fn lane(path: &Path, lookup: Lookup) -> Lane {
    if lookup == Lookup::Cached { Lane::local() } else { mount::at(path) }
}

fn beneath(
    directory: &OwnedFd,
    name: &Name,
    symlinks: Symlinks,
    flags: OFlags,
) -> rustix::io::Result<OwnedFd> {
    match beneath::open(directory, name, symlinks, flags, Lookup::Blocking) {
        // Old container runtimes answer EPERM for system calls that they do not know.
        Err(Errno::NOSYS | Errno::PERM) => portable::open(directory, name, symlinks, flags),
        opened => opened,
    }
}

/// How often to walk again where a rename on the way came between. A single try is nearly always enough;
/// an attacker who renames without pause gets a refusal, not a hang.
const TRIES: u32 = 64;

/// How files are opened: never waiting for a FIFO's writer, never taking a terminal.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// How files are looked at.
const LOOK: OFlags = PATH.union(OFlags::CLOEXEC);

/// How directories are opened, to go on from there.
const DIRECTORY: OFlags = LOOK.union(OFlags::DIRECTORY);

/// What opens without permission to read, where the system knows such a thing.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const PATH: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const PATH: OFlags = READ;

/// A regular file that lay beneath its root when it was opened.
#[derive(Debug)]
#[non_exhaustive]
pub struct OpenedFile {
    /// The descriptor, positioned at the start.
    pub file: File,
    /// What it is.
    pub status: FileStatus,
    /// Where to wait for its content.
    pub lane: Lane,
}

/// Where a file lies without symlinks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Where its name says, or where links lead that may lead anywhere.
    Straight,
    /// Under this name.
    Resolved(Name),
    /// Beneath the root, but it was moved or replaced while it was looked at.
    Unknown,
}

/// What a descriptor tells of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileStatus {
    /// Length in bytes.
    pub length: u64,
    /// When its content was last modified.
    pub modified: Modified,
}

impl FileStatus {
    /// `None` for what is no regular file.
    fn of(file: &OwnedFd) -> rustix::io::Result<Option<Self>> {
        let stat = rustix::fs::fstat(file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(None);
        }
        let modified = Modified { seconds: stat.st_mtime, nanoseconds: stat.st_mtime_nsec as u32 };
        Ok(Some(Self { length: stat.st_size as u64, modified }))
    }
}

/// A moment as file systems keep it. Seconds count from 1970 and may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Modified {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanoseconds: u32,
}

/// Which directory or file a descriptor is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    /// Asks no file system.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(descriptor: &OwnedFd) -> Option<Self> {
        use rustix::fs::{AtFlags, StatxFlags, makedev, statx};
        let flags = AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC;
        let stat = statx(descriptor, "", flags, StatxFlags::INO).ok()?;
        Some(Self(makedev(stat.stx_dev_major, stat.stx_dev_minor), stat.stx_ino))
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(descriptor: &OwnedFd) -> Option<Self> {
        let stat = rustix::fs::fstat(descriptor).ok()?;
        Some(Self(stat.st_dev as u64, stat.st_ino as u64))
    }
}

/// Opens the directory at the absolute `path`, to go on from there.
pub(crate) fn open_directory(path: &Path, lookup: Lookup) -> rustix::io::Result<OwnedFd> {
    match lookup.here() {
        Lookup::Blocking => rustix::fs::open(path, DIRECTORY, Mode::empty()),
        Lookup::Local => beneath::cached_directory(path).map_err(|errno| match errno {
            Errno::NOSYS | Errno::INVAL | Errno::PERM => Errno::AGAIN,
            errno => errno,
        }),
        Lookup::Cached => beneath::cached_directory(path).map_err(|_| Errno::AGAIN),
    }
}

/// The absolute `path` without `..`: up from where a symlink leads, as the kernel goes, and not from
/// where it lies. `None` where it leads over what is not a directory.
fn without_parents(path: &Path) -> Option<PathBuf> {
    let mut settled = PathBuf::new();
    for component in path.components() {
        if component != Component::ParentDir {
            settled.push(component);
            continue;
        }
        if !settled.metadata().ok()?.is_dir() {
            return None;
        }
        if settled.is_symlink() {
            settled = settled.canonicalize().ok()?;
        }
        settled.pop();
    }
    Some(settled)
}
