//! Why a plain file does not arrive.

use xsendfile::canary::{Ask, Decision, Variant};

use super::{application, private_location, url_is_told};
use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::server::Server;
use crate::check::subject::{Subject, whole};
use crate::check::wire::{Interrupted, Outgoing, Reply};

pub(crate) fn plain_does_not_arrive(subject: &mut Subject<'_>) -> Result<Cause, Interrupted> {
    if let Decision::Refused { reason, message } = &subject.described.decision {
        return Ok(application::refused(subject, *reason, message));
    }
    let Some((header, _)) = subject.hand_off() else { return Ok(application::streams_wrongly(subject)) };
    if subject.reply.has(header) && (header != "location" || subject.reply.status == 200) {
        return Ok(not_acted_on(subject, header));
    }
    if subject.reply.status == 200 && subject.reply.body.is_empty() {
        return Ok(swallowed(subject, header));
    }
    if let Some(cause) = found_elsewhere(subject)? {
        return Ok(cause);
    }
    if let Some(cause) = unreadable(subject) {
        return Ok(cause);
    }
    let by_application = answered_by_application(subject)?;
    Ok(nowhere(subject, by_application))
}

/// The header that hands off came to the client: nobody took it.
fn not_acted_on(subject: &Subject<'_>, header: &str) -> Cause {
    let root = subject.root().display();
    let takes_paths = header == "x-sendfile";
    match (subject.server, header) {
        (Server::Application | Server::Unknown, _) => Cause::new(
            Id::ApplicationReachedDirectly,
            format!("no server in front took {header}: the application was reached directly"),
            format!(
                "ask the server in front, on its port; or, if there is none, write {}",
                backend_setting(&["simple"])
            ),
        ),
        (Server::Apache, "x-sendfile") => Cause::new(
            Id::ModXsendfileOff,
            "Apache passes X-Sendfile on: mod_xsendfile is not loaded, or off in this VirtualHost",
            format!("a2enmod xsendfile, and in the VirtualHost: XSendFile On\nXSendFilePath {root}"),
        ),
        (Server::Apache, "location") => not_daemon("Apache passes Location on"),
        (Server::Lighttpd, "x-sendfile") => lighttpd_off(subject),
        (Server::Caddy, "x-accel-redirect") => Cause::new(
            Id::CaddyNoIntercept,
            "Caddy passes X-Accel-Redirect on: nothing in reverse_proxy handles it",
            "in reverse_proxy: @sendfile header X-Accel-Redirect *, and handle_response @sendfile { … }, as `xsendfile config caddy` prints",
        ),
        (Server::Nginx, "x-accel-redirect") => Cause::new(
            Id::NginxIgnoresHandOff,
            "nginx passes X-Accel-Redirect on",
            "remove proxy_ignore_headers X-Accel-Redirect and proxy_pass_header X-Accel-Redirect",
        ),
        (server, _) => {
            let backends: &[_] = match server {
                Server::Nginx => &["nginx"],
                Server::Apache if takes_paths => &["mod_xsendfile"],
                Server::Apache => &["mod_xsendfile", "mod_wsgi"],
                Server::Lighttpd => &["lighttpd"],
                _ => &["caddy"],
            };
            Cause::new(
                Id::BackendOfAnotherServer,
                format!(
                    "{} does not understand {header}, which the backend {} sends",
                    server.name(),
                    subject.described.backend
                ),
                backend_setting(backends),
            )
        }
    }
}

/// By its dotted path, which Django needs and the others take too.
fn backend_setting(names: &[&str]) -> String {
    let values = names.iter().map(|name| format!("\"django_sendfile.backends.{name}\""));
    format!("SENDFILE_BACKEND = {}", values.collect::<Vec<_>>().join(" or "))
}

fn lighttpd_off(subject: &Subject<'_>) -> Cause {
    Cause::new(
        Id::LighttpdXSendfileOff,
        "lighttpd does not act on X-Sendfile: it is not enabled for this backend",
        format!("in proxy.server: {}", private_location(subject)),
    )
}

/// The header is gone, and so is the file.
fn swallowed(subject: &Subject<'_>, header: &str) -> Cause {
    match subject.server {
        Server::Nginx if header == "x-accel-redirect" => Cause::new(
            Id::NginxIgnoresHandOff,
            "nginx removes X-Accel-Redirect and does not act on it",
            "remove proxy_ignore_headers X-Accel-Redirect (uwsgi_, fastcgi_) from the location of the application",
        ),
        Server::Lighttpd if header == "x-sendfile" => lighttpd_off(subject),
        Server::Caddy => Cause::new(
            Id::CaddyNoFile,
            "Caddy's handle_response takes the hand-off and sends no file",
            "in handle_response: root, rewrite and file_server, as `xsendfile config caddy` prints",
        ),
        server => Cause::new(
            Id::HandOffSwallowed,
            format!("{} removes {header} and does not act on it", server.name()),
            format!("look for what removes response headers, and write {}", private_location(subject)),
        ),
    }
}

/// The application streams, since mod_wsgi would pass `Location` on.
pub(crate) fn embedded() -> Cause {
    not_daemon("the application sends the files itself")
}

fn not_daemon(what: &str) -> Cause {
    Cause::new(
        Id::ModWsgiNotDaemon,
        format!("{what}: mod_wsgi redirects internally only from a daemon process"),
        "WSGIDaemonProcess site …, and in WSGIScriptAlias: process-group=site application-group=%{GLOBAL}",
    )
}

