//! What no root may hold, since each file in a root can be sent.

use std::path::{Path, PathBuf};

use crate::real::{leads_to, real};

/// What lies in `root` and is not for sending, with what it is called: of what the site says of itself, and
/// what every system has.
pub(crate) fn held<'a>(
    root: &Path,
    private: impl IntoIterator<Item = (&'a str, &'a Path)>,
) -> Option<(String, PathBuf)> {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let private: Vec<(&str, &Path)> = private.into_iter().collect();
    of(root, private, home.as_deref())
}

fn of<'a>(
    root: &Path,
    private: impl IntoIterator<Item = (&'a str, &'a Path)>,
    home: Option<&'a Path>,
) -> Option<(String, PathBuf)> {
    let system = Path::new("/etc");
    let settings = "the system's settings";
    if real(root).starts_with(system) {
        return Some((settings.into(), real(root)));
    }
    let mut all = vec![(settings, system)];
    all.extend(home.map(|home| ("a home directory", home)));
    all.extend(private);
    let held = all.into_iter().find(|(_, path)| leads_to(root, path));
    held.map(|(what, path)| (what.to_owned(), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_root_holds_nothing_but_what_is_for_sending() {
        let top = std::env::temp_dir().canonicalize().unwrap();
        let top = top.join(format!("xsendfile-unfit-{}", std::process::id()));
        fs::create_dir_all(top.join("site/files")).unwrap();
        for (target, link) in
            [("site", "current"), ("/", "all"), ("../../site/settings.py", "site/files/link")]
        {
            symlink(target, top.join(link)).unwrap();
        }
        let at = |path: &str| top.join(path);
        for (root, private, expected) in [
            ("site/files", "site/settings.py", None),
            ("site/files", "site/files-settings.py", None),
            // Neither is there.
            ("site/none", "site/none/settings.py", Some("the settings")),
            ("site", "site/settings.py", Some("the settings")),
            ("site", "current/settings.py", Some("the settings")),
            ("current", "site/settings.py", Some("the settings")),
            ("site/files/..", "site/settings.py", Some("the settings")),
            ("site", "site", Some("the settings")),
            // By a link in it.
            ("site/files", "site/files/link", Some("the settings")),
            ("home", "site/settings.py", Some("a home directory")),
            ("home/me", "site/settings.py", Some("a home directory")),
            ("home/me/files", "site/settings.py", None),
            ("all", "site/settings.py", Some("the system's settings")),
        ] {
            let (private, home) = (at(private), at("home/me"));
            let found = of(&at(root), [("the settings", private.as_path())], Some(&home));
            assert_eq!(found.as_ref().map(|(what, _)| what.as_str()), expected, "{root} {private:?}");
        }
        for root in ["/", "/etc", "/etc/ssl", "/usr/.."] {
            assert!(of(Path::new(root), [], None).is_some(), "{root}");
        }
        assert_eq!(of(Path::new("/srv/files"), [], None), None);
        fs::remove_dir_all(top).unwrap();
    }
}
