//! The settings against the disk.

pub(crate) mod permissions;
pub(crate) mod users;

use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use xsendfile::{Config, Location};

use self::permissions::barrier;
use self::users::{SERVER_USER, User};
use super::finding::{Cause, Finding};
use super::id::Id;
use super::site::{Directory, Site};

/// What the disk says of the settings; the configuration too, if it holds.
pub(crate) fn check<'a>(site: &'a Site, users: &[User]) -> (Vec<Finding>, Option<&'a Config>) {
    let config = match &site.config {
        Ok(config) => config,
        Err(error) => {
            let cause = Cause::new(Id::Setting, error.problem.clone(), error.advice.clone());
            let found = format!("{} = {}", error.setting, error.value);
            return (vec![Finding::wrong("the settings", found, cause)], None);
        }
    };
    let mut findings = vec![Finding::fine("the settings", format!("backend {}", config.backend()))];
    findings.extend(needs_url(config));
    for location in config.locations().iter() {
        let root = location.root().path();
        let about = |finding: Finding| finding.about(root);
        findings.extend(enterable(root).map(about));
        findings.extend(readable(root, users).map(about));
        findings.extend(site.directories.iter().filter_map(|other| apart(root, other)).map(about));
    }
    findings.extend(site.directories.iter().filter_map(|other| sendable(config, other)));
    (findings, Some(config))
}

/// What the disk says against the settings, for a framework's own checks: the name of the cause, what
/// is the matter, and what to do.
pub(crate) fn problems(site: &Site) -> Vec<(&'static str, String, String)> {
    let users: Vec<_> = User::find(SERVER_USER).into_iter().collect();
    let problem = |finding: Finding| {
        let cause = finding.cause?;
        let place = finding.location.map(|root| format!("{root}: ")).unwrap_or_default();
        Some((cause.id.name(), format!("{place}{} ({})", cause.explanation, finding.found), cause.change))
    };
    check(site, &users).0.into_iter().filter_map(problem).collect()
}

/// A server that is told URIs needs one for every root.
fn needs_url(config: &Config) -> Vec<Finding> {
    let takes_uri = config.backend().takes_uri();
    let without = |location: &&Location| takes_uri && location.url().is_none();
    let finding = |location: &Location| {
        let root = location.root().path();
        let explanation = format!("{} is told paths of the file system as URIs", config.backend());
        let change = "SENDFILE_URL = \"/private\", or the URL in SENDFILE_LOCATIONS";
        Finding::warning("an internal URL", "there is none", Cause::new(Id::UrlUnset, explanation, change))
            .about(root)
    };
    config.locations().iter().filter(without).map(finding).collect()
}

/// Whether this process may enter the root.
fn enterable(root: &Path) -> Option<Finding> {
    let denied = accessat(CWD, root, Access::EXEC_OK, AtFlags::EACCESS) == Err(Errno::ACCESS);
    denied.then(|| {
        let explanation = "this process may not enter it, so no file can be sent";
        let change = format!("chmod u+x {}, or run as a user that may enter it", root.display());
        let cause = Cause::new(Id::RootClosed, explanation, change);
        Finding::warning("this process may enter the root", "permission denied", cause)
    })
}

/// Whether the server's users may enter the root.
fn readable(root: &Path, users: &[User]) -> Option<Finding> {
    let user = users.first()?;
    let question = format!("{} may enter the root", user.name);
    Some(match barrier(root, user) {
        None => Finding::fine(question, "by the mode bits of every directory above it"),
        Some(barrier) => {
            let (explanation, change) = barrier.describe(user);
            let found = format!("mode {:04o} of {}", barrier.mode, barrier.path.display());
            Finding::warning(question, found, Cause::new(Id::ServerCannotRead, explanation, change))
        }
    })
}

/// Whether a directory that is published has nothing to do with the root.
fn apart(root: &Path, other: &Directory) -> Option<Finding> {
    let (root, directory) = (real(root), real(&other.path));
    let (url, label) = (other.published()?, &other.label);
    let question = format!("apart from {label}");
    let shown = directory.display();
    if root.starts_with(&directory) {
        let cause = Cause::new(
            Id::Published,
            format!("what lies in {label} is published under {url}, and the protected files with it"),
            format!("keep the root outside {shown}, or publish nothing under {url}"),
        );
        Some(Finding::warning(question, format!("the root lies in {shown}"), cause))
    } else if directory.starts_with(&root) {
        let cause = Cause::new(
            Id::PublicInRoot,
            format!("what is published under {url} lies among the protected files"),
            format!("keep {label} outside {}", root.display()),
        );
        Some(Finding::warning(question, format!("{shown} lies in the root"), cause))
    } else {
        Some(Finding::fine(question, shown.to_string()))
    }
}

/// Whether what a storage keeps can be sent.
fn sendable(config: &Config, storage: &Directory) -> Option<Finding> {
    let directory = real(&storage.path);
    let beneath = |location: &Location| directory.starts_with(real(location.root().path()));
    (!storage.is_public && !config.locations().iter().any(beneath)).then(|| {
        let found = format!("{} lies in no root: its files cannot be sent", directory.display());
        Finding::note(format!("the storage {}", storage.label), found)
    })
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.into())
}
