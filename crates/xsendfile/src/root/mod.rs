//! A directory beneath which every sendable file lies, and the one way into it.

mod beneath;
mod directory;
mod portable;

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use directory::Directory;
use rustix::fd::OwnedFd;
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;

use crate::error::{ConfigError, Error, Reason};
use crate::name::{self, Name};

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
    /// It may not: [`Error::WouldBlock`] where a directory on the way is not in memory, or where the
    /// system cannot tell (before Linux 5.12).
    Cached,
}

/// A directory beneath which every sendable file lies.
#[derive(Debug, Clone)]
pub struct Root {
    path: PathBuf,
    /// The path as the settings have it, but absolute.
    given: PathBuf,
    /// Every spelling under which the application may name the root in an absolute path.
    spellings: Vec<PathBuf>,
    symlinks: Symlinks,
    directory: Directory,
}

impl Root {
    /// A root at `path`. A relative path is taken from the current directory, once.
    ///
    /// The directory need not exist yet, and it may be replaced while the program runs: that is
    /// noticed within a second, and at once where the old one lacks the file.
    ///
    /// # Errors
    ///
    /// Those of [`std::path::absolute`]: an empty path, or no current directory.
    pub fn new(path: impl AsRef<Path>, symlinks: Symlinks) -> io::Result<Self> {
        let given = std::path::absolute(path)?;
        let lexical = lexical(&given).into_owned();
        let canonical = given.canonicalize().ok();
        // `/link/../files` names what the kernel finds there, not `/files`.
        let climbs = given.components().any(|component| component == Component::ParentDir);
        let path = if climbs { canonical.as_ref().unwrap_or(&given) } else { &lexical }.clone();
        let mut spellings = vec![lexical];
        spellings.extend(canonical.filter(|canonical| *canonical != spellings[0]));
        Ok(Self { path, given, spellings, symlinks, directory: Directory::default() })
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

    /// What remains of the absolute path `path` beneath the root; `None` where it lies elsewhere.
    ///
    /// The path is one of [`lexical`], and so are the spellings: that bytes are equal is enough.
    pub(crate) fn strip<'a>(&self, path: &'a Path) -> Option<&'a [u8]> {
        let path = path.as_os_str().as_bytes();
        self.spellings.iter().find_map(|spelling| {
            let rest = path.strip_prefix(spelling.as_os_str().as_bytes())?;
            match rest.strip_prefix(b"/") {
                Some(relative) => Some(relative),
                // The root itself; or the root is `/`, which ends with the slash.
                None => (rest.is_empty() || spelling.as_os_str() == "/").then_some(rest),
            }
        })
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
    /// where `lookup` is [`Lookup::Cached`].
    pub fn open(&self, name: &Name, lookup: Lookup) -> Result<OpenedFile, Error> {
        let (file, status) = self.descend(name, self.symlinks, READ, lookup)?;
        Ok(OpenedFile { file: file.into(), status })
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
        match self.descend(name, Symlinks::Never, LOOK, lookup) {
            Err(Error::NotFound { reason: Reason::Symlink, .. }) if self.symlinks != Symlinks::Never => {
                let (file, status) = self.descend(name, self.symlinks, LOOK, lookup)?;
                let place = match self.symlinks {
                    Symlinks::Anywhere => Place::Straight,
                    _ => self.resolved(&file).map_or(Place::Unknown, Place::Resolved),
                };
                Ok((status, place))
            }
            found => Ok((found?.1, Place::Straight)),
        }
    }

    /// The name under which an opened file lies beneath the root. The system tells it, but what it
    /// tells of a file that has just been replaced may be another file's name: so it must lead back.
    fn resolved(&self, file: &OwnedFd) -> Option<Name> {
        let path = |descriptor: &OwnedFd| {
            std::fs::read_link(format!("/proc/self/fd/{}", descriptor.as_raw_fd())).ok()
        };
        let (root, found) = (path(&*self.directory.kept()?)?, path(file)?);
        let name = Name::parse(found.strip_prefix(root).ok()?.as_os_str().as_bytes()).ok()?;
        let (again, _) = self.descend(&name, Symlinks::Never, LOOK, Lookup::Blocking).ok()?;
        let identity = |descriptor| rustix::fs::fstat(descriptor).ok().map(|stat| (stat.st_dev, stat.st_ino));
        (identity(file)? == identity(&again)?).then_some(name)
    }

    fn descend(
        &self,
        name: &Name,
        symlinks: Symlinks,
        flags: OFlags,
        lookup: Lookup,
    ) -> Result<(OwnedFd, FileStatus), Error> {
        let beneath = |directory: Arc<OwnedFd>| beneath(&directory, name, symlinks, flags, lookup);
        let opened = match self.directory.kept() {
            // Where the kept directory fails, it may be that the root was replaced.
            Some(directory) => match beneath(directory) {
                Err(_) if lookup == Lookup::Blocking => self.directory.open(&self.path).and_then(beneath),
                opened => opened,
            },
            None if lookup == Lookup::Cached => Err(Errno::AGAIN),
            None => self.directory.open(&self.path).and_then(beneath),
        };
        let file = opened.map_err(|errno| match (errno, lookup) {
            (Errno::AGAIN, Lookup::Cached) => Error::WouldBlock,
            _ => self.error(name, errno),
        })?;
        match FileStatus::of(&file) {
            Ok(Some(status)) => Ok((file, status)),
            Ok(None) => Err(Error::NotFound { path: self.join(name), reason: Reason::NotRegular }),
            Err(errno) => Err(Error::Io { operation: "stat", path: self.join(name), source: errno.into() }),
        }
    }

    fn error(&self, name: &Name, errno: Errno) -> Error {
        let path = self.join(name);
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

fn beneath(
    directory: &OwnedFd,
    name: &Name,
    symlinks: Symlinks,
    flags: OFlags,
    lookup: Lookup,
) -> rustix::io::Result<OwnedFd> {
    match beneath::open(directory, name, symlinks, flags, lookup) {
        Err(_) if lookup == Lookup::Cached => Err(Errno::AGAIN),
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

/// The absolute `path` without `.`, `..` and doubled slashes, by text alone.
pub(crate) fn lexical(path: &Path) -> Cow<'_, Path> {
    if is_lexical(path.as_os_str().as_bytes()) {
        return path.into();
    }
    let mut normal = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(component) => normal.push(component),
            Component::ParentDir => {
                normal.pop();
            }
            _ => {}
        }
    }
    normal.into()
}

/// Whether each component of an absolute path is a name, as in nearly all of them.
fn is_lexical(path: &[u8]) -> bool {
    path.strip_prefix(b"/").is_some_and(name::is_normal)
}
