//! What a request selects of a representation: its preconditions first, then its ranges.

use std::ops::Range;

use http::header::RANGE;

use crate::precondition::{self, Outcome};
use crate::range::{self, Ranges};
use crate::representation::Representation;
use crate::request::Request;

/// What a request selects of a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// All of it: 200.
    Whole,
    /// One part: 206.
    Range(Range<u64>),
    /// Several parts, apart from each other: 206 multipart/byteranges.
    Ranges(Vec<Range<u64>>),
    /// Nothing, the client has it: 304.
    NotModified,
    /// Nothing, the client means another one: 412.
    PreconditionFailed,
    /// Nothing, the ranges lie outside: 416.
    RangeNotSatisfiable,
}

/// Decides what `request` selects.
pub(crate) fn select(request: Request<'_>, representation: &Representation) -> Selection {
    if !request.is_conditional() {
        return Selection::Whole;
    }
    match precondition::evaluate(request, representation) {
        Outcome::Holds => ranges(request, representation),
        Outcome::NotModified => Selection::NotModified,
        Outcome::Failed => Selection::PreconditionFailed,
    }
}

fn ranges(request: Request<'_>, representation: &Representation) -> Selection {
    let range = request.single(&RANGE).filter(|_| request.is_ranged());
    let Some(range) = range.filter(|_| precondition::range_applies(request, representation)) else {
        return Selection::Whole;
    };
    match range::select(range.as_bytes(), representation.length) {
        Ranges::Whole => Selection::Whole,
        Ranges::Unsatisfiable => Selection::RangeNotSatisfiable,
        Ranges::Some(mut ranges) if ranges.len() == 1 => Selection::Range(ranges.remove(0)),
        Ranges::Some(ranges) => Selection::Ranges(ranges),
    }
}
