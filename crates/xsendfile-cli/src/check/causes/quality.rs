//! Why a file arrives, and not as it should.

use super::private_location;
use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::server::Server;
use crate::check::subject::Subject;
use crate::check::wire::Reply;

pub(crate) fn body_after_head(subject: &Subject<'_>) -> Cause {
    match subject.server {
        Server::Caddy => Cause::new(
            Id::CaddyHeadBody,
            "handle_response rewrites HEAD to GET, and Caddy then sends a body",
            "remove `method GET` from handle_response",
        ),
        server => Cause::new(
            Id::HeadWithBody,
            format!("{} sends a body after HEAD, which the next reply is then mistaken for", server.name()),
            "let HEAD stay HEAD on the way to the private files",
        ),
    }
}

/// Only names with certain extensions do not arrive.
pub(crate) fn extensions_do_not_arrive(subject: &Subject<'_>) -> Cause {
    let (root, url) = (subject.root().display(), subject.shown_url());
    match subject.server {
        Server::Nginx => Cause::new(
            Id::NginxRegexLocation,
            format!(
                "a location with a regular expression, such as ~* \\.(jpg|css)$, wins over {url}/ for these names"
            ),
            format!("the ^~ in: location ^~ {url}/ {{ internal; alias {root}/; }}"),
        ),
        Server::Apache => Cause::new(
            Id::ApacheHandler,
            "a handler or <FilesMatch> takes these extensions",
            format!("in <Directory {root}>: SetHandler default-handler"),
        ),
        _ => names_do_not_arrive(subject),
    }
}

pub(crate) fn names_do_not_arrive(subject: &Subject<'_>) -> Cause {
    let (server, backend) = (subject.server.name(), &subject.described.backend);
    Cause::new(
        Id::Names,
        format!(
            "{server} does not read names as the backend {backend} writes them, or the file system's encoding differs"
        ),
        format!(
            "SENDFILE_BACKEND of this very server and version (it is the backend {backend}), and {}",
            private_location(subject)
        ),
    )
}

/// The server in front names itself, or the application, as the host.
pub(crate) fn host_is_changed(subject: &Subject<'_>) -> Cause {
    let change = match subject.server {
        Server::Nginx => "proxy_set_header Host $http_host; beside proxy_pass",
        Server::Apache => "ProxyPreserveHost On",
        _ => "let the server in front pass the client's Host on",
    };
    let explanation = "absolute URLs, ALLOWED_HOSTS and the check of forms (CSRF) go by it";
    Cause::new(Id::HostChanged, explanation, change)
}

pub(crate) fn headers_are_lost(subject: &Subject<'_>) -> Cause {
    match (subject.server, subject.described.backend.as_str()) {
        (Server::Apache, "mod_wsgi") => Cause::new(
            Id::ModWsgiHeadersLost,
            "Apache's internal redirect starts anew; the application's headers travel in its query, which nothing reads",
            format!(
                "in <Directory {}>: SetEnvIfExpr \"%{{QUERY_STRING}} =~ /(?:^|&)disposition=([^&]+)/\" SENDFILE_DISPOSITION=$1\n\
                 Header set Content-Disposition \"expr=%{{unescape:%{{reqenv:SENDFILE_DISPOSITION}}}}\" env=SENDFILE_DISPOSITION\n\
                 and the same for type, cache, expires, vary, encoding, as `xsendfile config apache-mod_wsgi` prints",
                subject.root().display()
            ),
        ),
        (Server::Caddy, _) => Cause::new(
            Id::CaddyHeadersNotCopied,
            "handle_response drops the application's headers",
            "in handle_response: copy_response_headers { exclude Content-Length ETag Last-Modified X-Accel-Redirect }",
        ),
        (server, _) => Cause::new(
            Id::HeadersLost,
            format!("{} drops or rewrites headers of the application", server.name()),
            "look for proxy_hide_header, add_header, default_type, Header and charset on the way to the private files",
        ),
    }
}

pub(crate) fn long_headers(subject: &Subject<'_>, reply: &Reply) -> Cause {
    match subject.server {
        Server::Nginx if matches!(reply.status, 0 | 502) => Cause::new(
            Id::NginxBufferTooSmall,
            "nginx has 4 KiB for all headers of a reply, and long names come twice in them",
            "proxy_buffer_size 16k; proxy_buffers 8 16k; proxy_busy_buffers_size 32k; (uwsgi_, fastcgi_)",
        ),
        Server::Apache => Cause::new(
            Id::ApacheHeaderTooLong,
            "Apache refuses a header line of this length",
            "ProxyPass … responsefieldsize=65536, or WSGIDaemonProcess … header-buffer-size=65536",
        ),
        server => Cause::new(
            Id::HeadersTooLong,
            format!("{} or the application's server refuses so many bytes of headers", server.name()),
            "raise its limit for the headers of replies to 16 KiB, and of the request line to 8 KiB",
        ),
    }
}

pub(crate) fn ranges(subject: &Subject<'_>, reply: &Reply) -> Cause {
    let streamed = subject.hand_off().is_none();
    if reply.status == 200 && reply.body == subject.plain.content {
        let change = match subject.server {
            Server::Nginx => {
                "remove max_ranges 0; and whatever filters the private location (sub_filter, gzip, ssi)"
            }
            Server::Apache => {
                "remove MaxRanges none, RequestHeader unset Range and output filters from the private files"
            }
            Server::Lighttpd => "server.range-requests = \"enable\"",
            _ => "let Range reach whoever sends the file",
        };
        return Cause::new(
            Id::RangesIgnored,
            "Range is ignored: no download can be resumed, and no video skipped through",
            change,
        );
    }
    let who =
        if streamed { "something between the application and the client" } else { subject.server.name() };
    Cause::new(
        Id::RangesWrong,
        format!("{who} answers ranges wrongly"),
        "look for compression, caches and filters between the private files and the client",
    )
}

pub(crate) fn same_validator(subject: &Subject<'_>) -> Cause {
    match subject.server {
        Server::Apache if subject.hand_off().is_some_and(|(header, _)| header == "x-sendfile") => Cause::new(
            Id::SameEtag,
            "mod_xsendfile makes the same ETag for every file where the application sends none",
            "SENDFILE_CHECK_FILE_EXISTS = True, and no middleware that removes ETag",
        ),
        server => Cause::new(
            Id::SameEtag,
            format!("{} or a cache cannot tell versions apart, so clients keep old ones", server.name()),
            "let the private location neither cache (proxy_cache, CacheEnable) nor make validators of its own (FileETag)",
        ),
    }
}

pub(crate) fn compression(subject: &Subject<'_>, id: Id, explanation: &str) -> Cause {
    let change = match subject.server {
        Server::Nginx => format!("gzip off; in location ^~ {}/", subject.shown_url()),
        Server::Apache => format!("in <Directory {}>: SetEnv no-gzip 1", subject.root().display()),
        Server::Lighttpd => "deflate.mimetypes = () for what is downloaded".into(),
        Server::Caddy => "encode only for what is not downloaded".into(),
        _ => "take GZipMiddleware, or the compression of the server in front, away from downloads".into(),
    };
    Cause::new(id, explanation, change)
}
