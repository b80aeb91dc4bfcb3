//! Canary files: made beneath a root for the check, and removed when it ends, whichever way.

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{
    AtFlags, Mode, OFlags, fchmod, fstat, mkdirat, open, openat, renameat, statat, symlinkat, unlinkat,
};
use xsendfile::canary;

/// A directory of canary files beneath a root.
#[derive(Debug)]
pub(crate) struct Canaries {
    root: PathBuf,
    directory: String,
    top: Arc<OwnedFd>,
    inside: Arc<OwnedFd>,
    /// What was made, to be removed from the last to the first.
    entries: RefCell<Vec<Entry>>,
    started: SystemTime,
    /// How many contents there were: each is of a second of its own.
    made: Cell<u64>,
}

/// A canary file.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    /// Its name beneath the root.
    pub(crate) name: Vec<u8>,
    pub(crate) path: PathBuf,
    pub(crate) content: Vec<u8>,
    /// The file that was made: its name may meanwhile be another's.
    file: Option<Arc<File>>,
}

/// How a file is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacing {
    /// Written over, of the same length.
    InPlace,
    /// Another one, of another length, is renamed over it.
    Renamed,
    /// It is deleted, and another one of another length is made.
    Recreated,
}

/// Something that was made, and is removed only while it is the same.
#[derive(Debug)]
struct Entry {
    parent: Arc<OwnedFd>,
    name: Vec<u8>,
    identity: (u64, u64),
    is_directory: bool,
}

/// The size of a canary file in bytes: more than a server keeps in a buffer.
pub(crate) const SIZE: usize = 40_000;

impl Canaries {
    /// A new directory beneath `root`, with the umask of this process, as uploads have it.
    ///
    /// Whoever may write to the root may rename what is in it at any time, so that everything is done
    /// with descriptors, never by a path.
    pub(crate) fn make(root: &Path) -> io::Result<Self> {
        let directory = canary::directory_name(random()?);
        let top = Arc::new(open(root, DIRECTORY, Mode::empty())?);
        let mut entries = Vec::new();
        let inside = make_directory(&mut entries, &top, directory.as_bytes())?;
        let entries = RefCell::new(entries);
        let started = SystemTime::now();
        Ok(Self { root: root.into(), directory, top, inside, entries, started, made: Cell::new(0) })
    }

    /// The name of the directory.
    pub(crate) fn directory(&self) -> &str {
        &self.directory
    }

    /// A file of text that is in no other file.
    pub(crate) fn file(&self, name: impl AsRef<[u8]>) -> io::Result<Canary> {
        self.file_of(name, content(random()?))
    }

    /// A file that ends so, after text of its own.
    pub(crate) fn marked(&self, name: &str, end: &str) -> io::Result<Canary> {
        let mut text = content(random()?);
        text.truncate(2000);
        self.file_of(name, [&text, end.as_bytes()].concat())
    }

    pub(crate) fn file_of(&self, name: impl AsRef<[u8]>, content: Vec<u8>) -> io::Result<Canary> {
        let mut canary = self.missing(&name, content);
        let mut entries = self.entries.borrow_mut();
        let mut parent = Arc::clone(&self.inside);
        let mut base = name.as_ref();
        while let Some(slash) = base.iter().position(|&byte| byte == b'/') {
            parent = make_directory(&mut entries, &parent, &base[..slash])?;
            base = &base[slash + 1..];
        }
        let file = make_file(&mut entries, &parent, base, &canary.content)?;
        self.date(&file)?;
        canary.file = Some(Arc::new(file));
        Ok(canary)
    }

    /// Not of this very second, which no server trusts a validator for.
    fn date(&self, file: &File) -> io::Result<()> {
        self.made.set(self.made.get() + 1);
        file.set_modified(self.started - Duration::from_secs(3600 + self.made.get()))
    }

    /// Puts another content under the name of a file, which lies in no directory further down.
    pub(crate) fn replace(&self, canary: &mut Canary, how: Replacing) -> io::Result<()> {
        let mut new = content(random()?);
        if how == Replacing::InPlace {
            let file = canary.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
            new.truncate(canary.content.len());
            file.write_all_at(&new, 0)?;
            self.date(file)?;
            canary.content = new;
            return Ok(());
        }
        new.truncate(canary.content.len() - 1000);
        let name = &canary.name[self.directory.len() + 1..];
        let beside = [name, b".new"].concat();
        let made: &[u8] = if how == Replacing::Renamed { &beside } else { name };
        if how == Replacing::Recreated {
            unlinkat(&self.inside, name, AtFlags::empty())?;
        }
        let mut entries = self.entries.borrow_mut();
        let file = make_file(&mut entries, &self.inside, made, &new)?;
        self.date(&file)?;
        if how == Replacing::Renamed {
            renameat(&self.inside, made, &self.inside, name)?;
            entries.push(Entry::of_open(&self.inside, name, &file, false)?);
        }
        canary.content = new;
        canary.file = Some(Arc::new(file));
        Ok(())
    }

    /// What a file would be that is not made.
    pub(crate) fn missing(&self, name: impl AsRef<[u8]>, content: Vec<u8>) -> Canary {
        let name = [self.directory.as_bytes(), b"/", name.as_ref()].concat();
        let path = self.root.join(OsStr::from_bytes(&name));
        Canary { name, path, content, file: None }
    }

