//! Preconditions: RFC 9110, section 13.

use super::*;

#[test]
fn preconditions_in_their_order() {
    let site = Site::new("simple");
    let before = "Sun, 06 Nov 1994 08:49:36 GMT";
    let after = "Sun, 06 Nov 1994 08:49:38 GMT";
    let other = "\"other\"";
    let weak = format!("W/{ETAG}");
    let list = format!(" \"a,b\", W/\"c\" ,{ETAG}");
    let leading = format!(",, {ETAG}");
    let unterminated = format!("\"open, {ETAG}");
    #[rustfmt::skip]
    let cases: &[(&[(&str, &str)], u16)] = &[
        // If-None-Match: weak comparison, lists, `*`.
        (&[("if-none-match", ETAG)], 304),
        (&[("if-none-match", &weak)], 304),
        (&[("if-none-match", &list)], 304),
        (&[("if-none-match", &leading)], 304),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", other), ("if-none-match", ETAG)], 304),
        (&[("if-none-match", other)], 200),
        (&[("if-none-match", "")], 200),
        (&[("if-none-match", "unquoted")], 200),
        (&[("if-none-match", &unterminated)], 200),
        // If-Modified-Since, only without If-None-Match; a malformed date is none.
        (&[("if-modified-since", MODIFIED)], 304),
        (&[("if-modified-since", after)], 304),
        (&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], 304),
        (&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], 304),
        (&[("if-modified-since", before)], 200),
        (&[("if-modified-since", "today")], 200),
        (&[("if-modified-since", MODIFIED), ("if-none-match", other)], 200),
        // If-Match: strong comparison.
        (&[("if-match", ETAG)], 200),
        (&[("if-match", "*")], 200),
        (&[("if-match", &list)], 200),
        (&[("if-match", &weak)], 412),
        (&[("if-match", other)], 412),
        (&[("if-match", "unquoted")], 412),
        // If-Unmodified-Since, only without If-Match.
        (&[("if-unmodified-since", MODIFIED)], 200),
        (&[("if-unmodified-since", before)], 412),
        (&[("if-unmodified-since", "never")], 200),
        (&[("if-unmodified-since", before), ("if-match", ETAG)], 200),
        // Both: the first that fails decides.
        (&[("if-match", other), ("if-none-match", ETAG)], 412),
        (&[("if-match", ETAG), ("if-none-match", ETAG)], 304),
        (&[("if-unmodified-since", before), ("if-modified-since", MODIFIED)], 412),
        // Before any range.
        (&[("if-none-match", ETAG), ("range", "bytes=0-0")], 304),
        (&[("if-match", other), ("range", "bytes=0-0")], 412),
        (&[("if-none-match", other), ("range", "bytes=0-0")], 206),
    ];
    for (headers, status) in cases {
        assert_eq!(site.get(headers).status.as_u16(), *status, "{headers:?}");
    }
}

#[test]
fn a_range_of_the_file_that_the_client_has_a_part_of() {
    let site = Site::new("simple");
    let weak = format!("W/{ETAG}");
    #[rustfmt::skip]
    let cases: &[(&str, &str, u16)] = &[
        ("fresh tag",          ETAG, 206),
        ("weak tag",           &weak, 200),
        ("stale tag",          "\"other\"", 200),
        ("list of tags",       "\"ae1b981bc490a01-a\", \"b\"", 200),
        ("exact date",         MODIFIED, 206),
        ("other form of date", "Sunday, 06-Nov-94 08:49:37 GMT", 206),
        ("earlier date",       "Sun, 06 Nov 1994 08:49:36 GMT", 200),
        ("later date",         "Sun, 06 Nov 1994 08:49:38 GMT", 200),
        ("nothing",            "", 200),
        ("malformed",          "ae1be4da", 200),
    ];
    for (case, if_range, status) in cases {
        let response = site.get(&[("range", "bytes=2-3"), ("if-range", if_range)]);
        assert_eq!(response.status.as_u16(), *status, "{case}");
        assert_eq!(content(&response), if *status == 206 { &b"23"[..] } else { b"0123456789" }, "{case}");
    }
    assert_eq!(
        site.get(&[("range", "bytes=2-3"), ("if-range", ETAG), ("if-range", ETAG)]).status,
        200,
        "twice"
    );
    assert_eq!(
        site.get(&[("range", "bytes=50-"), ("if-range", "\"other\"")]).status,
        200,
        "stale, unsatisfiable"
    );
    assert_eq!(site.get(&[("if-range", "\"other\"")]).status, 200, "without Range");
}

/// While another write could still go unnoticed, neither validator makes a resume safe.
#[test]
fn a_file_just_written_is_not_resumed() {
    let site = Site::new("simple");
    std::fs::write(site.root.path().join("digits.txt"), b"9876543210").unwrap();
    let now = site.get(&[]);
    let (etag, date) = (header(&now, "etag").unwrap(), header(&now, "last-modified").unwrap());
    assert!(etag.starts_with("W/\""));
    for if_range in [etag, etag.trim_start_matches("W/"), date] {
        // The date may have become strong by now, if the second has ended: then it is not stale either.
        let response = site.get(&[("range", "bytes=2-3"), ("if-range", if_range)]);
        assert!(response.status == 200 || if_range != etag, "{if_range}");
    }
}

/// By RFC 9111 §3 a client may keep an error that says for how long.
#[test]
fn only_what_is_of_the_file_may_be_kept() {
    let site = Site::new("simple");
    for (headers, status, kept) in [
        (&[][..], 200, true),
        (&[("range", "bytes=0-0")], 206, true),
        (&[("if-none-match", "*")], 304, true),
        (&[("if-match", "\"x\"")], 412, false),
        (&[("range", "bytes=10-")], 416, false),
    ] {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let download = || site.sendfile.send(Request::new(&Method::GET, &map), "digits.txt");
        let by_setting = download().expires(Duration::from_secs(60)).respond().unwrap();
        let own = download().header(http::header::EXPIRES, MODIFIED.parse().unwrap()).respond().unwrap();
        assert_eq!(by_setting.status, status);
        let expected = if kept { "private, max-age=60" } else { "private, no-cache" };
        assert_eq!(header(&by_setting, "cache-control"), Some(expected), "{status}");
        assert_eq!(header(&own, "expires").is_some(), kept, "{status}");
    }
}

#[test]
fn a_304_repeats_the_headers_of_the_application() {
    let site = Site::new("simple");
    let (method, mut headers) = (Method::GET, HeaderMap::new());
    headers.insert("if-none-match", ETAG.parse().unwrap());
    let download = site.sendfile.send(Request::new(&method, &headers), "digits.txt");
    let response =
        download.header(http::header::CACHE_CONTROL, "private".parse().unwrap()).respond().unwrap();
    assert_eq!(names(&response), ["cache-control", "etag", "last-modified"]);
}
