//! Where a path leads on the disk, also where nothing is there yet.

use std::path::{Component, Path, PathBuf};

/// The path without a symbolic link in it. What does not exist keeps its name.
pub(crate) fn real(path: &Path) -> PathBuf {
    way(path).pop().unwrap_or_else(|| path.into())
}

/// Whether what everybody may have in `directory` leads to `path`: it lies there, or a link to it does.
pub(crate) fn leads_to(directory: &Path, path: &Path) -> bool {
    let directory = real(directory);
    way(path).iter().any(|place| place.starts_with(&directory))
}

/// As many symbolic links as Linux follows in one path.
const LINKS: usize = 40;

/// The places that one passes on the way down a path, where it ends last. A place that `..` turns back from
/// is none of them.
fn way(path: &Path) -> Vec<PathBuf> {
    let mut left = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let (mut here, mut places, mut links) = (PathBuf::new(), Vec::new(), 0);
    loop {
        let mut components = left.components();
        let Some(next) = components.next() else { break };
        let rest = components.as_path().to_owned();
        left = match next {
            Component::ParentDir => {
                here.pop();
                rest
            }
            next => {
                here.push(next);
                if !climbs(&rest) {
                    places.push(here.clone());
                }
                match here.read_link() {
                    Ok(target) if links < LINKS => {
                        links += 1;
                        here.pop();
                        target.join(rest)
                    }
                    _ => rest,
                }
            }
        };
    }
    places.push(here);
    places
}

/// Whether `..` is in it.
pub(crate) fn climbs(path: &Path) -> bool {
    path.components().any(|component| component == Component::ParentDir)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_are_followed_also_where_nothing_is() {
        let top = std::env::temp_dir().canonicalize().unwrap();
        let top = top.join(format!("xsendfile-real-{}", std::process::id()));
        fs::create_dir_all(top.join("files/a")).unwrap();
        for (target, link) in [
            ("files", "link"),
            ("../files/new", "files/a/dangling"),
            ("loop", "loop"),
            ("link/key", "files/a/key"),
            ("files/a/key", "through"),
        ] {
            symlink(target, top.join(link)).unwrap();
        }
        let at = |path: &str| top.join(path);
        for (path, expected) in [
            ("files/a", "files/a"),
            ("link/a", "files/a"),
            ("link/none/yet", "files/none/yet"),
            ("link/a/dangling/x", "files/files/new/x"),
            ("link/../other", "other"),
            ("none/../link/./b/", "files/b"),
            ("loop/x", "loop/x"),
        ] {
            assert_eq!(real(&at(path)), at(expected), "{path}");
        }
        for (directory, path, leads) in [
            ("files", "files", true),
            ("files", "link/none", true),
            ("link", "files/none", true),
            ("files/none", "link/none/x", true),
            ("files/a", "files", false),
            ("files/a", "files/ab", false),
            // By a link in it, the path's own or on its way.
            ("files/a", "files/a/key", true),
            ("files/a", "through", true),
            // Left again.
            ("files/a", "files/a/../b", false),
        ] {
            assert_eq!(leads_to(&at(directory), &at(path)), leads, "{directory} {path}");
        }
        fs::remove_dir_all(top).unwrap();
    }
}
