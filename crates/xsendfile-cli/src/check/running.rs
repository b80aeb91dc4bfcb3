//! The running site: what stands where, then every question for every location.

use std::path::Path;

use xsendfile::canary::{Ask, Statement};
use xsendfile::{Config, Location};

use super::canaries::Canaries;
use super::causes;
use super::disk::users::User;
use super::finding::{Cause, Finding};
use super::id::Id;
use super::probe::Probe;
use super::questions;
use super::report::Report;
use super::server::Server;
use super::site::{Directory, Site};
use super::subject::Subject;
use super::wire::Interrupted;
use crate::real::real;

/// Asks the site everything, into `report`.
pub(crate) fn check(
    probe: &Probe<'_>,
    config: &Config,
    site: &Site,
    server_user: Option<&str>,
    report: &mut Report,
) -> Result<(), Interrupted> {
    for (index, location) in config.locations().iter().enumerate() {
        match subject(probe, config, server_user, index, location, report)? {
            Ok(mut subject) => {
                subject.published = published(site, location.root().path());
                report.server = Some(subject.server);
                report.findings.extend(questions::ask(&mut subject)?);
            }
            Err(finding) => {
                report.findings.push(finding.about(location.root().path()));
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Makes canaries in a location, and has the application tell what it does with one.
fn subject<'a>(
    probe: &'a Probe<'a>,
    config: &Config,
    server_user: Option<&str>,
    index: usize,
    location: &'a Location,
    report: &Report,
) -> Result<Result<Subject<'a>, Finding>, Interrupted> {
    let root = location.root().path();
    let canaries = match Canaries::make(root) {
        Ok(canaries) => canaries,
        Err(error) => return Ok(Err(unwritable(root, &error))),
    };
    let plain = match canaries.file("plain.txt") {
        Ok(plain) => plain,
        Err(error) => return Ok(Err(unwritable(root, &error))),
    };
    let ask = Ask::send(index, &plain.name);
    let described = match probe.describe(&ask, &[])? {
        Ok(description) => description,
        Err(reply) => {
            let server = Server::ask(probe.client(), &reply)?;
            let cause = causes::canary_does_not_answer(probe, server, &reply)?;
            return Ok(Err(Finding::blocked("the canary's URL", reply.summary(), cause)));
        }
    };
    if let Some(finding) = other_settings(config, &described) {
        return Ok(Err(finding));
    }
    probe.keep_private([root.to_string_lossy().into_owned()]);
    probe.keep_private(location.url().map(|url| format!("{}/{}", url.as_str(), canaries.directory())));
    let reply = probe.ask(&ask)?;
    let server = match report.server {
        Some(server) => server,
        None => Server::ask(probe.client(), &reply)?,
    };
    let users = match server_user {
        Some(name) => User::find(name).into_iter().collect(),
        None => server.users().iter().find_map(|name| User::find(name)).into_iter().collect(),
    };
    let published = Vec::new();
    Ok(Ok(Subject { probe, server, location, index, canaries, plain, described, reply, users, published }))
}

/// The URLs under which settings say that the root is published.
fn published(site: &Site, root: &Path) -> Vec<String> {
    let url = |directory: &Directory| {
        let root = real(root);
        let within = root.strip_prefix(real(&directory.path)).ok()?.to_str()?;
        let url = directory.published().filter(|url| url.starts_with('/'))?;
        Some(format!("{}/{within}", url.trim_end_matches('/')).trim_end_matches('/').to_owned())
    };
    site.directories.iter().filter_map(url).collect()
}

fn unwritable(root: &Path, error: &std::io::Error) -> Finding {
    let explanation = format!("a canary file cannot be made beneath {}", root.display());
    let change = "run this command as a user that may write there, such as the application's";
    Finding::blocked("a canary file", error.to_string(), Cause::new(Id::RootNotWritable, explanation, change))
}

/// The site sends from other roots than these settings say.
fn other_settings(config: &Config, described: &Statement) -> Option<Finding> {
    let ours: Vec<_> = config
        .locations()
        .iter()
        .map(|location| location.root().path().to_string_lossy().into_owned())
        .collect();
    let theirs: Vec<_> = described.locations.iter().map(|place| place.root.clone()).collect();
    let backend = config.backend().name();
    let found = if ours != theirs {
        format!("the site sends from {}, these settings from {}", theirs.join(", "), ours.join(", "))
    } else if backend != described.backend {
        format!("the site's backend is {}, the one of these settings {backend}", described.backend)
    } else {
        return None;
    };
    let explanation = "the site at this address runs with settings other than this command's";
    let change = "run this command with the site's own settings (DJANGO_SETTINGS_MODULE, environment), or restart the site";
    Some(Finding::blocked("the same settings", found, Cause::new(Id::OtherSettings, explanation, change)))
}
