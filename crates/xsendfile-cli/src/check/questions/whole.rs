//! The whole file arrives, and the server in front sent it.

use xsendfile::canary::Decision;

use super::unmade;
use crate::check::causes;
use crate::check::finding::{Cause, Finding};
use crate::check::id::Id;
use crate::check::subject::{Subject, whole as arrived};
use crate::check::wire::Interrupted;

pub(crate) fn whole(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a whole file";
    if !subject.arrives() {
        let cause = causes::plain_does_not_arrive(subject)?;
        return Ok(vec![Finding::wrong(question, subject.reply.summary(), cause)]);
    }
    let mut findings =
        vec![Finding::fine(question, format!("200, {} bytes, each right", subject.plain.content.len()))];
    let sender = "sent without the application's memory";
    findings.push(match &subject.described.decision {
        Decision::HandedOff { header, .. } => {
            Finding::fine(sender, format!("the application's answer was {header} and no body"))
        }
        Decision::Streamed { rule: Some(rule), .. } => {
            Finding::note(sender, format!("streamed by the application: the root's path has a {rule}"))
        }
        _ => {
            let backend = &subject.described.backend;
            let found = format!("streamed in pieces by the application (backend {backend})");
            match backend.as_str() {
                "mod_wsgi" => Finding::warning(sender, found, causes::embedded()),
                _ => Finding::note(sender, found),
            }
        }
    });
    Ok(findings)
}

pub(crate) fn head(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "HEAD";
    let reply = subject.probe.send(&subject.request().method("HEAD"))?;
    let length = reply.header("content-length");
    let expected = subject.plain.content.len().to_string();
    Ok(vec![match &reply.misframed {
        Some(problem) if reply.status == 200 => {
            Finding::wrong(question, problem.clone(), causes::body_after_head(subject))
        }
        None if reply.status == 200 && length.as_ref().is_none_or(|length| *length == expected) => {
            Finding::fine(question, "200, no body")
        }
        _ => {
            let found =
                format!("{}, Content-Length {}", reply.summary(), length.as_deref().unwrap_or("none"));
            let explanation = "HEAD is not answered as GET is";
            let change = "let HEAD pass to the application and to the private files wherever GET does";
            Finding::wrong(question, found, Cause::new(Id::HeadDiffers, explanation, change))
        }
    }])
}

pub(crate) fn empty(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "an empty file";
    let canary = match subject.canaries.file_of("empty.txt", Vec::new()) {
        Ok(canary) => canary,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let reply = subject.fetch(&canary)?;
    Ok(vec![if arrived(&reply, &canary) {
        Finding::fine(question, "200, 0 bytes")
    } else {
        let cause = Cause::new(
            Id::EmptyFile,
            "an empty file is not answered with 200 and no bytes",
            "see the server's log",
        );
        Finding::wrong(question, reply.summary(), cause)
    }])
}
