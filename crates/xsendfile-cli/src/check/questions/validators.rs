//! What a cache knows a version by.

use crate::check::finding::{Cause, Finding};
use crate::check::id::Id;
use crate::check::subject::Subject;
use crate::check::wire::Interrupted;

pub(crate) fn not_modified(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "304";
    let validators = [
        ("If-None-Match", subject.reply.header("etag")),
        ("If-Modified-Since", subject.reply.header("last-modified")),
    ];
    if validators.iter().all(|(_, value)| value.is_none()) {
        let explanation = "replies have neither ETag nor Last-Modified, so nothing can be resumed or cached";
        let change = "let the server in front pass them on from the application, or make its own";
        let cause = Cause::new(Id::NoValidators, explanation, change);
        return Ok(vec![Finding::warning(question, "no validator arrives", cause)]);
    }
    for (header, value) in validators {
        let Some(value) = value else { continue };
        let reply = subject.probe.send(&subject.request().header(header, value.as_str()))?;
        if reply.status != 304 || reply.misframed.is_some() {
            let found = format!("{header}: {value} gives {}", reply.summary());
            let explanation = "a client that has this version is sent it again";
            let cause = Cause::new(
                Id::NeverNotModified,
                explanation,
                "see what removes or rewrites validators on the way",
            );
            return Ok(vec![Finding::wrong(question, found, cause)]);
        }
    }
    Ok(vec![Finding::fine(question, "for a client that has this version")])
}
