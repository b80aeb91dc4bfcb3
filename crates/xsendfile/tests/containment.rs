//! Nothing outside a root is ever opened, by whatever spelling, link or race.

mod support;

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use xsendfile::{Error, Lookup, Name, Place, Reason, Root, Symlinks};

/// A root with one of everything, next to a secret.
struct Tree {
    directory: tempfile::TempDir,
    _socket: UnixListener,
}

impl Tree {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (root, outside) = (directory.path().join("root"), directory.path().join("outside"));
        fs::create_dir_all(root.join("sub/deep")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret"), "secret").unwrap();
        fs::write(root.join("file"), "public").unwrap();
        fs::write(root.join("sub/file"), "public").unwrap();
        symlink("file", root.join("link")).unwrap();
        symlink("../file", root.join("sub/up")).unwrap();
        symlink("sub", root.join("sub-link")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink("../outside/secret", root.join("out")).unwrap();
        symlink("../outside", root.join("out-dir")).unwrap();
        symlink(outside.join("secret"), root.join("out-absolute")).unwrap();
        symlink("../root/file", root.join("out-and-back")).unwrap();
        symlink("/proc/self/root/etc/passwd", root.join("magic")).unwrap();
        mknodat(CWD, root.join("fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
        let socket = UnixListener::bind(root.join("socket")).unwrap();
        Self { directory, _socket: socket }
    }

    fn path(&self) -> std::path::PathBuf {
        self.directory.path().join("root")
    }

    fn open(&self, name: &str, policy: Symlinks) -> Result<String, Reason> {
        let name = Name::parse(name.as_bytes())?;
        match Root::new(self.path(), policy).unwrap().open(&name, Lookup::Blocking) {
            Ok(mut opened) => {
                let mut content = String::new();
                opened.file.read_to_string(&mut content).unwrap();
                Ok(content)
            }
            Err(Error::NotFound { reason, .. }) => Err(reason),
            Err(error) => panic!("{error}"),
        }
    }
}

type Opened = Result<&'static str, Reason>;

const PUBLIC: Opened = Ok("public");

/// What each policy makes of each name: never, beneath.
#[rustfmt::skip]
const NAMES: &[(&str, Opened, Opened)] = &[
    ("file",                 PUBLIC,                   PUBLIC),
    ("sub/file",             PUBLIC,                   PUBLIC),
    ("./sub//./file",        PUBLIC,                   PUBLIC),
    ("link",                 Err(Reason::Symlink),     PUBLIC),
    ("sub/up",               Err(Reason::Symlink),     PUBLIC),
    ("sub-link/file",        Err(Reason::Symlink),     PUBLIC),
    ("loop",                 Err(Reason::Symlink),     Err(Reason::Symlink)),
    ("dangling",             Err(Reason::Symlink),     Err(Reason::Missing)),
    ("out",                  Err(Reason::Symlink),     Err(Reason::Outside)),
    ("out-dir/secret",       Err(Reason::Symlink),     Err(Reason::Outside)),
    ("out-absolute",         Err(Reason::Symlink),     Err(Reason::Outside)),
    ("out-and-back",         Err(Reason::Symlink),     Err(Reason::Outside)),
    ("magic",                Err(Reason::Symlink),     Err(Reason::Outside)),
    ("sub",                  Err(Reason::NotRegular),  Err(Reason::NotRegular)),
    ("sub/",                 Err(Reason::InvalidName), Err(Reason::InvalidName)),
    ("file/",                Err(Reason::InvalidName), Err(Reason::InvalidName)),
    ("file/.",               Err(Reason::InvalidName), Err(Reason::InvalidName)),
    ("link/",                Err(Reason::InvalidName), Err(Reason::InvalidName)),
    ("fifo",                 Err(Reason::NotRegular),  Err(Reason::NotRegular)),
    ("socket",               Err(Reason::NotRegular),  Err(Reason::NotRegular)),
    ("missing",              Err(Reason::Missing),     Err(Reason::Missing)),
    ("file/below",           Err(Reason::Missing),     Err(Reason::Missing)),
    ("sub/../file",          Err(Reason::Outside),     Err(Reason::Outside)),
    ("../outside/secret",    Err(Reason::Outside),     Err(Reason::Outside)),
    ("sub/../../outside/secret", Err(Reason::Outside), Err(Reason::Outside)),
    ("/etc/passwd",          Err(Reason::Outside),     Err(Reason::Outside)),
];

fn check_names(tree: &Tree) {
    for (name, never, beneath) in NAMES {
        for (policy, expected) in [(Symlinks::Never, never), (Symlinks::Beneath, beneath)] {
            assert_eq!(tree.open(name, policy), expected.map(String::from), "{name}, {policy:?}");
        }
    }
}

fn check_looks(tree: &Tree) {
    let root = Root::new(tree.path(), Symlinks::Beneath).unwrap();
    for (name, _, beneath) in NAMES {
        let Ok(name) = Name::parse(name.as_bytes()) else { continue };
        match root.look(&name, Lookup::Blocking) {
            Ok((status, place)) => {
                assert_eq!((status.length, *beneath), (6, PUBLIC), "{name:?}");
                let expected = match name.as_bytes() {
                    b"link" | b"sub/up" => Place::Resolved(Name::parse(b"file").unwrap()),
                    b"sub-link/file" => Place::Resolved(Name::parse(b"sub/file").unwrap()),
                    _ => Place::Straight,
                };
                assert_eq!(place, expected, "{name:?}");
            }
            Err(Error::NotFound { reason, .. }) => assert_eq!(Err(reason), *beneath, "{name:?}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn each_name_is_opened_or_refused_for_its_reason() {
    check_names(&Tree::new());
}

#[test]
fn symlinks_lead_anywhere_only_where_the_policy_says_so() {
    let tree = Tree::new();
    for name in ["out", "out-dir/secret", "out-absolute"] {
        assert_eq!(tree.open(name, Symlinks::Anywhere).as_deref(), Ok("secret"), "{name}");
    }
    assert_eq!(tree.open("../outside/secret", Symlinks::Anywhere), Err(Reason::Outside));
}

#[test]
fn a_name_too_long_to_exist_is_missing() {
    let tree = Tree::new();
    assert_eq!(tree.open(&"a".repeat(256), Symlinks::Beneath), Err(Reason::Missing));
    assert_eq!(tree.open(&["a"; 4000].join("/"), Symlinks::Beneath), Err(Reason::Missing));
}

#[test]
fn looking_has_the_same_rules() {
    check_looks(&Tree::new());
}

#[test]
fn a_lookup_that_may_not_wait_answers_or_says_so() {
    let tree = Tree::new();
    let root = Root::new(tree.path(), Symlinks::Beneath).unwrap();
    let name = |name: &str| Name::parse(name.as_bytes()).unwrap();
    root.open(&name("file"), Lookup::Blocking).unwrap();
    assert!(root.open(&name("file"), Lookup::Cached).is_ok());
    for refused in ["missing", "out", "loop"] {
        assert!(matches!(root.open(&name(refused), Lookup::Cached), Err(Error::WouldBlock(_))), "{refused}");
    }
}

#[test]
fn a_root_that_is_replaced_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root");
    let root = Root::new(&path, Symlinks::Beneath).unwrap();
    let name = Name::parse(b"file").unwrap();
    for content in ["first", "second", "third"] {
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), content).unwrap();
        let mut found = String::new();
        root.open(&name, Lookup::Blocking).unwrap().file.read_to_string(&mut found).unwrap();
        assert_eq!(found, content);
        fs::remove_dir_all(&path).unwrap();
        assert!(matches!(
            root.open(&name, Lookup::Blocking),
            Err(Error::NotFound { reason: Reason::Missing, .. })
        ));
    }
}

/// A child that holds a lease on a file, as Samba does for an oplock, until it is dropped.
#[cfg(target_os = "linux")]
struct Lease(std::process::Child);

#[cfg(target_os = "linux")]
impl Lease {
    fn on(path: &Path) -> Self {
        const HOLD: &str = "\
import fcntl, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = open(sys.argv[1], 'r+')
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print('held', flush=True)
sys.stdin.read()
";
        use std::process::Stdio;
        let mut child = std::process::Command::new("python3");
        child.args(["-c", HOLD]).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn().expect("python3");
        let mut said = [0; 5];
        child.stdout.as_mut().unwrap().read_exact(&mut said).expect("a lease");
        Self(child)
    }
}

#[cfg(target_os = "linux")]
impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

/// A file that somebody has a lease on is there: that it cannot be opened now says nothing about it.
#[cfg(target_os = "linux")]
fn check_lease() {
    let tree = Tree::new();
    let root = Root::new(tree.path(), Symlinks::Beneath).unwrap();
    for name in ["file", "link", ".//file"] {
        let name = Name::parse(name.as_bytes()).unwrap();
        let held = Lease::on(&tree.path().join("file"));
        match root.open(&name, Lookup::Blocking) {
            Err(Error::Io { operation: "open", source, .. }) => {
                assert_eq!(source.kind(), std::io::ErrorKind::WouldBlock, "{name:?}");
            }
            other => panic!("{name:?}: {other:?}"),
        }
        assert!(matches!(root.open(&name, Lookup::Cached), Err(Error::WouldBlock(_))), "{name:?}");
        drop(held);
        root.open(&name, Lookup::Blocking).unwrap();
    }
    let _held = Lease::on(&tree.path().join("file"));
    root.look(&Name::parse(b"file").unwrap(), Lookup::Blocking).expect("nobody has to give it back");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_leased_is_not_missing() {
    check_lease();
}

/// The root's spelling does not matter: with `..`, behind a symlink, relative names and absolute ones.
#[test]
fn a_root_is_found_by_every_spelling() {
    let tree = Tree::new();
    let alias = tree.directory.path().join("alias");
    symlink("root", &alias).unwrap();
    let real = tree.path().canonicalize().unwrap();
    for root in
        [alias.clone(), real.clone(), real.join("sub/.."), alias.join("sub/.."), tree.path().join(".")]
    {
        let config = xsendfile::Config::builder().backend("simple").root(&root).build().unwrap();
        for filename in [
            Path::new("sub/file").into(),
            root.join("sub/file"),
            real.join("sub/file"),
            real.join("./sub//file"),
        ] {
            let found = config.locations().resolve(&filename, Lookup::Blocking).unwrap();
            assert_eq!(found.name.as_bytes(), b"sub/file", "{root:?} {filename:?}");
            found.open(Lookup::Blocking).unwrap();
        }
    }
}

/// However long the configured path of each is.
#[test]
fn of_two_roots_the_inner_one_has_the_file() {
    let tree = Tree::new();
    let [short, long] = ["in", "a/long/way/to/the/outer/root"].map(|name| tree.directory.path().join(name));
    fs::create_dir_all(long.parent().unwrap()).unwrap();
    symlink("root/sub", &short).unwrap();
    symlink(tree.path(), &long).unwrap();
    for (outer, inner) in [(tree.path(), short), (long, tree.path().join("sub"))] {
        let config = xsendfile::Config::builder()
            .backend("simple")
            .root(&outer)
            .location(&inner, Some("/inner"))
            .build()
            .unwrap();
        let found = config.locations().resolve(&tree.path().join("sub/file"), Lookup::Blocking).unwrap();
        assert_eq!(
            (found.location.root().path(), found.name.as_bytes()),
            (&*inner, &b"file"[..]),
            "{outer:?}"
        );
    }
}

/// Where the kernel has no openat2(2), or a container runtime forbids it, the same table holds.
#[cfg(target_os = "linux")]
mod without_openat2 {
    use super::*;

    fn checked_without_it(check: impl FnOnce() + Copy + Send + 'static) {
        for errno in [rustix::io::Errno::NOSYS, rustix::io::Errno::PERM] {
            // The filter binds the thread for good.
            let checked = std::thread::spawn(move || {
                support::forbid_openat2(errno);
                check();
            });
            checked.join().unwrap();
        }
    }

    #[test]
    fn each_name_is_opened_or_refused_for_its_reason() {
        checked_without_it(|| check_names(&Tree::new()));
    }

    #[test]
    fn looking_has_the_same_rules() {
        checked_without_it(|| check_looks(&Tree::new()));
    }

    #[test]
    fn a_file_that_is_leased_is_not_missing() {
        checked_without_it(check_lease);
    }
}
