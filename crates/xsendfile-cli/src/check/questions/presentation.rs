//! What the application says of the file reaches the client.

use xsendfile::canary::{Ask, Decision};

use super::unmade;
use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::Interrupted;

/// As long as the cookies and policies of a large site.
const PADDING: usize = 2400;

pub(crate) fn headers(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "media type and disposition";
    let ask = Ask {
        attachment: true,
        save_as: Some("Bericht \"ü\" & 50%; #1?.txt".into()),
        media_type: Some("text/x-canary; charset=utf-8".into()),
        ..subject.ask(&subject.plain)
    };
    let Ok(description) = subject.probe.describe(&ask, &[])? else {
        return Ok(vec![Finding::skipped(question, "the application did not describe it")]);
    };
    let (Decision::HandedOff { headers, .. } | Decision::Streamed { headers, .. }) = &description.decision
    else {
        return Ok(vec![Finding::skipped(question, "the application does not send it")]);
    };
    let reply = subject.probe.ask(&ask)?;
    let mut lost = Vec::new();
    for name in ["content-disposition", "content-type"] {
        let said = headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
        let arrived = reply.header(name);
        if said != arrived.as_deref() {
            lost.push(format!("{name} is {}", arrived.as_deref().unwrap_or("missing")));
        }
    }
    Ok(vec![if lost.is_empty() {
        Finding::fine(question, "as the application says")
    } else {
        Finding::wrong(question, lost.join("; "), causes::headers_are_lost(subject))
    }])
}

pub(crate) fn long(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "long names and many headers";
    let canary = match subject.canaries.file("長い名前".repeat(20)) {
        Ok(canary) => canary,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let ask =
        Ask { attachment: true, save_as: Some("題".repeat(100)), padding: PADDING, ..subject.ask(&canary) };
    let reply = subject.probe.ask(&ask)?;
    Ok(vec![if whole(&reply, &canary) {
        Finding::fine(question, "they fit")
    } else {
        Finding::wrong(question, reply.summary(), causes::long_headers(subject, &reply))
    }])
}
