//! What a client writes into its headers changes nothing.

use crate::check::causes;
use crate::check::finding::{Cause, Finding};
use crate::check::id::Id;
use crate::check::server::Server;
use crate::check::subject::{Subject, whole};
use crate::check::wire::{Interrupted, Reply};
use crate::spelling::spellings;

/// How a client writes the names of its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelled {
    /// As they are.
    Straight,
    /// With underscores for some or all of the hyphens: to CGI and WSGI those are the same names.
    Underscored,
}

/// What the check asks a site to remove from requests: those of
/// [`REQUEST_HEADERS`](xsendfile::dialect::REQUEST_HEADERS) that applications have believed.
pub(crate) const BELIEVED: [&str; 4] =
    ["X-Sendfile-Type", "X-Accel-Mapping", "X-Accel-Redirect", "X-Sendfile"];

const HOSTILE: [(&str, &str); 9] = [
    ("X-Sendfile", "/etc/hostname"),
    ("X-Sendfile-Type", "X-Accel-Redirect"),
    ("X-Accel-Redirect", "/"),
    ("X-Accel-Mapping", "/=/private/"),
    ("X-Accel-Buffering", "no"),
    ("X-Lighttpd-Send-File", "/etc/hostname"),
    ("X-LiteSpeed-Location", "/"),
    ("X-Original-URL", "/"),
    ("Redirect-Status", "404"),
];

pub(crate) fn headers(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a client's X-Accel-* and X-Sendfile-*";
    let plain = subject.probe.send(&subject.request())?;
    for spelled in [Spelled::Straight, Spelled::Underscored] {
        let hostile = hostile(spelled);
        let mut request = subject.request();
        for (name, value) in &hostile {
            request = request.header(name, *value);
        }
        let reply = subject.probe.send(&request)?;
        // No browser sends such a name, so that it may be refused.
        if spelled == Spelled::Underscored && reply.status == 400 {
            continue;
        }
        if !whole(&reply, &subject.plain) || lasting(&reply) != lasting(&plain) {
            let explanation = "the download changes when a client sends hand-off headers";
            let change = "find out what reads them, and let the server in front remove them from requests";
            let cause = Cause::new(Id::ClientHeadersAct, explanation, change);
            return Ok(vec![Finding::wrong(question, reply.summary(), cause)]);
        }
        let Ok(description) = subject.probe.describe(&subject.ask(&subject.plain), &hostile)? else {
            return Ok(vec![Finding::fine(question, "change nothing")]);
        };
        let names = description.received.iter().map(|(name, _)| name.as_str());
        let reached: Vec<_> = names.filter(|name| is_believed(name)).collect();
        if reached.is_empty() {
            continue;
        }
        return Ok(vec![if subject.server == Server::Application {
            Finding::note(question, "change nothing; with no server in front, nobody removes them")
        } else {
            let with = if spelled == Spelled::Underscored { " when sent with underscores" } else { "" };
            let found = format!("change nothing, but reach the application{with}: {}", reached.join(", "));
            Finding::warning(question, found, causes::client_headers_arrive(subject, spelled))
        }]);
    }
    Ok(vec![match application_moved(subject)? {
        Some(found) => Finding::warning(question, found, causes::client_moves_application(subject)),
        None => Finding::fine(question, "change nothing, and do not reach the application"),
    }])
}

/// What comes of a SCRIPT_NAME that is all of the URL, if not what comes without it: the application then has
/// no URL left to look at.
fn application_moved(subject: &Subject<'_>) -> Result<Option<String>, Interrupted> {
    let reply = subject.probe.send(&subject.request().header("SCRIPT_NAME", subject.probe.path()))?;
    // Whoever refuses such a name does not pass it on.
    let harmless = whole(&reply, &subject.plain) || matches!(reply.status, 400 | 403);
    Ok((!harmless).then(|| {
        format!("change nothing, but SCRIPT_NAME reaches the application, which answers {}", reply.summary())
    }))
}

fn hostile(spelled: Spelled) -> Vec<(String, &'static str)> {
    let spellings = |(name, value): (&str, &'static str)| {
        let mut all = spellings(name);
        let straight = all.remove(0);
        let all = if spelled == Spelled::Straight { vec![straight] } else { all };
        all.into_iter().map(move |name| (name, value))
    };
    HOSTILE.into_iter().flat_map(spellings).collect()
}

/// Whether an application may take it for one that it believes.
fn is_believed(name: &str) -> bool {
    BELIEVED.iter().any(|believed| believed.eq_ignore_ascii_case(&name.replace('_', "-")))
}

/// What does not change with the time of day.
fn lasting(reply: &Reply) -> Vec<&(String, Vec<u8>)> {
    let passing = ["date", "age", "expires", "set-cookie", "via", "x-request-id", "server-timing"];
    reply.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use xsendfile::dialect::REQUEST_HEADERS;

    use super::BELIEVED;

    #[test]
    fn our_configurations_remove_what_the_check_wants_removed() {
        for name in BELIEVED {
            assert!(REQUEST_HEADERS.contains(&name), "{name}");
        }
    }
}
