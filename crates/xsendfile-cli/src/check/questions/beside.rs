//! A file is not mistaken for another one that lies beside it.

use super::unmade;
use crate::check::canaries::token;
use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::Interrupted;

/// What servers look for where a client accepts compression.
const EXTENSIONS: [&str; 3] = ["gz", "br", "zst"];

pub(crate) fn compressed(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a file with a .gz beside it";
    let made = subject.canaries.file("beside.txt").and_then(|plain| {
        let beside = |extension| subject.canaries.file(format!("beside.txt.{extension}"));
        Ok((plain, EXTENSIONS.map(beside).into_iter().collect::<Result<Vec<_>, _>>()?))
    });
    let (plain, others) = match made {
        Ok(made) => made,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let request = subject.probe.request(&subject.ask(&plain));
    let reply = subject.probe.send(&request.header("Accept-Encoding", "gzip, br, zstd"))?;
    let is_other = |content: &[u8]| reply.body.starts_with(token(content));
    Ok(match others.iter().zip(EXTENSIONS).find(|(other, _)| is_other(&other.content)) {
        Some((_, extension)) => {
            let found = format!("whoever accepts compression gets what is in the .{extension}");
            vec![Finding::wrong(question, found, causes::sent_from_beside(subject, extension))]
        }
        None if whole(&reply, &plain) => vec![Finding::fine(question, "it is sent itself")],
        // Compression of its own is another question.
        None => Vec::new(),
    })
}
