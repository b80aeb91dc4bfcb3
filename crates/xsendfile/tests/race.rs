//! The race between check and open: somebody who can write beneath the root swaps directories, files
//! and symlinks while files are asked for, and gets nothing from outside.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use xsendfile::{Error, Lookup, Name, Root, Symlinks};

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
