//! One location of the running site, and what is known of it.

use std::path::Path;

use xsendfile::Location;
use xsendfile::canary::{Ask, Decision, Statement};

use super::canaries::{Canaries, Canary};
use super::disk::permissions::{Barrier, barrier};
use super::disk::users::User;
use super::probe::Probe;
use super::server::Server;
use super::wire::{Interrupted, Outgoing, Reply};

/// What the questions are about.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) probe: &'a Probe<'a>,
    pub(crate) server: Server,
    pub(crate) location: &'a Location,
    pub(crate) index: usize,
    pub(crate) canaries: Canaries,
    /// The plainest of files.
    pub(crate) plain: Canary,
    /// What the application decided for it.
    pub(crate) described: Statement,
    /// What the client got.
    pub(crate) reply: Reply,
    /// Whom the server in front runs as, as far as one can guess.
    pub(crate) users: Vec<User>,
    /// The URLs that the settings publish the root under.
    pub(crate) published: Vec<String>,
}

impl Subject<'_> {
    pub(crate) fn root(&self) -> &Path {
        self.location.root().path()
    }

    /// The internal URL with which the application hands files off, without a slash at its end.
    pub(crate) fn url(&self) -> Option<&str> {
        self.location.url().map(xsendfile::InternalUrl::as_str)
    }

    /// The internal URL for messages.
    pub(crate) fn shown_url(&self) -> &str {
        self.url().unwrap_or("/private")
    }

    pub(crate) fn arrives(&self) -> bool {
        whole(&self.reply, &self.plain)
    }

    /// The header and the value of the hand-off of the plain file.
    pub(crate) fn hand_off(&self) -> Option<(&str, &str)> {
        match &self.described.decision {
            Decision::HandedOff { header, value, .. } => Some((header, value)),
            _ => None,
        }
    }

    pub(crate) fn ask(&self, canary: &Canary) -> Ask {
        Ask::send(self.index, &canary.name)
    }

    /// The request for the plain file.
    pub(crate) fn request(&self) -> Outgoing {
        self.probe.request(&self.ask(&self.plain))
    }

    pub(crate) fn fetch(&self, canary: &Canary) -> Result<Reply, Interrupted> {
        self.probe.fetch(self.index, canary)
    }

    /// What keeps the server in front from a file, if it runs as whom it is thought to.
    pub(crate) fn barrier(&self, canary: &Canary) -> Option<(Barrier, &User)> {
        self.users.iter().find_map(|user| Some((barrier(&canary.path, user)?, user)))
    }
}

/// Whether a reply is the whole of a file.
pub(crate) fn whole(reply: &Reply, canary: &Canary) -> bool {
    reply.status == 200 && reply.misframed.is_none() && reply.body == canary.content
}
