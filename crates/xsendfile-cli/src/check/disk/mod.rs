//! The settings against the disk.

pub(crate) mod permissions;
pub(crate) mod users;

use std::path::Path;

use percent_encoding::percent_decode_str;
use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use xsendfile::{Config, InternalUrl, Location};

use self::permissions::barrier;
use self::users::{SERVER_USER, User};
use super::finding::{Cause, Finding};
use super::id::Id;
use super::site::{Directory, Site};
use crate::real::{leads_to, real};
use crate::unfit;

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
    findings.extend(urls_apart(config, site));
    for (place, location) in config.locations().iter().enumerate() {
        let root = location.root().path();
        let about = |finding: Finding| finding.about(root);
        findings.extend(enterable(root).map(about));
        findings.extend(readable(root, users).map(about));
        findings.extend(only_for_sending(place, root, site).map(about));
        findings.extend(site.directories.iter().filter_map(|other| apart(place, root, other)).map(about));
    }
    findings.extend(sendable(config, site));
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
    let without = |(_, location): &(usize, &Location)| takes_uri && location.url().is_none();
    let finding = |(place, location): (usize, &Location)| {
        let root = location.root().path();
        let explanation = format!(
            "the backend {} tells the server in front by a URL which file to send; where none is set it tells the path on the disk, which that server takes for a URL and does not find",
            config.backend()
        );
        let (found, write) = match place {
            0 => ("SENDFILE_URL is unset".into(), "SENDFILE_URL = \"/private\"".into()),
            _ => (
                format!("SENDFILE_LOCATIONS = {{{root:?}: None}}"),
                format!("SENDFILE_LOCATIONS = {{{root:?}: \"/private-{place}\"}}"),
            ),
        };
        let change = format!(
            "{write} or another URL path that the site does not use itself, and the same in the server's configuration"
        );
        Finding::warning("an internal URL", found, Cause::new(Id::UrlUnset, explanation, change)).about(root)
    };
    config.locations().iter().enumerate().filter(without).map(finding).collect()
}

/// Whether each URL is one directory's, where the server in front is told URLs.
fn urls_apart(config: &Config, site: &Site) -> Vec<Finding> {
    let locations = config.locations().iter().enumerate().filter(|_| config.backend().takes_uri());
    let internal = locations.filter_map(|(place, location)| {
        let setting = if place == 0 { "SENDFILE_URL" } else { "SENDFILE_LOCATIONS" };
        Some((setting, location.url()?))
    });
    let internal: Vec<_> = internal.collect();
    let mut findings = Vec::new();
    for (published, written) in &site.urls {
        let Some(url) = path_of(written) else { continue };
        for (setting, other) in internal.iter().filter(|(_, other)| other.overlaps(&url)) {
            let explanation = format!(
                "{published} = {written:?} and {setting} = {:?} are the same, or one lies beneath the other: the server in front sends files of the one directory in place of the other's",
                other.as_str()
            );
            let change = format!(
                "a {setting} that does not lie beneath {published}, nor this beneath it, such as \"/private-files\"; and the same in the server's configuration"
            );
            let found = format!("{published} = {written:?}");
            let cause = Cause::new(Id::UrlsOverlap, explanation, change);
            findings.push(Finding::warning("URLs of their own", found, cause));
        }
    }
    findings
}

/// What a server compares requests with, of a URL that settings say: decoded, and of this very site.
fn path_of(url: &str) -> Option<InternalUrl> {
    let is_own = url.starts_with('/') && !url.starts_with("//");
    let decoded = percent_decode_str(url).decode_utf8().ok().filter(|_| is_own)?;
    // The top of a site is what Django has for no URL.
    InternalUrl::parse(&decoded).ok().filter(|url| !url.as_str().is_empty())
}

