//! Likely causes, found by evidence: what was seen, and what a further request shows.

mod application;
mod arrival;
mod exposure;
mod kept;
mod quality;
mod reach;

pub(crate) use arrival::{embedded, plain_does_not_arrive};
pub(crate) use exposure::{
    Hiding, client_headers_arrive, client_moves_application, follows_symlinks, no_docroot, published,
    reachable_from_outside,
};
pub(crate) use kept::{
    Changed, Keeper, cache_control_is_lost, content_is_changed, older_file, protection_is_lost,
    sent_from_beside,
};
pub(crate) use quality::{
    body_after_head, compression, extensions_do_not_arrive, headers_are_lost, host_is_changed, long_headers,
    names_do_not_arrive, ranges, same_validator,
};
pub(crate) use reach::canary_does_not_answer;

use super::server::Server;
use super::subject::Subject;

/// The lines that publish a location to the application and nobody else.
fn private_location(subject: &Subject<'_>) -> String {
    let (root, url) = (subject.root().display(), subject.shown_url());
    match subject.server {
        Server::Apache if url_is_told(subject) => format!(
            "Alias {url}/ {root}/, and in <Directory {root}> what `xsendfile config apache-mod_wsgi` prints"
        ),
        Server::Apache => format!("XSendFile On\nXSendFilePath {root}"),
        Server::Lighttpd => {
            format!("\"x-sendfile\" => \"enable\", \"x-sendfile-docroot\" => (\"{root}\")")
        }
        Server::Caddy => "the handle_response block that `xsendfile config caddy` prints".into(),
        _ => format!("location ^~ {url}/ {{ internal; alias {root}/; }}"),
    }
}

/// Whether the hand-off is a URI.
fn url_is_told(subject: &Subject<'_>) -> bool {
    subject.hand_off().is_some_and(|(header, _)| header != "x-sendfile")
}
