//! Byte ranges (RFC 9110 §14).

use std::ops::Range;

use http::HeaderValue;

/// More ranges than this in one request are no honest request; the whole file answers it.
pub const MAX_RANGES: usize = 32;

/// What a Range header selects of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// Everything: the header is malformed, of another unit, too long, or asks for more than the file.
    Whole,
    /// These, each non-empty and within the file, apart from each other, in the client's order.
    Some(Vec<Range<u64>>),
    /// Nothing: no range lies within the file.
    Unsatisfiable,
}

/// Reads a Range header for a file of `length` bytes.
///
/// At most [`MAX_RANGES`] ranges are looked at, so the work is bounded whatever the header's length.
/// Overlapping and adjacent ranges are joined, at the place of the earliest.
pub fn select(header: &[u8], length: u64) -> Ranges {
    let Some(specs) = parse(header) else { return Ranges::Whole };
    // Of an empty file a suffix is satisfiable, but no Content-Range can say so.
    if length == 0 && specs.iter().any(|spec| matches!(spec, Spec::Suffix(1..))) {
        return Ranges::Whole;
    }
    let satisfiable: Vec<_> = specs.into_iter().filter_map(|spec| spec.within(length)).collect();
    if satisfiable.is_empty() {
        return Ranges::Unsatisfiable;
    }
    let asked = satisfiable.iter().fold(0u64, |sum, range| sum.saturating_add(range.end - range.start));
    if asked > length {
        return Ranges::Whole;
    }
    Ranges::Some(coalesce(satisfiable))
}

/// Content-Range of a part of `length` bytes.
pub(crate) fn content_range(range: &Range<u64>, length: u64) -> HeaderValue {
    ascii(format!("bytes {}-{}/{length}", range.start, range.end - 1))
}

/// Content-Range where no range lies within the `length` bytes (RFC 9110 §15.5.17).
pub(crate) fn unsatisfied(length: u64) -> HeaderValue {
    ascii(format!("bytes */{length}"))
}

fn ascii(value: String) -> HeaderValue {
    HeaderValue::try_from(value).expect("digits and punctuation")
}

/// One range as the client writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spec {
    From(u64),
    FromTo(u64, u64),
    Suffix(u64),
}

impl Spec {
    /// The part of a file of `length` bytes; `None` where nothing of it lies within.
    fn within(self, length: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(first) => first..length,
            Self::FromTo(first, last) => first..last.saturating_add(1).min(length),
            Self::Suffix(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

/// `None` for a header to be ignored.
fn parse(header: &[u8]) -> Option<Vec<Spec>> {
    let equals = header.iter().position(|&byte| byte == b'=')?;
    let (unit, set) = (&header[..equals], &header[equals + 1..]);
    if !unit.eq_ignore_ascii_case(b"bytes") {
        return None;
    }
    specs(set.split(|&byte| byte == b','))
}

/// Looks at no more elements than tell that there are too many.
fn specs<'a>(elements: impl Iterator<Item = &'a [u8]>) -> Option<Vec<Spec>> {
    let mut specs = Vec::new();
    for (count, element) in elements.enumerate() {
        if count == MAX_RANGES {
            return None;
        }
        match element.trim_ascii() {
            // Empty elements of a list are ignored (RFC 9110 §5.6.1.2).
            b"" => {}
            element => specs.push(spec(element)?),
        }
    }
    (!specs.is_empty()).then_some(specs)
}

fn spec(element: &[u8]) -> Option<Spec> {
    let dash = element.iter().position(|&byte| byte == b'-')?;
    match (&element[..dash], &element[dash + 1..]) {
        (b"", count) => Some(Spec::Suffix(number(count)?)),
        (first, b"") => Some(Spec::From(number(first)?)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::FromTo(first, last))
        }
    }
}

/// A run of digits; one that no file can reach is as good as the largest number.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(digits.iter().fold(0, add))
}

