//! Why the canary's URL does not answer.

use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::probe::{Probe, clock_ahead};
use crate::check::server::Server;
use crate::check::wire::{Interrupted, Reply, Silence};

/// The cause for this reply to a signed question.
pub(crate) fn canary_does_not_answer(
    probe: &Probe<'_>,
    server: Server,
    reply: &Reply,
) -> Result<Cause, Interrupted> {
    if let Some(silence) = &reply.silence {
        return Ok(unreachable(silence));
    }
    let path = probe.path();
    let origin = probe.client().origin();
    let location = reply.header("location").unwrap_or_default();
    Ok(match reply.status {
        301 | 302 | 307 | 308 if location.starts_with("https:") && !origin.tls => Cause::new(
            Id::RedirectedToHttps,
            format!("the site redirects to {location}"),
            format!("--url https://{}/", origin.host),
        ),
        301..=308 => Cause::new(
            Id::CanaryRedirected,
            format!("the canary's URL {path} redirects to {location}"),
            "the address that it redirects to in --url; or let this URL through the middleware that asks for a login",
        ),
        400 => Cause::new(
            Id::HostRefused,
            format!(
                "the site refuses the host {}, or a request line as long as that of a signed question",
                origin.authority
            ),
            format!(
                "\"{}\" in ALLOWED_HOSTS, or --url with the site's own name and --connect {}:{}",
                origin.host, origin.host, origin.port
            ),
        ),
        401 | 403 => Cause::new(
            Id::CanaryForbidden,
            format!("the canary's URL {path} asks for more than the signature"),
            "--header \"Authorization: Basic …\" if the whole site has a password; otherwise let this URL through",
        ),
        404 => missing(probe, reply, &path)?,
        502..=504 => Cause::new(
            Id::ApplicationDown,
            format!("{} does not reach the application ({})", server.name(), reply.status),
            "start the application, and let the address in proxy_pass, ProxyPass or reverse_proxy be its own",
        ),
        200 => Cause::new(
            Id::CanaryAnswersOtherwise,
            format!("something other than the canary answers {path}"),
            "include(\"django_sendfile.urls\") before URLs that match everything; --canary-path for another path",
        ),
        status => Cause::new(
            Id::CanaryFails,
            format!("the canary's URL answers {status}"),
            "see the application's log",
        ),
    })
}

fn unreachable(silence: &Silence) -> Cause {
    let change = match silence {
        Silence::Unreachable(_) => {
            "start the site, or correct the address; --connect HOST:PORT if it is behind another"
        }
        Silence::Unbelieved(_) => "--ca-file with the authority's certificate, or --insecure for a test",
        Silence::NoReply(_) => "find out whether its port speaks https:// or http://",
    };
    Cause::new(Id::SiteUnreachable, silence.to_string(), change)
}

/// 404: not included, signed with another secret, or at another time.
fn missing(probe: &Probe<'_>, reply: &Reply, path: &str) -> Result<Cause, Interrupted> {
    let ahead = clock_ahead(reply).unwrap_or_default();
    // Date is in whole seconds.
    if ahead.unsigned_abs() >= xsendfile::canary::LIFETIME.as_secs() {
        let side = if ahead > 0 { "ahead of" } else { "behind" };
        let apart = ahead.unsigned_abs();
        return Ok(Cause::new(
            Id::ClocksDiffer,
            format!("the site's clock is {apart} s {side} this one, and a signature holds for a minute"),
            "timedatectl set-ntp true on both machines",
        ));
    }
    Ok(Cause::new(
        Id::CanaryNotIncluded,
        format!(
            "{path} is unknown at {}, or the site's secret is not this command's",
            probe.client().origin().authority
        ),
        "path(\"\", include(\"django_sendfile.urls\")) in the root URLconf; the site's own SECRET_KEY (SENDFILE_SECRET) for this command; --canary-path for another path",
    ))
}
