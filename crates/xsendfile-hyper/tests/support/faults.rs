//! What respected implementations get wrong is right here, over HTTP: the cases of tower-http's
//! `ServeDir`, of actix-files' `NamedFile`, and of their like in other languages.
//!
//! A table for every server of this repository: `faults!` makes a test of each function. Nothing but
//! HTTP/1 is known of the server.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::stand::{Stand, Watch, content};

const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

/// What the server's application adds to every answer.
pub const OF_THE_APPLICATION: [(&str, &str); 3] = [
    ("cache-control", "private, no-cache"),
    ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("vary", "Cookie"),
];

/// Said of the file, so only where it is sent.
const OF_THE_FILE: [&str; 4] = ["etag", "last-modified", "content-type", "content-disposition"];

/// Tests of every function here: `faults!(tokio::test, start)`, where `start` makes a [`Stand`].
#[macro_export]
macro_rules! faults {
    ($test:meta, $start:path: $($name:ident)*) => {$(
        #[$test]
        async fn $name() {
            $crate::support::faults::$name(&$start().await).await;
        }
    )*};
    ($test:meta, $start:path) => {
        $crate::faults! { $test, $start:
            ranges
            thousands_of_ranges
            several_ranges_are_multipart_with_an_exact_length
            a_stale_if_range_gets_the_whole_file
            preconditions_in_their_order
            head_answers_as_get_without_range_would
            head_reads_nothing_of_the_file
            other_methods_get_the_whole_file
            an_empty_file_is_whole_and_has_no_range
            a_time_that_http_cannot_say_is_not_said
            another_version_has_another_tag
            a_file_just_written_has_a_weak_tag
            the_same_file_in_another_place_has_the_same_tag
            an_archive_is_sent_as_the_archive_that_it_is
            every_name_can_be_saved
        }
    };
}

pub async fn ranges(stand: &Stand) {
    let name = stand.hundred();
    let whole = || (200, String::new(), content(0..100));
    let part = |first: u8, last: u8| (206, format!("bytes {first}-{last}/100"), content(first..last + 1));
    let none = || (416, "bytes */100".to_owned(), Vec::new());
    #[rustfmt::skip]
    let cases = [
        ("bytes=0-9",      part(0, 9)),
        ("bytes=90-",      part(90, 99)),
        ("bytes=90-1000",  part(90, 99)),
        ("bytes=-10",      part(90, 99)),
        // Longer than the file: all of it, as a part.
        ("bytes=-1000",    part(0, 99)),
        ("bytes=-0",       none()),
        ("bytes=100-",     none()),
        ("bytes=200-300",  none()),
        // Units are case-insensitive, unknown ones are ignored.
        ("Bytes=0-9",      part(0, 9)),
        ("BYTES=0-9",      part(0, 9)),
        ("pages=0-9",      whole()),
        // Malformed ones are ignored.
        ("bytes=9-0",      whole()),
        ("bytes=a-b",      whole()),
        ("bytes=0-9,x",    whole()),
        ("bytes=+0-9",     whole()),
        ("bytes=",         whole()),
        ("bytes=-",        whole()),
        ("0-9",            whole()),
        // More than any number holds.
        ("bytes=0-99999999999999999999", part(0, 99)),
        // One of several that lies within: a plain part.
        ("bytes=0-9,200-", part(0, 9)),
        // Overlapping and adjacent ones are joined.
        ("bytes=0-9,5-19", part(0, 19)),
        ("bytes=0-9,10-19", part(0, 19)),
        // More than the file.
        ("bytes=0-,0-",    whole()),
    ];
    for (range, (status, content_range, body)) in cases {
        let reply = stand.get(&name, &[("range", range)]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-range")),
            (status, &*content_range),
            "{range}"
        );
        assert_eq!(reply.body, body, "{range}");
        assert_eq!(reply.header("content-length"), body.len().to_string(), "{range}");
        assert_eq!(reply.headers.get_all("accept-ranges").iter().count(), 1, "{range}");
        for of_the_file in OF_THE_FILE {
            assert_eq!(reply.headers.contains_key(of_the_file), status != 416, "{range}: {of_the_file}");
        }
    }
    // Twice the header is not a list.
    let twice = [("range", "bytes=0-9"), ("range", "bytes=10-19")];
    assert_eq!(stand.get(&name, &twice).await.status, 200);
}

