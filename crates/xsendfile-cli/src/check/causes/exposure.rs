//! What reaches people that should not.

use super::{private_location, url_is_told};
use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::questions::{BELIEVED, Spelled};
use crate::check::server::Server;
use crate::check::subject::Subject;
use crate::spelling::spellings;

/// How an internal URL is hidden that leads in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hiding {
    /// Not at all.
    None,
    /// As it is usually written, and not in some other spelling.
    OneSpelling,
}

/// The internal URL answers the outside.
pub(crate) fn reachable_from_outside(subject: &Subject<'_>, hiding: Hiding) -> Cause {
    let url = subject.shown_url();
    let change = private_location(subject);
    match subject.server {
        Server::Nginx if hiding == Hiding::None => Cause::new(
            Id::NginxNotInternal,
            format!("the location {url}/ is not internal, so nginx sends its files to everybody"),
            format!("internal; in it: {change}"),
        ),
        Server::Apache if hiding == Hiding::None => Cause::new(
            Id::ApacheAliasOpen,
            format!("Apache sends what lies beneath {url}/ to everybody"),
            private_block(subject),
        ),
        Server::Apache => Cause::new(
            Id::ApacheRawRequestLine,
            "the rule that hides it looks at the URL as it was written (THE_REQUEST, or before slashes are merged), but Apache serves it as it understands it",
            format!("instead of RewriteCond, {}", private_block(subject)),
        ),
        server if hiding == Hiding::OneSpelling => Cause::new(
            Id::PrivateUrlBySpelling,
            format!("{} hides {url}/ only in its usual spelling", server.name()),
            change,
        ),
        server if url_is_told(subject) => {
            Cause::new(Id::PrivateUrlOpen, format!("{} serves {url}/ to everybody", server.name()), change)
        }
        _ => published(subject, url),
    }
}

/// What lets in only what the application leads there.
fn private_block(subject: &Subject<'_>) -> String {
    let root = subject.root().display();
    format!("in <Directory {root}>: the <If \"true\"> block that `xsendfile config apache-mod_wsgi` prints")
}

/// The root is served under another URL.
pub(crate) fn published(subject: &Subject<'_>, url: &str) -> Cause {
    let root = subject.root().display();
    let url = if url.is_empty() { "/" } else { url };
    let where_it_is = match subject.server {
        Server::Nginx => {
            format!("remove the location {url} with this directory, or the root above it, from nginx")
        }
        Server::Apache => format!(
            "remove the Alias or DocumentRoot that makes {url} of it, or write <Directory {root}> Require all denied"
        ),
        Server::Lighttpd => {
            format!("move server.document-root or alias.url away from it, so that {url} is not {root}")
        }
        Server::Caddy => format!("remove the root and file_server for {url}"),
        _ => format!("let nothing serve {url} from {root} (django.views.static.serve, ServeDir)"),
    };
    Cause::new(
        Id::Published,
        format!("anybody gets the protected files in {root} under {url}, without asking the application"),
        format!(
            "{where_it_is}; write a {} that lies in no MEDIA_ROOT, STATIC_ROOT or document root",
            if subject.index == 0 { "SENDFILE_ROOT" } else { "root in SENDFILE_LOCATIONS" }
        ),
    )
}

/// Paths outside the root are not refused by lighttpd.
pub(crate) fn no_docroot(subject: &Subject<'_>) -> Cause {
    Cause::new(
        Id::LighttpdNoDocroot,
        "without x-sendfile-docroot lighttpd sends any file that it may read",
        format!("\"x-sendfile-docroot\" => (\"{}\")", subject.root().display()),
    )
}

/// The server follows symlinks out of the root, though the application says not to; `None` where it
/// cannot be told.
pub(crate) fn follows_symlinks(subject: &Subject<'_>) -> Option<Cause> {
    let root = subject.root().display();
    let change = match subject.server {
        Server::Nginx => format!("disable_symlinks on from={root}/;"),
        Server::Lighttpd => "server.follow-symlink = \"disable\"".into(),
        Server::Apache if url_is_told(subject) => {
            format!("in <Directory {root}>: Options None")
        }
        _ => return None,
    };
    Some(Cause::new(
        Id::FollowsSymlinks,
        "whoever can put a symlink in a file's place after the application looked at it can have any file sent",
        change,
    ))
}

/// What a client calls X-Accel-… or X-Sendfile-… is passed on.
pub(crate) fn client_headers_arrive(subject: &Subject<'_>, spelled: Spelled) -> Cause {
    if spelled == Spelled::Underscored {
        return respelled_headers_arrive(subject);
    }
    let each = |line: fn(&str) -> String| BELIEVED.map(line).join("\n");
    let change = match subject.server {
        Server::Nginx => each(|name| format!("proxy_set_header {name} \"\";")),
        Server::Apache => each(|name| format!("RequestHeader unset {name} early")),
        Server::Lighttpd => format!(
            "setenv.set-request-header = ({})",
            BELIEVED.map(|name| format!("\"{name}\" => \"\"")).join(", ")
        ),
        Server::Caddy => format!("in reverse_proxy: {}", each(|name| format!("header_up -{name}"))),
        _ => format!("remove {} from requests", BELIEVED.join(", ")),
    };
    Cause::new(
        Id::ClientHeadersReachApplication,
        "this application reads none of them, but others behind the same server do (CVE-2025-61780)",
        change,
    )
}

fn respelled_headers_arrive(subject: &Subject<'_>) -> Cause {
    let change = match subject.server {
        Server::Nginx => "underscores_in_headers off;".into(),
        Server::Apache => {
            let names = BELIEVED.iter().flat_map(|name| spellings(name)).filter(|name| name.contains('_'));
            names.map(|name| format!("RequestHeader unset {name} early")).collect::<Vec<_>>().join("\n")
        }
        Server::Lighttpd => {
            "setenv.set-request-header with each name in all its spellings, as `xsendfile config lighttpd` prints".into()
        }
        Server::Caddy => "in reverse_proxy: header_up -*_*".into(),
        _ => "remove headers with an underscore in their names from requests".into(),
    };
    Cause::new(
        Id::ClientHeadersReachApplication,
        "many application servers read an underscore in a header's name as a hyphen, so that these are hand-off headers too",
        change,
    )
}

/// A client's SCRIPT_NAME is believed to be the server's.
pub(crate) fn client_moves_application(subject: &Subject<'_>) -> Cause {
    let change = match subject.server {
        Server::Nginx => "underscores_in_headers off;",
        Server::Apache => "RequestHeader unset SCRIPT_NAME early\nRequestHeader unset PATH_INFO early",
        Server::Lighttpd => "setenv.set-request-header = (\"SCRIPT_NAME\" => \"\", \"PATH_INFO\" => \"\")",
        Server::Caddy => "in reverse_proxy: header_up -*_*",
        _ => {
            "remove SCRIPT_NAME and PATH_INFO from requests, or start gunicorn with --forwarder-headers \"\""
        }
    };
    Cause::new(
        Id::ClientHeadersReachApplication,
        "gunicorn believes SCRIPT_NAME of whoever connects from this machine, so that a client chooses which part of a URL the application sees: rules of the server in front for a URL are then not for what it serves",
        change,
    )
}
