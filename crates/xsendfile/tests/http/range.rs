//! Ranges: RFC 9110, section 14.

use super::*;

#[test]
fn one_range() {
    let site = Site::new("simple");
    for (range, bytes, content_range) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=-30", "0123456789", "bytes 0-9/10"),
        ("Bytes=0-0,3-3,1-2", "0123", "bytes 0-3/10"),
    ] {
        let response = site.get(&[("range", range)]);
        assert_eq!(response.status, StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(content(&response), bytes.as_bytes(), "{range}");
        assert_eq!(header(&response, "content-range"), Some(content_range), "{range}");
        assert_eq!(header(&response, "content-length"), Some(bytes.len().to_string().as_str()), "{range}");
        assert_eq!(header(&response, "content-type"), Some("text/plain"), "{range}");
        assert_eq!(header(&response, "etag"), Some(ETAG), "{range}");
    }
    assert_eq!(
        site.get(&[("range", "bytes=0-0"), ("range", "bytes=1-1")]).status,
        200,
        "two lines are no Range"
    );
}

#[test]
fn several_ranges() {
    let site = Site::new("simple");
    let response = site.get(&[("range", "bytes=7-8,0-1,20-30")]);
    assert_eq!(response.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&response, "content-range"), None);
    let content_type = header(&response, "content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 7-8/10\r\n\r\n78\r\n\
         --{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n\
         --{boundary}--\r\n"
    );
    assert_eq!(String::from_utf8(content(&response)).unwrap(), expected);
    assert_eq!(header(&response, "content-length"), Some(expected.len().to_string().as_str()));
    assert_ne!(
        header(&site.get(&[("range", "bytes=7-8,0-1")]), "content-type"),
        Some(content_type),
        "a new boundary"
    );
}

#[test]
fn ten_thousand_ranges_give_no_more_than_the_file() {
    let site = Site::new("simple");
    let set = |spec: fn(usize) -> String| {
        let set: Vec<_> = (0..10_000).map(spec).collect();
        format!("bytes={}", set.join(","))
    };
    for (what, header) in [
        ("tiny", set(|_| "0-0".into())),
        ("overlapping", set(|place| format!("{}-", place % 10))),
        ("out of order", set(|place| format!("{0}-{0}", 9 - place % 10))),
        ("suffixes", set(|place| format!("-{place}"))),
        ("beyond the file", set(|place| format!("{}-", 10 + place))),
        ("empty", set(|_| String::new())),
    ] {
        let response = site.get(&[("range", &header)]);
        assert_eq!((response.status, &*content(&response)), (StatusCode::OK, &b"0123456789"[..]), "{what}");
    }
}
