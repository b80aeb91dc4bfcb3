//! What a client gets of a streamed file, and a server of one that is handed off: RFC 9110 as tables.

use std::fs::{File, FileTimes};
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant, UNIX_EPOCH};

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use proptest::prelude::*;
use xsendfile::{Config, Disposition, Error, Request, Response, Sendfile};

const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const ETAG: &str = "\"ae1b981bc490a01-a\"";

/// A site with `digits.txt`, ten bytes, last modified at [`MODIFIED`].
struct Site {
    root: tempfile::TempDir,
    sendfile: Sendfile,
}

impl Site {
    fn new(backend: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let config = Config::builder().backend(backend).root(root.path()).url("/private").build().unwrap();
        let site = Self { root, sendfile: Sendfile::new(config) };
        site.write("digits.txt", b"0123456789");
        site
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.root.path().join(name);
        std::fs::write(&path, content).unwrap();
        let modified = UNIX_EPOCH + Duration::new(784_111_777, 1);
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_times(FileTimes::new().set_modified(modified))
            .unwrap();
    }

    fn get(&self, headers: &[(&str, &str)]) -> Response {
        self.request(Method::GET, "digits.txt", headers)
    }

    fn request(&self, method: Method, name: &str, headers: &[(&str, &str)]) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        self.sendfile.send(Request::new(&method, &map), name).respond().unwrap()
    }
}

fn content(response: &Response) -> Vec<u8> {
    let mut content = Vec::new();
    response.body.reader().read_to_end(&mut content).unwrap();
    content
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.get(name).map(|value| value.to_str().unwrap())
}

fn names(response: &Response) -> Vec<&str> {
    let mut names: Vec<_> = response.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_whole_file() {
    let site = Site::new("simple");
    let response = site.get(&[]);
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(content(&response), b"0123456789");
    for (name, value) in [
        ("content-length", "10"),
        ("content-type", "text/plain"),
        ("content-disposition", "inline; filename=\"digits.txt\""),
        ("etag", ETAG),
        ("last-modified", MODIFIED),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(header(&response, name), Some(value), "{name}");
    }
    assert_eq!(response.headers.len(), 7);
}

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

/// Microseconds are claimed; the bound is far enough above them for any machine, and far below what
/// comparing each range with each would take.
#[test]
fn ten_thousand_ranges_cost_little_and_give_no_more_than_the_file() {
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
        let mut best = Duration::MAX;
        for _ in 0..10 {
            let started = Instant::now();
            let response = site.get(&[("range", &header)]);
            best = best.min(started.elapsed());
            assert_eq!(
                (response.status, &*content(&response)),
                (StatusCode::OK, &b"0123456789"[..]),
                "{what}"
            );
        }
        assert!(best < Duration::from_millis(50), "{what}: {best:?}");
    }
}

#[test]
fn answers_that_carry_nothing_of_the_file() {
    let site = Site::new("simple");
    for (headers, status, expected) in [
        (&[("if-none-match", "*")][..], 304, &["etag", "last-modified"][..]),
        (&[("if-match", "\"x\"")], 412, &["content-length"]),
        (&[("range", "bytes=10-")], 416, &["accept-ranges", "content-length", "content-range"]),
    ] {
        let response = site.get(headers);
        assert_eq!(response.status.as_u16(), status);
        assert_eq!(names(&response), expected, "{status}");
        assert_eq!(response.body.length(), 0, "{status}");
    }
    assert_eq!(header(&site.get(&[("range", "bytes=10-")]), "content-range"), Some("bytes */10"));
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
        assert_eq!(header(&by_setting, "cache-control").is_some(), kept, "{status}");
        assert_eq!(header(&own, "expires").is_some(), kept, "{status}");
    }
}