/// Joins ranges that overlap or touch.
fn coalesce(ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut by_start: Vec<(usize, Range<u64>)> = ranges.into_iter().enumerate().collect();
    by_start.sort_by_key(|(_, range)| range.start);
    let mut joined: Vec<(usize, Range<u64>)> = Vec::with_capacity(by_start.len());
    for (place, range) in by_start {
        match joined.last_mut() {
            Some((earliest, last)) if range.start <= last.end => {
                last.end = last.end.max(range.end);
                *earliest = place.min(*earliest);
            }
            _ => joined.push((place, range)),
        }
    }
    joined.sort_by_key(|(place, _)| *place);
    joined.into_iter().map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some(ranges: &[Range<u64>]) -> Ranges {
        Ranges::Some(ranges.to_vec())
    }

    #[test]
    fn what_a_header_selects_of_a_hundred_bytes() {
        #[rustfmt::skip]
        let cases: &[(&str, Ranges)] = &[
            // One range.
            ("bytes=0-0",           some(&[0..1])),
            ("bytes=0-",            some(&[0..100])),
            ("bytes=5-9",           some(&[5..10])),
            ("bytes=99-",           some(&[99..100])),
            ("bytes=-1",            some(&[99..100])),
            ("bytes=-100",          some(&[0..100])),
            ("bytes=-1000",         some(&[0..100])),
            ("bytes=90-1000",       some(&[90..100])),
            ("bytes=0-18446744073709551615", some(&[0..100])),
            ("bytes=1-99999999999999999999", some(&[1..100])),
            // The unit is case-insensitive; another one is ignored.
            ("BYTES=0-0",           some(&[0..1])),
            ("lines=0-0",           Ranges::Whole),
            ("bytes 0-0",           Ranges::Whole),
            // Nothing of it within the file.
            ("bytes=100-",          Ranges::Unsatisfiable),
            ("bytes=100-200",       Ranges::Unsatisfiable),
            ("bytes=-0",            Ranges::Unsatisfiable),
            ("bytes=200-,-0",       Ranges::Unsatisfiable),
            ("bytes=99999999999999999999-", Ranges::Unsatisfiable),
            // Malformed: ignored as a whole.
            ("",                    Ranges::Whole),
            ("bytes",               Ranges::Whole),
            ("bytes=",              Ranges::Whole),
            ("bytes=-",             Ranges::Whole),
            ("bytes=,",             Ranges::Whole),
            ("bytes=9-5",           Ranges::Whole),
            ("bytes=a-b",           Ranges::Whole),
            ("bytes=+1-2",          Ranges::Whole),
            ("bytes=1-2-3",         Ranges::Whole),
            ("bytes=--1",           Ranges::Whole),
            ("bytes=0x1-2",         Ranges::Whole),
            ("bytes=1 - 2",         Ranges::Whole),
            ("bytes=0-0,x",         Ranges::Whole),
            ("bytes=0-0;1-1",       Ranges::Whole),
            // Several.
            ("bytes=0-0,50-59",     some(&[0..1, 50..60])),
            ("bytes= 0-0 ,\t50-59", some(&[0..1, 50..60])),
            ("bytes=0-0,,50-59,",   some(&[0..1, 50..60])),
            ("bytes=50-59,0-0",     some(&[50..60, 0..1])),
            ("bytes=0-0,-1",        some(&[0..1, 99..100])),
            ("bytes=0-0,200-300",   some(&[0..1])),
            ("bytes=0-0,-0",        some(&[0..1])),
            // Overlapping and adjacent ones are joined where the earliest stood.
            ("bytes=0-9,5-14",      some(&[0..15])),
            ("bytes=0-9,10-19",     some(&[0..20])),
            ("bytes=50-59,0-9,55-64", some(&[50..65, 0..10])),
            ("bytes=20-29,0-9,10-19", some(&[0..30])),
            // More than the file.
            ("bytes=0-,0-",         Ranges::Whole),
            ("bytes=0-60,40-99",    Ranges::Whole),
        ];
        for (header, selected) in cases {
            assert_eq!(select(header.as_bytes(), 100), *selected, "{header:?}");
        }
    }

    #[test]
    fn an_empty_file_has_no_range() {
        for (header, selected) in [
            ("bytes=0-", Ranges::Unsatisfiable),
            ("bytes=0-0", Ranges::Unsatisfiable),
            ("bytes=-0", Ranges::Unsatisfiable),
            ("bytes=-5", Ranges::Whole),
        ] {
            assert_eq!(select(header.as_bytes(), 0), selected, "{header:?}");
        }
    }

    #[test]
    fn only_so_many_ranges_are_honest() {
        let header = |count| {
            format!("bytes={}", (0..count).map(|i| format!("{0}-{0}", i * 2)).collect::<Vec<_>>().join(","))
        };
        assert!(
            matches!(select(header(MAX_RANGES).as_bytes(), 1 << 20), Ranges::Some(r) if r.len() == MAX_RANGES)
        );
        assert_eq!(select(header(MAX_RANGES + 1).as_bytes(), 1 << 20), Ranges::Whole);
        assert_eq!(select(header(10_000).as_bytes(), 1 << 20), Ranges::Whole);
    }

    #[test]
    fn a_million_ranges_are_as_much_work_as_one_too_many() {
        for element in ["0-0", "0-", "-1", "", " "] {
            for count in [MAX_RANGES + 1, 10_000, 1_000_000] {
                let mut looked_at = 0;
                let elements = std::iter::repeat_n(element.as_bytes(), count).inspect(|_| looked_at += 1);
                assert_eq!(specs(elements), None, "{element:?}");
                assert_eq!(looked_at, MAX_RANGES + 1, "{element:?}, {count} times");
            }
        }
    }

    /// A header as an honest or a careless client writes it, and any bytes at all.
    fn headers() -> impl Strategy<Value = Vec<u8>> {
        let spec = prop_oneof![
            (0..300u64).prop_map(|first| format!("{first}-")),
            (0..300u64, 0..300u64).prop_map(|(first, last)| format!("{first}-{last}")),
            (0..300u64).prop_map(|count| format!("-{count}")),
            "[0-9, -]{0,6}",
        ];
        let set = proptest::collection::vec(spec, 0..40)
            .prop_map(|specs| format!("bytes={}", specs.join(",")).into_bytes());
        prop_oneof![4 => set, 1 => proptest::collection::vec(any::<u8>(), 0..60)]
    }

    proptest! {
        #[test]
        fn ranges_are_within_the_file_apart_and_no_more_than_it(header in headers(), length in 0..300u64) {
            if let Ranges::Some(ranges) = select(&header, length) {
                prop_assert!(!ranges.is_empty() && ranges.len() <= MAX_RANGES);
                prop_assert!(ranges.iter().all(|range| range.start < range.end && range.end <= length));
                let mut sorted = ranges;
                sorted.sort_by_key(|range| range.start);
                prop_assert!(sorted.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
        }

        #[test]
        fn the_bytes_selected_are_the_bytes_asked_for(specs in proptest::collection::vec((0..200u64, 0..60u64), 1..20)) {
            let header = specs.iter().map(|(first, more)| format!("{first}-{}", first + more)).collect::<Vec<_>>().join(",");
            let asked = |at: u64| specs.iter().any(|(first, more)| (*first..=first + more).contains(&at));
            match select(format!("bytes={header}").as_bytes(), 200) {
                Ranges::Some(ranges) => for at in 0..200 {
                    prop_assert_eq!(ranges.iter().any(|range| range.contains(&at)), asked(at), "byte {}", at);
                },
                Ranges::Unsatisfiable => prop_assert!((0..200).all(|at| !asked(at))),
                Ranges::Whole => {}
            }
        }
    }
}
