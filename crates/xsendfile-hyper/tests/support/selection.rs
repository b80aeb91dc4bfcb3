//! What requests ask for, and what they must get.

use std::ops::Range;

use http::StatusCode;

use super::http1::Reply;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    Whole,
    Ranges(Vec<Range<u64>>),
    Suffix(u64),
}

use Selection::*;

/// Of a file of `size` bytes: whole, the first byte, first, middle, last, suffix, several.
pub fn selections(size: u64) -> Vec<Selection> {
    let mut selections = vec![Whole];
    if size > 0 {
        selections.push(one(0..1));
        selections.push(Suffix(1));
        selections.push(Suffix(size.div_ceil(2)));
    }
    if size >= 10 {
        let third = size / 3;
        selections.push(one(0..third));
        selections.push(one(third..2 * third));
        selections.push(one(2 * third..size));
        selections.push(Ranges(vec![0..third - 1, third + 1..2 * third, 2 * third + 1..size]));
        selections.push(Ranges(vec![size - 2..size, 0..size - 3]));
    }
    selections
}

pub fn one(range: Range<u64>) -> Selection {
    Ranges(std::iter::once(range).collect())
}

impl Selection {
    pub fn header(&self) -> Option<String> {
        match self {
            Whole => None,
            Suffix(count) => Some(format!("bytes=-{count}")),
            Ranges(ranges) => {
                let set: Vec<_> =
                    ranges.iter().map(|range| format!("{}-{}", range.start, range.end - 1)).collect();
                Some(format!("bytes={}", set.join(",")))
            }
        }
    }

    /// Checks that `reply` is just what was asked for of a file of `size` bytes.
    pub fn check(&self, size: u64, reply: &Reply, body: &[u8], content: impl Fn(Range<u64>) -> Vec<u8>) {
        let ranges = match self {
            Whole => {
                assert_eq!(reply.status, StatusCode::OK);
                assert!(body == content(0..size), "the whole file");
                return;
            }
            Suffix(count) => vec![size - count..size],
            Ranges(ranges) => ranges.clone(),
        };
        assert_eq!(reply.status, StatusCode::PARTIAL_CONTENT);
        if let [range] = &ranges[..] {
            assert_eq!(
                reply.header("content-range"),
                format!("bytes {}-{}/{size}", range.start, range.end - 1)
            );
            assert!(body == content(range.clone()), "the range {range:?}");
            return;
        }
        let boundary = reply.header("content-type").strip_prefix("multipart/byteranges; boundary=");
        let boundary = boundary.expect("a boundary");
        let mut rest = body;
        for (place, range) in ranges.iter().enumerate() {
            let head = format!(
                "{}--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {}-{}/{size}\r\n\r\n",
                if place == 0 { "" } else { "\r\n" },
                range.start,
                range.end - 1
            );
            rest = rest.strip_prefix(head.as_bytes()).expect("the head of a part");
            let (part, after) = rest.split_at((range.end - range.start) as usize);
            assert!(part == content(range.clone()), "the part {range:?}");
            rest = after;
        }
        assert_eq!(rest, format!("\r\n--{boundary}--\r\n").as_bytes());
    }
}