    /// A symlink to a file in a directory outside every root, with the content of that file.
    pub(crate) fn symlink_out(&mut self, name: &str) -> io::Result<Canary> {
        let outside = canary::directory_name(random()?);
        let link = self.missing(name, content(random()?));
        let temporary = std::env::temp_dir();
        let target = temporary.join(&outside).join("outside.txt");
        let temporary = Arc::new(open(&temporary, DIRECTORY, Mode::empty())?);
        let entries = self.entries.get_mut();
        let outside = make_directory(entries, &temporary, outside.as_bytes())?;
        let file = make_file(entries, &outside, b"outside.txt", &link.content)?;
        fchmod(&outside, Mode::from_raw_mode(0o755))?;
        fchmod(&file, Mode::from_raw_mode(0o644))?;
        symlinkat(&target, &self.inside, name)?;
        entries.push(Entry::of(&self.inside, name.as_bytes(), false)?);
        Ok(link)
    }

    /// Another file of the same name, where `root` instead of `alias` would look: beneath
    /// `root/prefix`. `None` where a directory of the site's own is there.
    pub(crate) fn displaced(&mut self, canary: &Canary, prefix: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(base) = canary.path.file_name() else { return Ok(None) };
        let entries = self.entries.get_mut();
        let mut directory = Arc::clone(&self.top);
        for component in prefix.split('/').filter(|component| !component.is_empty()) {
            directory = match make_directory(entries, &directory, component.as_bytes()) {
                Ok(made) => made,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Arc::new(openat(&directory, component, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?)
                }
                Err(error) => return Err(error),
            };
        }
        let directory = make_directory(entries, &directory, self.directory.as_bytes())?;
        let other = content(random()?);
        make_file(entries, &directory, base.as_bytes(), &other)?;
        Ok(Some(other))
    }
}

impl Drop for Canaries {
    fn drop(&mut self) {
        for entry in self.entries.get_mut().drain(..).rev() {
            entry.remove();
        }
    }
}

impl Entry {
    fn of(parent: &Arc<OwnedFd>, name: &[u8], is_directory: bool) -> io::Result<Self> {
        let stat = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let identity = (stat.st_dev as _, stat.st_ino as _);
        Ok(Self { parent: Arc::clone(parent), name: name.into(), identity, is_directory })
    }

    fn of_open(parent: &Arc<OwnedFd>, name: &[u8], fd: impl AsFd, is_directory: bool) -> io::Result<Self> {
        let stat = fstat(fd)?;
        let identity = (stat.st_dev as _, stat.st_ino as _);
        Ok(Self { parent: Arc::clone(parent), name: name.into(), identity, is_directory })
    }

    fn remove(&self) {
        let same = Self::of(&self.parent, &self.name, self.is_directory)
            .is_ok_and(|now| now.identity == self.identity);
        if same {
            let flags = if self.is_directory { AtFlags::REMOVEDIR } else { AtFlags::empty() };
            let _ = unlinkat(&self.parent, self.name.as_slice(), flags);
        }
    }
}

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

fn make_directory(entries: &mut Vec<Entry>, parent: &Arc<OwnedFd>, name: &[u8]) -> io::Result<Arc<OwnedFd>> {
    mkdirat(parent, name, Mode::from_raw_mode(0o755))?;
    let directory = openat(parent, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
    entries.push(Entry::of_open(parent, name, &directory, true)?);
    Ok(Arc::new(directory))
}

/// A file that was not there before.
fn make_file(
    entries: &mut Vec<Entry>,
    parent: &Arc<OwnedFd>,
    name: &[u8],
    content: &[u8],
) -> io::Result<File> {
    let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(parent, name, new, Mode::from_raw_mode(0o644))?);
    entries.push(Entry::of_open(parent, name, &file, false)?);
    file.write_all(content)?;
    Ok(file)
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

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_swapped_is_neither_written_nor_removed() -> io::Result<()> {
        let root = std::env::temp_dir().join(format!("xsendfile-{}", canary::directory_name(random()?)));
        fs::create_dir(&root)?;
        let old = root.join(canary::directory_name([7; 16]));
        fs::create_dir(&old)?;
        let canaries = Canaries::make(&root)?;
        let mut changing = canaries.file("changing.txt")?;
        for how in [Replacing::Renamed, Replacing::Recreated] {
            canaries.replace(&mut changing, how)?;
            assert_eq!(fs::read(&changing.path)?, changing.content, "{how:?}");
        }
        let swapped = root.join(canaries.directory());
        fs::rename(&swapped, root.join("away"))?;
        fs::create_dir(&swapped)?;
        fs::write(swapped.join("changing.txt"), "victim")?;
        canaries.replace(&mut changing, Replacing::InPlace)?;
        canaries.file("folder/later.txt")?;
        drop(canaries);
        assert_eq!(fs::read(swapped.join("changing.txt"))?, b"victim");
        assert!(!swapped.join("folder").exists() && old.exists());
        assert_eq!(fs::read_dir(root.join("away"))?.count(), 0);
        fs::remove_dir_all(&root)
    }
}
