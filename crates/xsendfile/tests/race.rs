//! The race between check and open: somebody who can write beneath the root swaps directories, files
//! and symlinks while files are asked for, and gets nothing from outside.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use xsendfile::{Error, Lookup, Name, Place, Root, Symlinks};

/// How files are asked for while the tree is swapped.
#[derive(Debug, Clone, Copy)]
struct Way {
    openat2: Openat2,
    symlinks: Symlinks,
    asked: Asked,
    /// Over all threads.
    times: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Openat2 {
    There,
    /// Then every component is opened for itself.
    #[cfg(target_os = "linux")]
    Missing,
}

#[derive(Debug, Clone, Copy)]
enum Asked {
    /// To be sent from here.
    Opened,
    /// For the server in front to send.
    LookedAt,
}

/// What the files beneath the root hold, and what those outside do: of another length, which is all
/// that a look sees of them.
const PUBLIC: &str = "public";
const SECRET: &str = "a secret";

const THREADS: usize = 4;

impl Way {
    /// Asks for `name` once; whether it was there.
    fn ask(self, root: &Root, name: &Name) -> bool {
        let found = match self.asked {
            Asked::Opened => root.open(name, Lookup::Blocking).map(|opened| {
                assert_eq!(opened.status.length, PUBLIC.len() as u64, "{self:?} {name:?}");
                assert_eq!(std::io::read_to_string(opened.file).unwrap(), PUBLIC, "{self:?} {name:?}");
            }),
            Asked::LookedAt => root.look(name, Lookup::Blocking).map(|(status, place)| {
                assert_eq!(status.length, PUBLIC.len() as u64, "{self:?} {name:?}");
                match (place, self.symlinks) {
                    (Place::Straight, _) => {}
                    (Place::Resolved(found), Symlinks::Beneath) => {
                        let is_ours = !found.as_bytes().ends_with(b"link");
                        assert!(is_ours, "{self:?} {name:?}: {found:?} is no place of a file");
                    }
                    (Place::Unknown, Symlinks::Beneath) => {}
                    (place, _) => panic!("{self:?} {name:?}: {place:?}"),
                }
            }),
        };
        match found {
            Ok(()) => true,
            Err(Error::NotFound { .. }) => false,
            Err(error) => panic!("{self:?} {name:?}: {error}"),
        }
    }

    fn race(self) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        let outside = directory.path().join("outside");
        for path in [root.join("a"), root.join("other"), outside.clone()] {
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("file"), if path == outside { SECRET } else { PUBLIC }).unwrap();
        }
        symlink(&outside, root.join("evil")).unwrap();
        symlink("../outside", root.join("evil-relative")).unwrap();
        symlink(outside.join("file"), root.join("evil-file")).unwrap();
        symlink("file", root.join("other/link")).unwrap();

        let done = AtomicBool::new(false);
        let (found, swapped) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for (one, two) in [("a", "evil"), ("a", "evil-relative"), ("other/file", "evil-file")] {
                let (root, done, swapped) = (&root, &done, &swapped);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        let exchanged =
                            renameat_with(CWD, root.join(one), CWD, root.join(two), RenameFlags::EXCHANGE);
                        swapped.fetch_add(usize::from(exchanged.is_ok()), Ordering::Relaxed);
                    }
                });
            }
            let ask = || {
                #[cfg(target_os = "linux")]
                if self.openat2 == Openat2::Missing {
                    support::forbid_openat2(rustix::io::Errno::NOSYS);
                }
                let root = Root::new(&root, self.symlinks).unwrap();
                let names =
                    ["a/file", "evil/file", "evil-relative/file", "other/file", "other/link", "a/.//file"];
                let names = names.map(|name| Name::parse(name.as_bytes()).unwrap());
                for turn in 0..self.times / THREADS {
                    let is_there = self.ask(&root, &names[turn % names.len()]);
                    found.fetch_add(usize::from(is_there), Ordering::Relaxed);
                }
            };
            let asking: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
            let results: Vec<_> = asking.into_iter().map(thread::ScopedJoinHandle::join).collect();
            done.store(true, Ordering::Relaxed);
            for result in results {
                result.unwrap();
            }
        });
        let (found, swapped) = (found.into_inner(), swapped.into_inner());
        println!("{self:?}: {found} found, {swapped} swaps");
        assert!(
            0 < found && found < self.times && swapped > 1000,
            "{self:?}: no race: {found} found, {swapped} swaps"
        );
    }
}

macro_rules! races {
    ($($name:ident: $openat2:ident $asked:ident $symlinks:ident $times:literal)*) => {
        /// Nothing from outside is read, whatever is swapped meanwhile.
        mod nothing_from_outside {
            use super::{Asked, Openat2, Symlinks, Way};

            $(
                #[test]
                fn $name() {
                    let (openat2, asked) = (Openat2::$openat2, Asked::$asked);
                    Way { openat2, asked, symlinks: Symlinks::$symlinks, times: $times }.race();
                }
            )*
        }
    };
}

races! {
    is_opened: There Opened Beneath 100_000
    is_opened_without_symlinks: There Opened Never 20_000
    is_looked_at: There LookedAt Beneath 20_000
    is_looked_at_without_symlinks: There LookedAt Never 20_000
}

// Component by component, from the descriptor of each one's parent.
#[cfg(target_os = "linux")]
mod without_openat2 {
    use super::*;

    races! {
        is_opened: Missing Opened Beneath 20_000
        is_opened_without_symlinks: Missing Opened Never 20_000
        is_looked_at: Missing LookedAt Beneath 20_000
        is_looked_at_without_symlinks: Missing LookedAt Never 20_000
    }
}

/// Whoever replaces a file by rename, as every careful writer does, must not make a symlink to it lead
/// to another file: the system tells the old one's place as `t (deleted)`, which may be a name too.
#[test]
fn a_symlink_to_a_file_that_is_replaced_leads_to_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    for name in ["t", "t (deleted)"] {
        fs::write(path.join(name), name).unwrap();
    }
    symlink("t", path.join("link")).unwrap();
    let root = Root::new(path, Symlinks::Beneath).unwrap();
    let (link, target) = (Name::parse(b"link").unwrap(), Name::parse(b"t").unwrap());
    let (done, replaced) = (AtomicBool::new(false), AtomicUsize::new(0));
    let unknown = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                fs::write(path.join("new"), "t").unwrap();
                fs::rename(path.join("new"), path.join("t")).unwrap();
                replaced.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut unknown = 0;
        // Until the race was seen, however few processors there are.
        for turn in 0..1_000_000 {
            if turn > 20_000 && unknown > 0 {
                break;
            }
            match root.look(&link, Lookup::Blocking).unwrap().1 {
                Place::Resolved(name) => assert_eq!(name, target),
                Place::Unknown => unknown += 1,
                Place::Straight => panic!("a symlink is not straight"),
            }
        }
        done.store(true, Ordering::Relaxed);
        unknown
    });
    assert!(replaced.into_inner() > 100 && unknown > 0, "no race: {unknown} unknown");
}