#[test]
fn head_answers_as_get_without_range_and_without_body() {
    let site = Site::new("simple");
    let get = site.get(&[]);
    for headers in [&[][..], &[("range", "bytes=0-0")], &[("range", "bytes=50-")]] {
        let head = site.request(Method::HEAD, "digits.txt", headers);
        assert_eq!((head.status, &head.headers), (get.status, &get.headers));
        assert_eq!(head.body.length(), 0);
    }
    assert_eq!(site.request(Method::HEAD, "digits.txt", &[("if-none-match", ETAG)]).status, 304);
    assert_eq!(site.request(Method::HEAD, "digits.txt", &[("if-match", "\"x\"")]).status, 412);
}

#[test]
fn other_methods_get_the_whole_file() {
    let site = Site::new("simple");
    for headers in [&[("range", "bytes=0-0")][..], &[("if-none-match", "*")], &[("if-match", "\"x\"")]] {
        let response = site.request(Method::POST, "digits.txt", headers);
        assert_eq!((response.status, content(&response).len()), (StatusCode::OK, 10), "{headers:?}");
    }
}

#[test]
fn an_empty_file() {
    let site = Site::new("simple");
    site.write("empty", b"");
    for (headers, status) in
        [(&[][..], 200), (&[("range", "bytes=0-")], 416), (&[("range", "bytes=-1")], 200)]
    {
        let response = site.request(Method::GET, "empty", headers);
        assert_eq!((response.status.as_u16(), content(&response).len()), (status, 0), "{headers:?}");
        assert_eq!(header(&response, "content-length"), Some("0"));
    }
}