/// A file with one slash more, or beneath the internal URL's own name, shows where the server looks.
fn found_elsewhere(subject: &mut Subject<'_>) -> Result<Option<Cause>, Interrupted> {
    let Some(url) = subject.url().filter(|_| url_is_told(subject)).map(str::to_owned) else {
        return Ok(None);
    };
    let root = subject.root().display().to_string();
    let doubled = Ask { variant: Variant::DoubledSlash, ..subject.ask(&subject.plain) };
    if whole(&subject.probe.ask(&doubled)?, &subject.plain) {
        if answered_by_application(subject)? {
            // Only with two slashes does it match a location.
            return Ok(Some(nowhere(subject, true)));
        }
        let explanation = format!("the slash behind {root} is missing, so {url}/a becomes {root}a");
        return Ok(Some(match subject.server {
            Server::Apache => {
                Cause::new(Id::ApacheAliasWithoutSlash, explanation, format!("Alias {url}/ {root}/"))
            }
            _ => Cause::new(Id::NginxAliasWithoutSlash, explanation, format!("alias {root}/;")),
        }));
    }
    let plain = subject.plain.clone();
    let Ok(Some(other)) = subject.canaries.displaced(&plain, &url) else { return Ok(None) };
    if subject.fetch(&plain)?.body == other {
        let explanation = format!("{url}/a is looked for as {root}{url}/a");
        return Ok(Some(match subject.server {
            Server::Nginx => Cause::new(
                Id::NginxRootForAlias,
                format!("root adds the location's own path: {explanation}"),
                format!("alias {root}/; instead of root {root};"),
            ),
            Server::Caddy => Cause::new(
                Id::CaddyPrefixNotStripped,
                explanation,
                format!("in handle_response: uri strip_prefix {url}"),
            ),
            _ => Cause::new(Id::PrefixNotStripped, explanation, private_location(subject)),
        }));
    }
    Ok(None)
}

fn unreadable(subject: &Subject<'_>) -> Option<Cause> {
    let (barrier, user) = subject.barrier(&subject.plain)?;
    let (explanation, change) = barrier.describe(user);
    let inside = subject.root().join(subject.canaries.directory());
    Some(if barrier.path.starts_with(inside) {
        Cause::new(
            Id::Umask,
            format!("{explanation}: files are made with the umask of this process"),
            "FILE_UPLOAD_PERMISSIONS = 0o644, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755, or umask 022 for the application",
        )
    } else {
        Cause::new(Id::ServerCannotRead, explanation, change)
    })
}

/// Whether the reply to the hand-off is the application's page for what it does not know: the server
/// passed the internal URL back to it.
fn answered_by_application(subject: &Subject<'_>) -> Result<bool, Interrupted> {
    let unknown = subject.probe.send(&Outgoing::get(subject.probe.path()))?;
    let start = |reply: &Reply| reply.body.iter().take(40).copied().collect::<Vec<_>>();
    Ok(unknown.status == subject.reply.status && start(&unknown) == start(&subject.reply))
}

/// The server looks, and finds nothing or may not.
fn nowhere(subject: &Subject<'_>, by_application: bool) -> Cause {
    let (root, url) = (subject.root().display(), subject.shown_url());
    let (status, change) = (subject.reply.status, private_location(subject));
    if status == 200 {
        return Cause::new(
            Id::AnotherFile,
            "a different file arrives from the one that was asked for",
            change,
        );
    }
    match (subject.server, url_is_told(subject)) {
        (Server::Nginx, true) if by_application => Cause::new(
            Id::NginxNoLocation,
            format!(
                "no location of nginx is for {url}/, so it passed the internal URL back to the application"
            ),
            change,
        ),
        (Server::Nginx, true) if status == 404 => Cause::new(
            Id::NginxAliasElsewhere,
            format!("the location {url}/ of nginx has another directory than {root}"),
            change,
        ),
        (Server::Nginx, true) if status == 403 => Cause::new(
            Id::NginxRefuses,
            "nginx may not read the file, or meets a symlink that it is told not to follow",
            format!(
                "disable_symlinks on from={root}/; and the permissions of nginx's user (SELinux, AppArmor, access lists too)"
            ),
        ),
        (Server::Apache, false) => Cause::new(
            Id::XsendfilepathNotCovering,
            format!("no XSendFilePath of this VirtualHost covers {root}"),
            format!("XSendFilePath {root}"),
        ),
        (Server::Apache, true) if by_application => Cause::new(
            Id::ModWsgiNoAlias,
            format!("no Alias is for {url}/, so Apache passed the internal URL back to the application"),
            change,
        ),
        (Server::Apache, true) if status == 403 => Cause::new(
            Id::ApacheDenies,
            format!(
                "Apache's access rules refuse the internal redirect too: those for {root}, or for where an Alias without its slash leads"
            ),
            change,
        ),
        (Server::Apache, true) => {
            Cause::new(Id::ApacheAliasElsewhere, format!("Alias {url}/ leads elsewhere than {root}/"), change)
        }
        (Server::Lighttpd, false) if status == 403 => Cause::new(
            Id::LighttpdDocrootNotCovering,
            format!("x-sendfile-docroot does not cover {root}"),
            format!("\"x-sendfile-docroot\" => (\"{root}\")"),
        ),
        (Server::Caddy, _) => Cause::new(
            Id::CaddyRootElsewhere,
            format!("root in handle_response is not {root}, or Caddy's user may not read there"),
            format!("in handle_response: root * {root}"),
        ),
        (server, _) => Cause::new(
            Id::FileNotFoundInFront,
            format!("{} answers {status} where the application said which file to send", server.name()),
            change,
        ),
    }
}
