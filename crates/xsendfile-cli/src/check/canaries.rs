//! Canary files: made beneath a root for the check, and removed when it ends, whichever way.

use std::cell::Cell;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use xsendfile::canary;

/// A directory of canary files beneath a root.
#[derive(Debug)]
pub(crate) struct Canaries {
    root: PathBuf,
    directory: String,
    /// What else was made, to be removed from the last to the first.
    more: Vec<PathBuf>,
    /// How many files there are: each is of a second of its own.
    made: Cell<u64>,
}

/// A canary file.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    /// Its name beneath the root.
    pub(crate) name: Vec<u8>,
    pub(crate) path: PathBuf,
    pub(crate) content: Vec<u8>,
}

/// The size of a canary file in bytes: more than a server keeps in a buffer.
pub(crate) const SIZE: usize = 40_000;

impl Canaries {
    /// A new directory beneath `root`, with the umask of this process, as uploads have it.
    pub(crate) fn make(root: &Path) -> io::Result<Self> {
        remove_forgotten(root);
        let directory = canary::directory_name(random()?);
        fs::create_dir(root.join(&directory))?;
        Ok(Self { root: root.into(), directory, more: Vec::new(), made: Cell::new(0) })
    }

    /// The name of the directory.
    pub(crate) fn directory(&self) -> &str {
        &self.directory
    }

    /// A file of text that is in no other file.
    pub(crate) fn file(&self, name: impl AsRef<[u8]>) -> io::Result<Canary> {
        self.file_of(name, content(random()?))
    }

    pub(crate) fn file_of(&self, name: impl AsRef<[u8]>, content: Vec<u8>) -> io::Result<Canary> {
        let canary = self.missing(name, content);
        if let Some(parent) = canary.path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&canary.path, &canary.content)?;
        // Not of this very second, which no server trusts a validator for.
        self.made.set(self.made.get() + 1);
        let past = SystemTime::now() - Duration::from_secs(3600 + self.made.get());
        fs::File::options().write(true).open(&canary.path)?.set_modified(past)?;
        Ok(canary)
    }

    /// What a file would be that is not made.
    pub(crate) fn missing(&self, name: impl AsRef<[u8]>, content: Vec<u8>) -> Canary {
        let name = [self.directory.as_bytes(), b"/", name.as_ref()].concat();
        let path = self.root.join(std::ffi::OsStr::from_bytes(&name));
        Canary { name, path, content }
    }

    /// A symlink to a file in a directory outside every root, with the content of that file.
    pub(crate) fn symlink_out(&mut self, name: &str) -> io::Result<Canary> {
        let outside = std::env::temp_dir().join(canary::directory_name(random()?));
        fs::create_dir(&outside)?;
        self.more.push(outside.clone());
        let target = outside.join("outside.txt");
        let link = self.missing(name, content(random()?));
        fs::write(&target, &link.content)?;
        for (path, mode) in [(&outside, 0o755), (&target, 0o644)] {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
        }
        symlink(&target, &link.path)?;
        Ok(link)
    }

    /// Another file of the same name, where `root` instead of `alias` would look: beneath
    /// `root/prefix`. `None` where a directory of the site's own is there.
    pub(crate) fn displaced(&mut self, canary: &Canary, prefix: &str) -> io::Result<Option<Vec<u8>>> {
        let mut directory = self.root.clone();
        for component in prefix.split('/').filter(|component| !component.is_empty()) {
            directory.push(component);
            match fs::create_dir(&directory) {
                Ok(()) => self.more.push(directory.clone()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        directory.push(&self.directory);
        fs::create_dir(&directory)?;
        self.more.push(directory.clone());
        let Some(base) = canary.path.file_name() else { return Ok(None) };
        let other = content(random()?);
        fs::write(directory.join(base), &other)?;
        Ok(Some(other))
    }
}

impl Drop for Canaries {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.root.join(&self.directory));
        for path in self.more.drain(..).rev() {
            // A canary's directory goes with what is in it; one of its parents only if it is empty.
            let named = path
                .file_name()
                .is_some_and(|name| name.as_bytes().starts_with(canary::DIRECTORY.as_bytes()));
            let _ = if named { fs::remove_dir_all(&path) } else { fs::remove_dir(&path) };
        }
    }
}

/// Text that compresses, and that begins with what no other file holds.
fn content(random: [u8; 16]) -> Vec<u8> {
    let token = canary::directory_name(random);
    let mut text = Vec::with_capacity(SIZE + 100);
    for line in 0.. {
        text.extend_from_slice(format!("{token} {line} the canary sings\n").as_bytes());
        if text.len() >= SIZE {
            break;
        }
    }
    text.truncate(SIZE);
    text
}

/// The words by which a canary's content is known in whatever carries it.
pub(crate) fn token(content: &[u8]) -> &[u8] {
    &content[..content.len().min(canary::DIRECTORY.len() + 32)]
}

/// Removes what a check left that was killed an hour ago or earlier.
fn remove_forgotten(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let digits = name.as_bytes().strip_prefix(canary::DIRECTORY.as_bytes());
        let forgotten = digits.is_some_and(|digits| digits.len() == 32)
            && entry.metadata().is_ok_and(|metadata| {
                let age = metadata.modified().ok().and_then(|modified| modified.elapsed().ok());
                metadata.is_dir() && age.is_some_and(|age| age > Duration::from_secs(3600))
            });
        if forgotten {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
