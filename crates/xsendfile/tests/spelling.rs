//! What an absolute name means, and what the root is: the kernel's answer, at that moment.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use xsendfile::{Config, Error, Locations, Lookup, Reason};

fn locations(root: &Path) -> Locations {
    let config = Config::builder().backend("simple").root(root).build().unwrap();
    config.locations().clone()
}

/// What is read under this name, by an event loop too where it is told anything at all.
fn read(locations: &Locations, name: &Path) -> Result<String, Reason> {
    let by = |lookup| {
        let found = locations.resolve(name, lookup).and_then(|found| found.open(lookup));
        found.map(|opened| std::io::read_to_string(opened.file).unwrap())
    };
    let reason = |error| match error {
        Error::NotFound { reason, .. } => reason,
        error => panic!("{name:?}: {error}"),
    };
    let blocking = by(Lookup::Blocking).map_err(reason);
    match by(Lookup::Cached) {
        Err(Error::WouldBlock(_)) => {}
        cached => assert_eq!(cached.map_err(reason), blocking, "{name:?}"),
    }
    blocking
}

fn write(path: PathBuf, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// As a careful deployment switches to its next release.
fn switch(link: &Path, to: &str) {
    let new = link.with_extension("new");
    symlink(to, &new).unwrap();
    fs::rename(new, link).unwrap();
}

#[test]
fn a_root_that_is_a_switched_link_is_the_new_directory_at_once() {
    let site = tempfile::tempdir().unwrap();
    let at = |path: &str| site.path().join(path);
    for release in ["1", "2"] {
        write(at(&format!("releases/{release}/files/version.txt")), release);
    }
    symlink("releases/1", at("current")).unwrap();
    let locations = locations(&at("current/files"));
    for release in ["1", "2", "1", "2"] {
        switch(&at("current"), &format!("releases/{release}"));
        let said = Ok(release.to_owned());
        for name in [
            PathBuf::from("version.txt"),
            at("current/files/version.txt"),
            at(&format!("releases/{release}/files/version.txt")),
            at("./current//files/./version.txt"),
        ] {
            assert_eq!(read(&locations, &name), said, "{name:?}");
        }
        let other = if release == "1" { "2" } else { "1" };
        let old = at(&format!("releases/{other}/files/version.txt"));
        assert_eq!(read(&locations, &old), Err(Reason::Outside));
    }
}

#[test]
fn a_name_that_reaches_the_root_over_a_link_is_in_it() {
    let site = tempfile::tempdir().unwrap();
    let at = |path: &str| site.path().join(path);
    write(at("real/files/sub/report.txt"), "report");
    write(at("elsewhere/report.txt"), "other");
    symlink("real/files", at("media")).unwrap();
    symlink("real", at("storage")).unwrap();
    for root in ["real/files", "media", "storage/files", "storage/../media", "real/files/sub/.."] {
        let locations = locations(&at(root));
        for above in ["real/files", "media", "storage/files", "storage/../media", root] {
            let name = at(above).join("sub/report.txt");
            assert_eq!(read(&locations, &name), Ok("report".into()), "{root} {above}");
            let missing = read(&locations, &at(above).join("none.txt"));
            assert_eq!(missing, Err(Reason::Missing), "{root} {above}");
        }
        for outside in ["elsewhere/report.txt", "real/report.txt", "none/report.txt"] {
            assert_eq!(read(&locations, &at(outside)), Err(Reason::Outside), "{root} {outside}");
        }
        for up in ["real/files/sub/../../files/sub/report.txt", "media/../elsewhere/report.txt"] {
            assert_eq!(read(&locations, &at(up)), Err(Reason::Outside), "{root} {up}");
        }
        for directory in ["media/sub/report.txt/", "real/files/sub/report.txt/.", "real/files/sub/"] {
            assert_eq!(read(&locations, &at(directory)), Err(Reason::InvalidName), "{root} {directory}");
        }
    }
}

/// `/site/current/../files` is beside what `current` leads to, and not `/site/files`.
#[test]
fn up_from_a_link_is_up_from_where_it_leads() {
    let site = tempfile::tempdir().unwrap();
    let at = |path: &str| site.path().join(path);
    write(at("files/report.txt"), "another's");
    write(at("srv/files/report.txt"), "ours");
    fs::create_dir_all(at("srv/1/app")).unwrap();
    symlink("srv/1", at("current")).unwrap();
    let of_link = locations(&at("current/../files"));
    for ours in ["current/../files/report.txt", "srv/files/report.txt", "srv/1/app/../../files/report.txt"] {
        assert_eq!(read(&of_link, &at(ours)), Ok("ours".into()), "{ours}");
    }
    assert_eq!(read(&of_link, &at("files/report.txt")), Err(Reason::Outside));
    assert_eq!(of_link.first().root().path(), at("srv/files").canonicalize().unwrap());

    // Where no link comes before it, a link further up may still be switched.
    fs::create_dir_all(at("srv/2/app")).unwrap();
    write(at("srv/1/data/n.txt"), "1");
    write(at("srv/2/data/n.txt"), "2");
    let of_directory = locations(&at("current/app/../data"));
    assert_eq!(read(&of_directory, Path::new("n.txt")), Ok("1".into()));
    switch(&at("current"), "srv/2");
    assert_eq!(read(&of_directory, Path::new("n.txt")), Ok("2".into()));
}

#[test]
fn a_relative_root_is_that_of_the_start() {
    let site = tempfile::tempdir().unwrap();
    write(site.path().join("files/a.txt"), "a");
    std::env::set_current_dir(site.path()).unwrap();
    let locations = locations(Path::new("files"));
    std::env::set_current_dir("/").unwrap();
    assert_eq!(read(&locations, Path::new("a.txt")), Ok("a".into()));
}

/// Between two downloads nothing of the root is open.
#[cfg(target_os = "linux")]
#[test]
fn a_root_can_be_unmounted() {
    let mount = |program: &str, arguments: &[&str], at: &Path| {
        Command::new(program).args(arguments).arg(at).output().is_ok_and(|done| done.status.success())
    };
    let site = tempfile::tempdir().unwrap();
    if !mount("mount", &["-t", "tmpfs", "none"], site.path()) {
        println!("SKIPPED: nothing can be mounted here");
        return;
    }
    write(site.path().join("a.txt"), "a");
    let locations = locations(site.path());
    let found = read(&locations, Path::new("a.txt"));
    let is_unmounted = mount("umount", &[], site.path());
    if !is_unmounted {
        mount("umount", &["--lazy"], site.path());
    }
    assert_eq!((found, is_unmounted), (Ok("a".into()), true));
    assert_eq!(read(&locations, Path::new("a.txt")), Err(Reason::Missing));
}