#[test]
fn what_the_caller_says_wins() {
    let site = Site::new("simple");
    let (method, headers) = (Method::GET, HeaderMap::new());
    let send = || site.sendfile.send(Request::new(&method, &headers), "digits.txt");

    let response = send().media_type("text/x-digits").content_encoding("br").length(4).respond().unwrap();
    assert_eq!(header(&response, "content-type"), Some("text/x-digits"));
    assert_eq!(header(&response, "content-encoding"), Some("br"));
    assert_eq!((header(&response, "content-length"), content(&response)), (Some("4"), b"0123".to_vec()));

    for (download, disposition) in [
        (send().attachment(), "attachment; filename=\"digits.txt\""),
        (send().disposition(Disposition::Attachment).unnamed(), "attachment"),
        (send().save_as("ten.txt"), "inline; filename=\"ten.txt\""),
        (send().save_as(""), "inline"),
    ] {
        assert_eq!(header(&download.respond().unwrap(), "content-disposition"), Some(disposition));
    }

    let error = send().length(11).respond().unwrap_err();
    assert!(matches!(error, Error::LengthBeyondFile { declared: 11, actual: 10, .. }));
    // Who sends it by other means opens it later.
    assert_eq!(send().length(11).describe().unwrap().length, Some(11));
    assert_eq!(send().describe().unwrap().length, Some(10));
    for (wrong, message) in [
        (
            send().media_type("a\r\nb"),
            r#""a\r\nb" cannot be the value of content-type: it holds a control character"#,
        ),
        (
            send().content_encoding("\0"),
            r#""\0" cannot be the value of content-encoding: it holds a control character"#,
        ),
        (
            send().charset("utf 8"),
            r#""utf 8" cannot be the value of content-type: it is not the name of a charset"#,
        ),
    ] {
        assert_eq!(wrong.respond().unwrap_err().to_string(), message);
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

/// A hand-off declares no length for a body that it does not carry, and neither does anything else.
#[test]
fn what_an_application_says_of_the_body_is_dropped() {
    let said = [
        ("content-length", "5"),
        ("transfer-encoding", "chunked"),
        ("trailer", "expires"),
        ("content-range", "bytes 0-1/2"),
        ("accept-ranges", "none"),
        ("content-digest", "sha-256=:AAAA:"),
        ("content-md5", "AAAA"),
        ("content-encoding", "gzip"),
        ("content-type", "text/html"),
        ("content-disposition", "attachment"),
        ("etag", "\"own\""),
        ("last-modified", "Sun, 06 Nov 1994 08:49:36 GMT"),
    ];
    for backend in ["simple", "nginx", "mod_wsgi", "lighttpd"] {
        let site = Site::new(backend);
        for condition in
            [&[][..], &[("range", "bytes=0-1")], &[("if-none-match", "*")], &[("if-match", "\"x\"")]]
        {
            let mut map = HeaderMap::new();
            for (name, value) in condition {
                map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            let mut download = site.sendfile.send(Request::new(&Method::GET, &map), "digits.txt");
            for (name, value) in said {
                download = download.header(name.parse().unwrap(), value.parse().unwrap());
            }
            let response = download.respond().unwrap();
            let without = site.get(condition);
            assert_eq!((response.status, response.headers), (without.status, without.headers), "{backend}");
        }
    }
}

#[test]
fn a_header_may_have_several_values() {
    let site = Site::new("mod_wsgi");
    let (method, headers) = (Method::GET, HeaderMap::new());
    let mut download = site.sendfile.send(Request::new(&method, &headers), "digits.txt");
    for (name, value) in
        [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("vary", "cookie"), ("vary", "accept-language")]
    {
        download = download.header(name.parse().unwrap(), value.parse().unwrap());
    }
    let response = download.respond().unwrap();
    assert_eq!(response.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert!(header(&response, "location").unwrap().ends_with("&vary=cookie%2C%20accept-language"));
}

#[test]
fn a_hand_off_names_the_file_and_carries_nothing() {
    for (backend, reference, validators) in [
        ("nginx", ("x-accel-redirect", "/private/digits.txt".to_owned()), false),
        (
            "mod_wsgi",
            (
                "location",
                "/private/digits.txt?disposition=inline%3B%20filename%3D%22digits.txt%22&type=text/plain"
                    .to_owned(),
            ),
            false,
        ),
        ("xsendfile", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
        ("mod_xsendfile", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
        ("lighttpd", ("x-sendfile", "{root}/digits.txt".to_owned()), true),
    ] {
        let site = Site::new(backend);
        // What the server in front evaluates is not evaluated here.
        for headers in
            [&[][..], &[("range", "bytes=0-0")], &[("if-none-match", "*")], &[("if-match", "\"x\"")]]
        {
            let response = site.get(headers);
            assert_eq!((response.status, response.body.length()), (StatusCode::OK, 0), "{backend}");
            let value = reference.1.replace("{root}", site.root.path().to_str().unwrap());
            assert_eq!(header(&response, reference.0), Some(value.as_str()), "{backend}");
            let mut expected = vec!["content-disposition", "content-type", reference.0];
            expected.extend(validators.then_some(["etag", "last-modified"]).into_iter().flatten());
            expected.sort_unstable();
            assert_eq!(names(&response), expected, "{backend}");
        }
    }
}

#[test]
fn a_symlink_is_handed_off_as_what_it_leads_to() {
    let site = Site::new("nginx");
    std::os::unix::fs::symlink("digits.txt", site.root.path().join("link.pdf")).unwrap();
    let response = site.request(Method::GET, "link.pdf", &[]);
    assert_eq!(header(&response, "x-accel-redirect"), Some("/private/digits.txt"));
    assert_eq!(header(&response, "content-type"), Some("application/pdf"));
    assert_eq!(header(&response, "content-disposition"), Some("inline; filename=\"link.pdf\""));
}

#[test]
fn a_name_that_cannot_be_carried_is_streamed() {
    let site = Site::new("xsendfile");
    site.write("100%.txt", b"percent");
    let response = site.request(Method::GET, "100%.txt", &[("range", "bytes=0-2")]);
    assert_eq!(response.rule.map(|rule| rule.name), Some("percent sign"));
    assert_eq!((response.status, content(&response)), (StatusCode::PARTIAL_CONTENT, b"per".to_vec()));
    assert_eq!(header(&response, "x-sendfile"), None);
}

#[test]
fn a_file_that_is_not_looked_at_has_a_tag_that_nothing_matches() {
    let config =
        Config::builder().backend("mod_xsendfile").root("/nowhere").check_file_exists(false).build().unwrap();
    let sendfile = Sendfile::new(config);
    let (method, headers) = (Method::GET, HeaderMap::new());
    let etag = || {
        let response = sendfile.send(Request::new(&method, &headers), "missing").respond().unwrap();
        assert_eq!(header(&response, "x-sendfile"), Some("/nowhere/missing"));
        assert_eq!(header(&response, "last-modified"), None);
        header(&response, "etag").unwrap().to_owned()
    };
    assert_ne!(etag(), etag());
}

#[test]
fn a_missing_file_is_a_404_whose_path_is_for_the_log() {
    let site = Site::new("nginx");
    let (method, headers) = (Method::GET, HeaderMap::new());
    let error = site.sendfile.send(Request::new(&method, &headers), "missing").respond().unwrap_err();
    assert_eq!(error.status(), StatusCode::NOT_FOUND);
    assert!(error.to_string().ends_with("/missing\" is not sent: it does not exist"), "{error}");
}

#[test]
fn a_file_that_shrinks_ends_the_body_with_an_error() {
    let site = Site::new("simple");
    let response = site.get(&[]);
    File::options().write(true).open(site.root.path().join("digits.txt")).unwrap().set_len(4).unwrap();
    let mut reader = response.body.reader();
    let mut content = Vec::new();
    assert_eq!(reader.read_to_end(&mut content).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(content, b"0123");
}

#[test]
fn a_file_that_is_replaced_is_sent_as_it_was() {
    let site = Site::new("simple");
    let response = site.get(&[]);
    site.write("new", b"abcdefghij");
    std::fs::rename(site.root.path().join("new"), site.root.path().join("digits.txt")).unwrap();
    assert_eq!(content(&response), b"0123456789");
}

#[test]
fn readers_of_one_body_do_not_disturb_each_other() {
    let site = Site::new("simple");
    let response = site.get(&[("range", "bytes=1-8")]);
    let (mut one, mut two) = (response.body.reader(), response.body.reader());
    let mut byte = [0];
    for expected in b"12345678" {
        for reader in [&mut one, &mut two] {
            reader.read_exact(&mut byte).unwrap();
            assert_eq!(byte[0], *expected);
        }
    }
    assert_eq!((one.remaining(), one.read(&mut byte).unwrap()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever the client sends, the answer is one of six, its Content-Length is its body's length,
    /// and it never carries more than the file and a bounded head for each range.
    #[test]
    fn every_request_has_an_answer(
        headers in proptest::collection::vec((0..6usize, header_values()), 0..5),
        head in any::<bool>(),
    ) {
        const NAMES: [&str; 6] = ["range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
        let site = Site::new("simple");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                map.append(NAMES[name], value);
            }
        }
        let method = if head { Method::HEAD } else { Method::GET };
        let response = site.sendfile.send(Request::new(&method, &map), "digits.txt").respond().unwrap();
        prop_assert!([200, 206, 304, 412, 416].contains(&response.status.as_u16()));
        let body = content(&response);
        prop_assert_eq!(body.len() as u64, response.body.length());
        if let (Some(length), false) = (header(&response, "content-length"), head) {
            prop_assert_eq!(length, body.len().to_string());
        }
        prop_assert!(body.len() <= 10 + 33 * 160, "{} bytes", body.len());
        prop_assert_eq!(response.status == 304, !response.headers.contains_key("content-length"));
    }
}

fn header_values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "bytes=[0-9]{0,2}-[0-9]{0,2}(,[0-9]{0,2}-[0-9]{0,2}){0,4}".prop_map(String::into_bytes),
        Just(ETAG.as_bytes().to_vec()),
        Just(MODIFIED.as_bytes().to_vec()),
        Just(b"*".to_vec()),
        "(W/)?\"[a-z]{0,3}\"(, \"[a-z]\"){0,3}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..30),
    ]
}