/// Whether a root holds nothing that is not for sending.
fn only_for_sending(place: usize, root: &Path, site: &Site) -> Option<Finding> {
    let private = site.private.iter().map(|(what, path)| (what.as_str(), path.as_path()));
    let (what, held) = unfit::held(root, private)?;
    let explanation = "each file in a root can be sent by whoever names it to the application";
    let setting = if place == 0 { "SENDFILE_ROOT" } else { "a root in SENDFILE_LOCATIONS" };
    let change =
        format!("{setting} that holds nothing but what is for sending, such as {:?}", root.join("files"));
    let found = format!("it holds {held:?}, {what}");
    Some(Finding::warning(
        "only what is for sending",
        found,
        Cause::new(Id::NotForSending, explanation, change),
    ))
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

/// Whether a directory that is published has nothing to do with the root in this place.
fn apart(place: usize, root: &Path, other: &Directory) -> Option<Finding> {
    let (url, label, directory) = (other.published()?, &other.label, &other.path);
    let question = format!("apart from {label}");
    if leads_to(directory, root) {
        let found = format!("{label} = {directory:?} holds the root");
        return Some(Finding::warning(question, found, holds(other, url, place, root)));
    }
    let (root, directory) = (real(root), real(directory));
    let shown = directory.display();
    Some(if directory.starts_with(&root) {
        let cause = Cause::new(
            Id::PublicInRoot,
            format!("what is published under {url} lies among the protected files"),
            format!("keep {label} outside {}", root.display()),
        );
        Finding::warning(question, format!("{shown} lies in the root"), cause)
    } else {
        Finding::fine(question, shown.to_string())
    })
}

/// A directory that is published under `url` holds the root in this place.
fn holds(other: &Directory, url: &str, place: usize, root: &Path) -> Cause {
    let (label, directory) = (&other.label, &other.path);
    let url_setting = label.replace("_ROOT", "_URL");
    let explanation = format!(
        "{url_setting} = {url:?} says that anybody may fetch what lies in {label}, and so the protected files in {root:?}, without asking the application"
    );
    let beside = |what: &str| {
        let mut name = directory.file_name().unwrap_or_default().to_owned();
        name.push(what);
        directory.with_file_name(name)
    };
    // Static files are collected again; files of users would have to be moved.
    let change = if other.is_public {
        format!("{label} = {:?}, or another directory that does not hold {root:?}", beside("-static"))
    } else {
        let root = match place {
            0 => format!("SENDFILE_ROOT = {:?}", beside("-private")),
            _ => format!("in SENDFILE_LOCATIONS {:?} instead of {root:?}", beside("-private")),
        };
        format!(
            "{url_setting} = \"\" if no file in {label} is for everybody; otherwise {root}, or another directory outside {directory:?}"
        )
    };
    Cause::new(Id::Published, explanation, change)
}

/// Whether what the storages of the site keep can be sent.
fn sendable(config: &Config, site: &Site) -> Vec<Finding> {
    let roots: Vec<_> = config.locations().iter().map(|location| real(location.root().path())).collect();
    let storages: Vec<_> = site.directories.iter().filter(|directory| !directory.is_public).collect();
    let is_outside = |storage: &&&Directory| {
        let directory = real(&storage.path);
        !roots.iter().any(|root| directory.starts_with(root))
    };
    let outside: Vec<_> = storages.iter().filter(is_outside).collect();
    if outside.is_empty() || outside.len() < storages.len() {
        let note = |storage: &&&Directory| {
            let found =
                format!("{} lies in no root: its files cannot be sent", real(&storage.path).display());
            Finding::note(format!("the storage {}", storage.label), found)
        };
        return outside.iter().map(note).collect();
    }
    let found: Vec<_> =
        outside.iter().map(|storage| format!("{} = {:?}", storage.label, storage.path)).collect();
    let root = config.locations().first().root().path();
    let explanation = "no storage lies beneath any root, so no file of a FileField can be sent";
    let change = format!("a SENDFILE_ROOT that holds MEDIA_ROOT, or a storage (STORAGES) beneath {root:?}");
    let cause = Cause::new(Id::StorageOutside, explanation, change);
    vec![Finding::warning("a storage beneath a root", found.join(", "), cause)]
}
