//! A Range header of any bytes, for a file of any length: ranges within the file, apart, bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xsendfile::range::{MAX_RANGES, Ranges, select};

fuzz_target!(|input: (u64, &[u8])| {
    let (length, header) = input;
    if let Ranges::Some(mut ranges) = select(header, length) {
        assert!(!ranges.is_empty() && ranges.len() <= MAX_RANGES);
        assert!(ranges.iter().all(|range| range.start < range.end && range.end <= length));
        ranges.sort_by_key(|range| range.start);
        assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
    }
});