/// Bounded work, bounded output.
pub async fn thousands_of_ranges(stand: &Stand) {
    let name = stand.hundred();
    let set = |ranges: Vec<String>| format!("bytes={}", ranges.join(","));
    for (what, many) in [
        ("tiny", set((0..1000).map(|at| format!("{at}-{at}")).collect())),
        ("overlapping", set((0..1000).map(|at| format!("{}-", at % 90)).collect())),
        ("out of order", set((0..1000).rev().map(|at| format!("{}-{}", at % 99, at % 99)).collect())),
        ("suffixes", set((1..1000).map(|count| format!("-{count}")).collect())),
        ("ten thousand", set((0..10_000).map(|at| format!("{0}-{0}", at % 10)).collect())),
    ] {
        let reply = stand.get(&name, &[("range", &many)]).await;
        assert!(reply.body.len() <= 100, "{what}: {} bytes of a file of 100", reply.body.len());
        assert!(matches!(reply.status.as_u16(), 200 | 206), "{what}: {}", reply.status);
    }
}

pub async fn several_ranges_are_multipart_with_an_exact_length(stand: &Stand) {
    // In the client's order.
    let reply = stand.get(&stand.hundred(), &[("range", "bytes=90-99,0-9")]).await;
    assert_eq!(reply.status, 206);
    assert!(!reply.headers.contains_key("content-range"));
    let boundary =
        reply.header("content-type").strip_prefix("multipart/byteranges; boundary=").expect("a boundary");
    let head = |range| {
        format!(
            "--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {range}/100\r\n\r\n"
        )
    };
    let expected = [
        head("90-99").as_bytes(),
        &content(90..100),
        b"\r\n",
        head("0-9").as_bytes(),
        &content(0..10),
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    assert_eq!(reply.body, expected);
    assert_eq!(reply.header("content-length"), expected.len().to_string());
}

pub async fn a_stale_if_range_gets_the_whole_file(stand: &Stand) {
    let name = stand.hundred();
    let etag = stand.get(&name, &[]).await.header("etag").to_owned();
    assert!(etag.starts_with('"'), "a strong tag for a file that has been so for long: {etag}");
    for (if_range, status) in [
        (etag.as_str(), 206),
        (MODIFIED, 206),
        ("\"other\"", 200),
        (&format!("W/{etag}"), 200),
        // Exact: neither older nor newer.
        (EARLIER, 200),
        (LATER, 200),
        ("*", 200),
        ("rubbish", 200),
    ] {
        let reply = stand.get(&name, &[("range", "bytes=0-9"), ("if-range", if_range)]).await;
        assert_eq!(reply.status, status, "{if_range}");
        assert_eq!(reply.body.len(), if status == 206 { 10 } else { 100 }, "{if_range}");
    }
}

pub async fn preconditions_in_their_order(stand: &Stand) {
    let name = stand.hundred();
    let etag = stand.get(&name, &[]).await.header("etag").to_owned();
    let etag = etag.as_str();
    let weak = &*format!("W/{etag}");
    let list = &*format!("\"a\", {weak} ,\"b\"");
    #[rustfmt::skip]
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[("if-none-match", etag)], 304),
        (&[("if-none-match", weak)], 304),
        (&[("if-none-match", list)], 304),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"other\"")], 200),
        (&[("if-modified-since", MODIFIED)], 304),
        (&[("if-modified-since", LATER)], 304),
        (&[("if-modified-since", EARLIER)], 200),
        (&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], 304),
        (&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], 304),
        (&[("if-modified-since", "rubbish")], 200),
        // The tag decides where both are given.
        (&[("if-none-match", "\"other\""), ("if-modified-since", LATER)], 200),
        (&[("if-match", etag)], 200),
        (&[("if-match", "*")], 200),
        (&[("if-match", weak)], 412),
        (&[("if-match", "\"other\"")], 412),
        (&[("if-unmodified-since", MODIFIED)], 200),
        (&[("if-unmodified-since", EARLIER)], 412),
        (&[("if-match", etag), ("if-unmodified-since", EARLIER)], 200),
        (&[("if-match", "\"other\""), ("if-none-match", etag)], 412),
        // A failed one comes before a range, and a range after those that hold.
        (&[("if-none-match", etag), ("range", "bytes=0-9")], 304),
        (&[("if-match", "\"other\""), ("range", "bytes=200-")], 412),
        (&[("if-match", etag), ("range", "bytes=0-9")], 206),
    ];
    for (headers, status) in cases {
        let reply = stand.get(&name, headers).await;
        assert_eq!(reply.status, *status, "{headers:?}");
        match status {
            304 => {
                assert_eq!(
                    (reply.header("etag"), reply.header("last-modified")),
                    (etag, MODIFIED),
                    "{headers:?}"
                );
                assert!(!reply.headers.contains_key("content-length"), "{headers:?}");
                for (header, value) in OF_THE_APPLICATION {
                    assert_eq!(reply.header(header), value, "{headers:?}");
                }
            }
            412 => {
                assert_eq!((reply.header("content-length"), &*reply.body), ("0", &b""[..]), "{headers:?}");
                for of_the_file in OF_THE_FILE {
                    assert!(!reply.headers.contains_key(of_the_file), "{headers:?}: {of_the_file}");
                }
            }
            _ => {}
        }
    }
}

