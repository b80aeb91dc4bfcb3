//! A directory beneath which every sendable file lies, and the one way into it.

mod beneath;
mod portable;

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use rustix::fd::AsFd;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::error::{Error, Reason};
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
    /// Every spelling under which the application may name the root in an absolute path.
    spellings: Vec<PathBuf>,
    symlinks: Symlinks,
}

impl Root {
    /// A root at `path`. A relative path is taken from the current directory, once.
    ///
    /// The directory need not exist yet: it is opened anew for every file, so it may also be
    /// replaced while the program runs.
    ///
    /// # Errors
    ///
    /// Those of [`std::path::absolute`]: an empty path, or no current directory.
    pub fn new(path: impl AsRef<Path>, symlinks: Symlinks) -> io::Result<Self> {
        let given = std::path::absolute(path)?;
        let lexical = lexical(&given);
        let canonical = given.canonicalize().ok();
        // `/link/../files` names what the kernel finds there, not `/files`.
        let climbs = given.components().any(|component| component == Component::ParentDir);
        let path = if climbs { canonical.clone().unwrap_or(given) } else { lexical.clone() };
        let mut spellings = vec![lexical];
        spellings.extend(canonical.filter(|canonical| *canonical != spellings[0]));
        Ok(Self { path, spellings, symlinks })
    }

    /// The root's absolute path, as the server in front is told it.
    pub fn path(&self) -> &Path {
        &self.path
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
    pub(crate) fn strip<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        self.spellings.iter().find_map(|spelling| path.strip_prefix(spelling).ok())
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
    /// fault.
    pub fn open(&self, name: &Name, lookup: Lookup) -> Result<OpenedFile, Error> {
        let file = self.open_any(name, lookup).map_err(|errno| self.error(name, errno))?;
        let metadata = file.metadata().map_err(|source| Error::Io {
            operation: "stat",
            path: self.join(name),
            source,
        })?;
        if !metadata.is_file() {
            return Err(Error::NotFound { path: self.join(name), reason: Reason::NotRegular });
        }
        let modified = Modified { seconds: metadata.mtime(), nanoseconds: metadata.mtime_nsec() as u32 };
        Ok(OpenedFile { file, length: metadata.len(), modified })
    }

    fn open_any(&self, name: &Name, lookup: Lookup) -> rustix::io::Result<File> {
        let root =
            rustix::fs::open(&self.path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        match beneath::open(root.as_fd(), name, self.symlinks, lookup) {
            // Old container runtimes answer EPERM for system calls that they do not know.
            Err(Errno::NOSYS | Errno::PERM) if lookup == Lookup::Blocking => {
                portable::open(root, name, self.symlinks)
            }
            Err(_) if lookup == Lookup::Cached => Err(Errno::AGAIN),
            opened => opened.map(File::from),
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
            Errno::AGAIN => return Error::WouldBlock,
            _ => return Error::Io { operation: "open", path, source: errno.into() },
        };
        Error::NotFound { path, reason }
    }
}

/// How files are opened: never waiting for a FIFO's writer, never taking a terminal.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// A regular file that lay beneath its root when it was opened.
#[derive(Debug)]
pub struct OpenedFile {
    /// The descriptor, positioned at the start.
    pub file: File,
    /// Its length in bytes.
    pub length: u64,
    /// When its content was last modified.
    pub modified: Modified,
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
pub(crate) fn lexical(path: &Path) -> PathBuf {
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
    normal
}
