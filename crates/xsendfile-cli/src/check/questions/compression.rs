//! A server that compresses files must not spoil their ranges and validators.

use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::id::Id;
use crate::check::subject::{Subject, whole};
use crate::check::wire::Interrupted;

pub(crate) fn compression(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "compression in front";
    let accepting = || subject.request().header("Accept-Encoding", "gzip, deflate, br, zstd");
    let reply = subject.probe.send(&accepting())?;
    if whole(&reply, &subject.plain) && !reply.has("content-encoding") {
        return Ok(vec![Finding::fine(question, "files are sent as they are")]);
    }
    let Some(encoding) = reply.header("content-encoding") else {
        let cause = causes::compression(
            subject,
            Id::WrongWhenCompressing,
            "the reply differs for a client that accepts compression",
        );
        return Ok(vec![Finding::wrong(question, reply.summary(), cause)]);
    };
    let part = subject.probe.send(&accepting().header("Range", "bytes=0-99"))?;
    if part.status == 206
        && part.has("content-encoding")
        && part.body != reply.body[..reply.body.len().min(100)]
    {
        let cause = causes::compression(
            subject,
            Id::CompressedRanges,
            "a range does not have the bytes of the whole, so resumed downloads are corrupt",
        );
        return Ok(vec![Finding::wrong(
            question,
            format!("a range of a file with Content-Encoding {encoding}"),
            cause,
        )]);
    }
    let tag = reply.header("etag").filter(|tag| !tag.starts_with("W/"));
    if tag.is_some() && tag == subject.reply.header("etag") {
        let cause = causes::compression(
            subject,
            Id::CompressedEtag,
            "compressed and plain bytes have the same strong ETag, so resumed downloads are corrupt",
        );
        return Ok(vec![Finding::wrong(question, format!("Content-Encoding {encoding}"), cause)]);
    }
    let cause = causes::compression(
        subject,
        Id::CompressedInFront,
        "the server compresses every download anew: no sendfile, no ranges, and processor time for each",
    );
    Ok(vec![Finding::warning(question, format!("Content-Encoding {encoding}"), cause)])
}