pub async fn head_answers_as_get_without_range_would(stand: &Stand) {
    let name = stand.hundred();
    let get = stand.get(&name, &[]).await;
    let head = stand.ask("HEAD", &name, &[("range", "bytes=0-9")]).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, "100"));
    for header in OF_THE_FILE.into_iter().chain(["accept-ranges", "x-content-type-options"]) {
        assert_eq!(head.headers.get(header), get.headers.get(header), "{header}");
        assert!(get.headers.contains_key(header), "{header}");
    }
    let known = [("if-none-match", get.header("etag"))];
    assert_eq!(stand.ask("HEAD", &name, &known).await.status, 304);
}

/// What the system saw of it.
pub async fn head_reads_nothing_of_the_file(stand: &Stand) {
    let name = stand.hundred();
    for (method, length, is_read) in [("HEAD", "100", false), ("GET", "100", true)] {
        let watch = Watch::of(&stand.files.path().join(&name));
        let reply = stand.ask(method, &name, &[]).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-length")), (200, length), "{method}");
        assert_eq!(watch.was_read(), is_read, "{method}");
    }
}

/// Ranges and 304 are for GET and HEAD.
pub async fn other_methods_get_the_whole_file(stand: &Stand) {
    let name = stand.hundred();
    for header in [("range", "bytes=0-9"), ("if-none-match", "*"), ("if-modified-since", LATER)] {
        let reply = stand.ask("POST", &name, &[header, ("content-length", "0")]).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-range")), (200, ""), "{header:?}");
        assert_eq!(reply.body, content(0..100), "{header:?}");
    }
}

