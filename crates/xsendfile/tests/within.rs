//! `beneath`: a file that must lie in one directory of the root, streamed or handed off.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use xsendfile::{Config, Error, Sendfile, Symlinks};

/// What reaches the client or the server in front.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    /// This content, from here.
    Content(&'static str),
    /// The file of this name.
    Handed(&'static str),
    NotFound,
}

use Sent::{Content, Handed, NotFound};

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for user in ["one", "other"] {
        fs::create_dir_all(at(user).join("sub")).unwrap();
        fs::write(at(user).join("file.txt"), user).unwrap();
        fs::write(at(user).join("sub/file.txt"), user).unwrap();
    }
    symlink("../other/file.txt", at("one/link")).unwrap();
    symlink("../other", at("one/links")).unwrap();
    symlink("sub/file.txt", at("one/own")).unwrap();
    symlink("../one/file.txt", at("one/round")).unwrap();
    symlink(at("other/file.txt"), at("one/absolute")).unwrap();
    symlink("one", at("alias")).unwrap();
    root
}

/// The file, the directory, and what is sent: streamed, handed off.
#[rustfmt::skip]
const CASES: &[(&str, &str, Sent, Sent)] = &[
    ("one/file.txt",       "one",      Content("one"), Handed("/p/one/file.txt")),
    ("one/sub/file.txt",   "one",      Content("one"), Handed("/p/one/sub/file.txt")),
    ("one/sub/file.txt",   "one/sub",  Content("one"), Handed("/p/one/sub/file.txt")),
    ("one/own",            "one",      Content("one"), Handed("/p/one/sub/file.txt")),
    ("alias/file.txt",     "alias",    Content("one"), Handed("/p/one/file.txt")),
    ("alias/own",          "alias",    Content("one"), Handed("/p/one/sub/file.txt")),
    ("one/link",           "one",      NotFound,       NotFound),
    ("alias/link",         "alias",    NotFound,       NotFound),
    ("one/links/file.txt", "one",      NotFound,       NotFound),
    ("one/round",          "one",      NotFound,       NotFound),
    ("one/absolute",       "one",      NotFound,       NotFound),
    ("one/own",            "one/sub",  NotFound,       NotFound),
    ("other/file.txt",     "one",      NotFound,       NotFound),
    ("one/../other/file.txt", "one",   NotFound,       NotFound),
    ("onefile",            "one",      NotFound,       NotFound),
    ("one",                "one",      NotFound,       NotFound),
    ("one/file.txt",       "none",     NotFound,       NotFound),
    ("one/file.txt",       "one/file.txt", NotFound,   NotFound),
    ("one/file.txt",       "",         NotFound,       NotFound),
    ("one/file.txt",       "..",       NotFound,       NotFound),
    ("one/file.txt",       "/etc",     NotFound,       NotFound),
];

fn send(sendfile: &Sendfile, name: &Path, directory: &Path) -> Sent {
    let request = http::Request::new(());
    match sendfile.send(&request, name).beneath(directory).respond() {
        Err(Error::NotFound { .. }) => NotFound,
        Err(error) => panic!("{name:?}: {error}"),
        Ok(response) => match response.hand_off {
            Some(hand_off) => Handed(String::from_utf8(hand_off.wire().to_vec()).unwrap().leak()),
            None => Content(std::io::read_to_string(response.body.reader()).unwrap().leak()),
        },
    }
}

#[test]
fn nothing_but_what_lies_in_the_directory_is_sent() {
    let site = site();
    for symlinks in [Symlinks::Beneath, Symlinks::Anywhere] {
        for look in [true, false] {
            let builder = || Config::builder().root(site.path()).symlinks(symlinks).check_file_exists(look);
            let streamed = Sendfile::new(builder().backend("simple").build().unwrap());
            let handed = Sendfile::new(builder().backend("nginx").url("/p").build().unwrap());
            for (name, directory, from_here, by_server) in CASES {
                for (sendfile, expected) in [(&streamed, from_here), (&handed, by_server)] {
                    let [name, directory] = [name, directory].map(Path::new);
                    assert_eq!(
                        send(sendfile, name, directory),
                        *expected,
                        "{name:?} {directory:?} {symlinks:?}"
                    );
                    // Both may be absolute.
                    if directory.components().next().is_some() {
                        let absolute = send(sendfile, &site.path().join(name), &site.path().join(directory));
                        assert_eq!(absolute, *expected, "{name:?} {directory:?} {symlinks:?}, absolute");
                    }
                }
            }
        }
    }
}

/// What the security page says of names that merely start with the directory.
#[test]
fn without_it_a_link_to_another_directory_is_followed() {
    let site = site();
    let config = Config::builder().backend("simple").root(site.path()).build().unwrap();
    let request = http::Request::new(());
    let response = Sendfile::new(config).send(&request, "one/link").respond().unwrap();
    assert_eq!(std::io::read_to_string(response.body.reader()).unwrap(), "other");
}

#[test]
fn a_backend_of_the_sites_own_is_told_the_resolved_path() {
    let site = site();
    let config =
        Config::builder().backend("simple").root(site.path()).check_file_exists(false).build().unwrap();
    let sendfile = Sendfile::new(config);
    let request = http::Request::new(());
    let describe = |name| sendfile.send(&request, name).beneath("one").describe();
    assert_eq!(describe("one/own").unwrap().path, site.path().join("one/sub/file.txt"));
    assert!(matches!(describe("one/link"), Err(Error::NotFound { .. })));
}
