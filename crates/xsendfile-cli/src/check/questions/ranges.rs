//! Parts of a file: what resumed downloads and videos ask for.

use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::{Interrupted, Reply};

pub(crate) fn single(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a range";
    let length = subject.plain.content.len();
    for (range, first, end) in [
        ("bytes=0-99", 0, 100),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=39000-", 39000, length),
        ("bytes=-100", length - 100, length),
        ("bytes=39000-99999", 39000, length),
    ] {
        let reply = ranged(subject, range, None)?;
        let expected = format!("bytes {first}-{}/{length}", end - 1);
        let right = reply.status == 206
            && reply.header("content-range").as_deref() == Some(expected.as_str())
            && reply.body == subject.plain.content[first..end];
        if !right {
            let found = format!("{range} gives {}", reply.summary());
            return Ok(vec![Finding::wrong(question, found, causes::ranges(subject, &reply))]);
        }
    }
    let beyond = ranged(subject, "bytes=40000-", None)?;
    Ok(vec![if beyond.status == 416 {
        Finding::fine(question, "206 with the right bytes, 416 beyond the end")
    } else {
        let found = format!("a range beyond the end gives {}", beyond.summary());
        Finding::wrong(question, found, causes::ranges(subject, &beyond))
    }])
}

pub(crate) fn several(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "several ranges";
    let reply = ranged(subject, "bytes=0-9,1000-1099,-10", None)?;
    if whole(&reply, &subject.plain) {
        return Ok(vec![Finding::fine(question, "200 with the whole file, which is allowed")]);
    }
    let content = &subject.plain.content;
    let length = content.len();
    let kind = reply.header("content-type").unwrap_or_default();
    let parts = [(0, 10), (1000, 1100), (length - 10, length)].into_iter().all(|(first, end)| {
        let head = format!("bytes {first}-{}/{length}", end - 1);
        let body = &reply.body;
        let at =
            position(body, head.as_bytes()).and_then(|at| Some(at + position(&body[at..], b"\r\n\r\n")? + 4));
        at.is_some_and(|at| body[at..].starts_with(&content[first..end]))
    });
    Ok(vec![if reply.status == 206
        && reply.misframed.is_none()
        && kind.starts_with("multipart/byteranges")
        && parts
    {
        Finding::fine(question, "206 multipart/byteranges with the right bytes")
    } else {
        Finding::wrong(question, reply.summary(), causes::ranges(subject, &reply))
    }])
}

pub(crate) fn conditional(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "If-Range";
    let tag = subject.reply.header("etag").filter(|tag| !tag.starts_with("W/"));
    let date = subject.reply.header("last-modified");
    if tag.is_none() && date.is_none() {
        return Ok(vec![Finding::skipped(question, "there is no validator")]);
    }
    for validator in [tag, date].into_iter().flatten() {
        let reply = ranged(subject, "bytes=0-99", Some(&validator))?;
        if reply.status != 206 || reply.body != subject.plain.content[..100] {
            let found = format!("If-Range: {validator} gives {}", reply.summary());
            return Ok(vec![Finding::wrong(question, found, causes::ranges(subject, &reply))]);
        }
    }
    for changed in ["\"of another version\"", "Thu, 01 Jan 1970 00:00:01 GMT"] {
        let reply = ranged(subject, "bytes=0-99", Some(changed))?;
        if !whole(&reply, &subject.plain) {
            let found = format!("If-Range: {changed} gives {}", reply.summary());
            return Ok(vec![Finding::wrong(question, found, causes::ranges(subject, &reply))]);
        }
    }
    Ok(vec![Finding::fine(question, "206 for this version, 200 for another")])
}

fn ranged(subject: &Subject<'_>, range: &str, if_range: Option<&str>) -> Result<Reply, Interrupted> {
    let mut request = subject.request().header("Range", range);
    if let Some(validator) = if_range {
        request = request.header("If-Range", validator);
    }
    subject.probe.send(&request)
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
