//! The application is told the host that the client asked for.

use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::subject::Subject;
use crate::check::wire::Interrupted;

pub(crate) fn host(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "the host that the application sees";
    let asked = &subject.probe.client().origin().authority;
    let told = |header: &str| {
        let mut received = subject.described.received.iter();
        received.find(|(name, _)| name == header).map_or("none", |(_, value)| value)
    };
    let is_asked = |told: &str| without_port(told).eq_ignore_ascii_case(without_port(asked));
    let host = told("host");
    Ok(vec![if is_asked(host) {
        Finding::fine(question, "the one that was asked for")
    } else if is_asked(told("x-forwarded-host")) {
        // Only some applications believe it.
        Finding::note(question, format!("{host}, and the one that was asked for in X-Forwarded-Host"))
    } else {
        Finding::warning(question, host.to_owned(), causes::host_is_changed(subject))
    }])
}

/// Servers may leave the port out.
fn without_port(authority: &str) -> &str {
    let port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    authority.rsplit_once(':').filter(|(_, end)| port(end)).map_or(authority, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn ports_are_left_out() {
        for (authority, host) in [
            ("example.org", "example.org"),
            ("example.org:8000", "example.org"),
            ("[::1]:8000", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(authority), host);
        }
    }
}
