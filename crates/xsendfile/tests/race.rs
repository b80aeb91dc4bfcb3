//! The race between check and open: somebody who can write beneath the root swaps directories, files
//! and symlinks while files are asked for, and gets nothing from outside.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use xsendfile::{Error, Lookup, Name, Place, Root, Symlinks};

/// How often a file is asked for, over all threads.
const ASKED: usize = 100_000;

#[test]
fn nothing_from_outside_is_read_while_the_tree_is_swapped() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    let outside = directory.path().join("outside");
    for path in [root.join("a"), root.join("other"), outside.clone()] {
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("file"), if path == outside { "secret" } else { "public" }).unwrap();
    }
    symlink(&outside, root.join("evil")).unwrap();
    symlink("../outside", root.join("evil-relative")).unwrap();
    symlink(outside.join("file"), root.join("evil-file")).unwrap();
    symlink("file", root.join("other/link")).unwrap();

    let done = AtomicBool::new(false);
    let (read, refused, swapped) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
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
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let root = Root::new(&root, Symlinks::Beneath).unwrap();
                let (read, refused) = (&read, &refused);
                scope.spawn(move || {
                    let names = [
                        "a/file",
                        "evil/file",
                        "evil-relative/file",
                        "other/file",
                        "other/link",
                        "a/../a/file",
                    ];
                    let names = names.map(|name| Name::parse(name.as_bytes()).unwrap());
                    for turn in 0..ASKED / 4 {
                        match root.open(&names[turn % names.len()], Lookup::Blocking) {
                            Ok(opened) => {
                                assert_eq!(std::io::read_to_string(opened.file).unwrap(), "public");
                                read.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(Error::NotFound { .. }) => {
                                refused.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        let results: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        for result in results {
            result.unwrap();
        }
    });
    let (read, refused, swapped) = (read.into_inner(), refused.into_inner(), swapped.into_inner());
    assert_eq!(read + refused, ASKED);
    assert!(
        read > 0 && refused > 0 && swapped > 1000,
        "no race: {read} read, {refused} refused, {swapped} swaps"
    );
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
