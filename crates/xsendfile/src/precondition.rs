//! Preconditions (RFC 9110 §13).

use http::HeaderValue;
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};

use crate::representation::Representation;
use crate::request::Request;
use crate::validator::{EntityTag, HttpDate};

/// What the preconditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// They hold, or there are none.
    Holds,
    /// The client has the file already: 304.
    NotModified,
    /// The file is not the one that the client means: 412.
    Failed,
}

/// Evaluates the preconditions in the order of RFC 9110 §13.2.2, all but If-Range.
pub(crate) fn evaluate(request: Request<'_>, representation: &Representation) -> Outcome {
    if let Some(tags) = request.all(&IF_MATCH) {
        if !matches(tags, &representation.etag, EntityTag::strongly_equals) {
            return Outcome::Failed;
        }
    } else if let (Some(date), Some(modified)) = dates(request, &IF_UNMODIFIED_SINCE, representation)
        && modified > date
    {
        return Outcome::Failed;
    }

    if let Some(tags) = request.all(&IF_NONE_MATCH) {
        if matches(tags, &representation.etag, EntityTag::weakly_equals) {
            return Outcome::NotModified;
        }
    } else if let (Some(date), Some(modified)) = dates(request, &IF_MODIFIED_SINCE, representation)
        && modified <= date
    {
        return Outcome::NotModified;
    }
    Outcome::Holds
}

/// Whether the client's part of the file is a part of this one, so that its Range applies (RFC 9110
/// §13.1.5): no If-Range, or one with this file's strong tag, or with its exact and strong date.
pub(crate) fn range_applies(request: Request<'_>, representation: &Representation) -> bool {
    if request.all(&IF_RANGE).is_none() {
        return true;
    }
    let Some(value) = request.single(&IF_RANGE) else { return false };
    if let Some((tag, b"")) = EntityTag::take(value.as_bytes()) {
        return tag.strongly_equals(&representation.etag);
    }
    match (HttpDate::parse(value.as_bytes()), representation.last_modified) {
        (Some(date), Some(modified)) => date == modified && modified.is_strong(representation.seen),
        _ => false,
    }
}

/// Whether a list of entity tags, or `*`, matches `etag`. What is malformed matches nothing.
fn matches<'a>(
    lines: impl Iterator<Item = &'a HeaderValue>,
    etag: &EntityTag,
    equals: fn(&EntityTag, &EntityTag) -> bool,
) -> bool {
    lines.into_iter().any(|line| {
        let mut rest = skip_separators(line.as_bytes());
        if rest.trim_ascii_end() == b"*" {
            return true;
        }
        while let Some((tag, after)) = EntityTag::take(rest) {
            if equals(&tag, etag) {
                return true;
            }
            let next = skip_separators(after);
            if next.len() == after.len() {
                return false;
            }
            rest = next;
        }
        false
    })
}

fn skip_separators(list: &[u8]) -> &[u8] {
    let separators = list.iter().take_while(|byte| matches!(byte, b',' | b' ' | b'\t')).count();
    &list[separators..]
}

/// The date that a precondition gives, and the file's. A malformed date is no precondition.
fn dates(
    request: Request<'_>,
    header: &http::HeaderName,
    representation: &Representation,
) -> (Option<HttpDate>, Option<HttpDate>) {
    let date = request.single(header).and_then(|value| HttpDate::parse(value.as_bytes()));
    (date, representation.last_modified)
}
