//! Why another content arrives than the file's own, or without what the application says of it.

use super::{private_location, url_is_told};
use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::server::Server;
use crate::check::subject::Subject;

/// Who still has a file that is there no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// Whoever opens it: it comes under any URL.
    Server,
    /// Whoever keeps answers: it comes under the same URL only.
    Cache,
}

pub(crate) fn older_file(subject: &Subject<'_>, keeper: Keeper) -> Cause {
    if keeper == Keeper::Cache {
        let change = match subject.server {
            Server::Nginx => {
                "remove proxy_ignore_headers Cache-Control (and Expires, Vary) beside proxy_cache, or write proxy_cache off; for what is downloaded. A CDN: let it keep what the origin's Cache-Control allows, and nothing else"
            }
            Server::Apache => {
                "remove CacheStorePrivate, CacheStoreNoStore and CacheIgnoreCacheControl, or write CacheDisable for what is downloaded. A CDN: let it keep what the origin's Cache-Control allows, and nothing else"
            }
            _ => "let the cache in front keep what Cache-Control allows, and nothing else",
        };
        return Cause::new(
            Id::CacheStores,
            "a cache keeps files and gives one user's to another: the same URL brings what is there no longer, another URL does not",
            change,
        );
    }
    let explanation = "whoever asks for a file just after another one had its name gets the other one, which may be another user's";
    let change = match subject.server {
        Server::Nginx => {
            format!("open_file_cache off; in location ^~ {}/", subject.shown_url())
        }
        Server::Lighttpd => "in the global scope: server.stat-cache-engine := \"disable\"".into(),
        Server::Apache => {
            "remove CacheFile and MMapFile (mod_file_cache) and CacheQuickHandler for these files".into()
        }
        _ => "find out who keeps files open by their names, or answers by the file's name, and switch it off"
            .into(),
    };
    Cause::new(Id::OlderFile, explanation, change)
}

/// How a file is changed on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    /// What looks like a directive is gone.
    Interpreted,
    Otherwise,
}

pub(crate) fn content_is_changed(subject: &Subject<'_>, changed: Changed) -> Cause {
    let (root, url) = (subject.root().display(), subject.shown_url());
    if changed == Changed::Interpreted {
        let change = match subject.server {
            Server::Nginx => format!("ssi off; in location ^~ {url}/"),
            Server::Apache if url_is_told(subject) => {
                format!("in <Directory {root}>: RemoveOutputFilter .html .shtml, and Options None")
            }
            _ => "interpret nothing (SSI, templates) in what is downloaded".into(),
        };
        let explanation = "directives (SSI) in a file are obeyed: by <!--#include …> an upload gets any file that the server can reach";
        return Cause::new(Id::Interpreted, explanation, change);
    }
    let change = match subject.server {
        Server::Nginx => format!(
            "in location ^~ {url}/: sub_filter, add_before_body, add_after_body \"\"; charset off; and no other filter"
        ),
        Server::Apache if url_is_told(subject) => {
            format!(
                "in <Directory {root}>: no SetOutputFilter, AddOutputFilter, Substitute or CharsetSourceEnc"
            )
        }
        _ => "remove what replaces, adds or recodes on the way, also from HTML".into(),
    };
    Cause::new(Id::ContentChanged, "something on the way changes what is in a file", change)
}

/// The server sends what lies beside a file in place of it.
pub(crate) fn sent_from_beside(subject: &Subject<'_>, extension: &str) -> Cause {
    let change = match subject.server {
        Server::Nginx => {
            let module = [("gz", "gzip"), ("br", "brotli"), ("zst", "zstd")];
            let module = module.iter().find(|(end, _)| *end == extension).map_or("gzip", |(_, name)| name);
            format!("{module}_static off; in location ^~ {}/", subject.shown_url())
        }
        Server::Apache => "remove the RewriteRule or MultiViews that prefers compressed files".into(),
        Server::Caddy => "remove precompressed from file_server in handle_response".into(),
        _ => "send the file that the application names, whatever lies beside it".into(),
    };
    Cause::new(
        Id::SentFromBeside,
        format!("for a.txt the server sends a.txt.{extension}, which may be another user's"),
        change,
    )
}

/// What a browser has to be told is not told.
pub(crate) fn protection_is_lost(subject: &Subject<'_>, names: &[&str]) -> Cause {
    let explanation = "an HTML or SVG file that somebody uploaded runs as the site where its Content-Security-Policy is lost, or can be shown in a frame of another";
    let change = match (subject.server, subject.described.backend.as_str()) {
        (Server::Nginx, "nginx") => {
            let line = |name: &&str| match *name {
                // The application says them alike of every file.
                "x-content-type-options" => "add_header X-Content-Type-Options nosniff;".to_owned(),
                name => {
                    format!("add_header {} $upstream_http_{} always;", cased(name), name.replace('-', "_"))
                }
            };
            let lines: Vec<_> = names.iter().map(line).collect();
            format!(
                "in location ^~ {}/ (nginx drops these of the application; and with any add_header there, those of http and server no longer hold)\n{}",
                subject.shown_url(),
                lines.join("\n")
            )
        }
        (Server::Apache, "mod_wsgi") => {
            let line = |name: &&str| match *name {
                "content-security-policy" => carried("csp", "SENDFILE_CSP", name),
                "x-frame-options" => carried("frame", "SENDFILE_FRAME", name),
                _ => "Header set X-Content-Type-Options nosniff".to_owned(),
            };
            let lines: Vec<_> = names.iter().map(line).collect();
            format!("in <Directory {}>:\n{}", subject.root().display(), lines.join("\n"))
        }
        (Server::Caddy, "caddy") => {
            "in handle_response: copy_response_headers { exclude Content-Length ETag Last-Modified X-Accel-Redirect }".into()
        }
        _ => format!("find out what removes {} on the way to the client", names.join(", ")),
    };
    Cause::new(Id::ProtectionLost, explanation, change)
}

/// A header that mod_wsgi's internal redirect has in its query.
fn carried(key: &str, variable: &str, name: &str) -> String {
    format!(
        "SetEnvIfExpr \"%{{QUERY_STRING}} =~ /(?:^|&){key}=([^&]+)/\" {variable}=$1\n\
         Header set {} \"expr=%{{unescape:%{{reqenv:{variable}}}}}\" env={variable}",
        cased(name)
    )
}

/// `x-frame-options` as people write it.
fn cased(name: &str) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

/// Who may keep a file is not told.
pub(crate) fn cache_control_is_lost(subject: &Subject<'_>) -> Cause {
    let explanation = "any cache in between may keep the file, and give it to whoever asks";
    let change = match (subject.server, subject.described.backend.as_str()) {
        (Server::Nginx, _) => format!(
            "expires off; in location ^~ {}/, and no add_header or proxy_hide_header for Cache-Control",
            subject.shown_url()
        ),
        (Server::Apache, "mod_wsgi") => format!(
            "in <Directory {}>: ExpiresActive Off\n{}",
            subject.root().display(),
            carried("cache", "SENDFILE_CACHE", "cache-control")
        ),
        (Server::Apache, _) => {
            "ExpiresActive Off for these files, and no Header set or unset for Cache-Control".into()
        }
        (Server::Lighttpd, _) => {
            "no expire.url, expire.mimetypes or setenv.set-response-header for Cache-Control of these files"
                .into()
        }
        (Server::Caddy, _) => {
            format!("no header Cache-Control on the way to them, and {}", private_location(subject))
        }
        _ => "let Cache-Control of the application reach the client".into(),
    };
    Cause::new(Id::CacheControlLost, explanation, change)
}