pub async fn an_empty_file_is_whole_and_has_no_range(stand: &Stand) {
    let name = stand.file("empty.bin", b"", SystemTime::now());
    let reply = stand.get(&name, &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-length")), (200, "0"));
    // A suffix of nothing is satisfiable (RFC 9110 §14.1.2), and no Content-Range could say so.
    for (range, status, content_range) in [("bytes=0-", 416, "bytes */0"), ("bytes=-1", 200, "")] {
        let reply = stand.get(&name, &[("range", range)]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-range")),
            (status, content_range),
            "{range}"
        );
    }
}

pub async fn a_time_that_http_cannot_say_is_not_said(stand: &Stand) {
    for time in [UNIX_EPOCH - Duration::from_secs(5), UNIX_EPOCH + Duration::from_secs(0x3_ffff_ffff)] {
        let name = stand.file("timeless.bin", &content(0..100), time);
        let reply = stand.get(&name, &[("if-modified-since", MODIFIED)]).await;
        assert_eq!(reply.status, 200, "{time:?}");
        assert_eq!(reply.body, content(0..100), "{time:?}");
        let said = reply.header("last-modified");
        assert!(said.is_empty() || said.ends_with(" GMT"), "{time:?}: {said}");
    }
}

/// Of the same length, and of the same second: a fraction of a second has to be enough.
pub async fn another_version_has_another_tag(stand: &Stand) {
    let second = UNIX_EPOCH + Duration::from_secs(784_111_777);
    let name = stand.file("version.bin", b"first", second + Duration::from_millis(100));
    let first = stand.get(&name, &[]).await;
    stand.file("version.bin", b"other", second + Duration::from_millis(900));
    let headers = [("if-none-match", first.header("etag"))];
    let other = stand.get(&name, &headers).await;
    assert_eq!((other.status.as_u16(), &*other.body), (200, &b"other"[..]));
    assert_eq!(other.header("last-modified"), first.header("last-modified"));
    let headers = [("range", "bytes=0-1"), ("if-range", first.header("etag"))];
    assert_eq!(stand.get(&name, &headers).await.status, 200);
}

/// Another write could leave the same time, so nothing is resumed by such a tag. Soon it is a strong one.
pub async fn a_file_just_written_has_a_weak_tag(stand: &Stand) {
    let started = Instant::now();
    let (name, weak) = loop {
        let name = stand.file("new.bin", &content(0..100), SystemTime::now());
        let etag = stand.get(&name, &[]).await.header("etag").to_owned();
        if etag.starts_with("W/") {
            break (name, etag);
        }
        // What the machine did meanwhile took longer than a tick of its clock.
        assert!(started.elapsed() < Duration::from_secs(30), "never a weak tag: {etag}");
    };
    let reply = stand.get(&name, &[("range", "bytes=0-9"), ("if-range", &weak)]).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 100));
    assert_eq!(stand.get(&name, &[("if-match", &weak)]).await.status, 412);
    assert_eq!(stand.get(&name, &[("if-none-match", &weak)]).await.status, 304);

    let strong = loop {
        let etag = stand.get(&name, &[]).await.header("etag").to_owned();
        if !etag.starts_with("W/") {
            break etag;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "never a strong tag: {etag}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(weak, format!("W/{strong}"));
    let reply = stand.get(&name, &[("range", "bytes=0-9"), ("if-range", &strong)]).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (206, 10));
}

/// As on another machine: another directory, name and inode, of which a tag may tell nothing.
pub async fn the_same_file_in_another_place_has_the_same_tag(stand: &Stand) {
    let modified = UNIX_EPOCH + Duration::new(784_111_777, 123_456_789);
    let here = stand.file("here/a.bin", &content(0..100), modified);
    let there = stand.file("there/b.bin", &content(0..100), modified);
    let etag = stand.get(&here, &[]).await.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    assert_eq!(stand.get(&there, &[]).await.header("etag"), etag);
    // A download that was begun on one goes on on the other.
    let reply = stand.get(&there, &[("range", "bytes=90-"), ("if-range", &etag)]).await;
    assert_eq!((reply.status.as_u16(), &*reply.body), (206, &*content(90..100)));
}

pub async fn an_archive_is_sent_as_the_archive_that_it_is(stand: &Stand) {
    let name = stand.file("a.tar.gz", b"gzip", SystemTime::now());
    let reply = stand.get(&name, &[]).await;
    assert_eq!(reply.header("content-type"), "application/gzip");
    assert!(!reply.headers.contains_key("content-encoding"));
}

/// An ASCII name for old clients, never empty, and the true one by RFC 8187.
pub async fn every_name_can_be_saved(stand: &Stand) {
    #[rustfmt::skip]
    let cases = [
        ("plain.txt", "plain.txt", "inline; filename=\"plain.txt\""),
        ("a \"b\" \\c.txt", "a%20%22b%22%20%5Cc.txt",
         "inline; filename=\"a \\\"b\\\" \\\\c.txt\""),
        ("日本.txt", "%E6%97%A5%E6%9C%AC.txt", "filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"),
        ("50% é.txt", "50%25%20%C3%A9.txt", "filename*=UTF-8''50%25%20%C3%A9.txt"),
        ("a\nb.txt", "a%0Ab.txt", "filename"),
    ];
    for (name, path, expected) in cases {
        stand.file(name, b"text", SystemTime::now());
        let reply = stand.get(path, &[]).await;
        let disposition = reply.headers["content-disposition"].to_str().expect("ASCII");
        assert_eq!((reply.status.as_u16(), &*reply.body), (200, &b"text"[..]), "{name}");
        assert!(disposition.contains(expected), "{name}: {disposition}");
        assert!(!disposition.contains("filename=\"\""), "{name}: {disposition}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{name}");
    }
}
