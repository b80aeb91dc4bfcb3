//! What respected implementations get wrong is right here, over HTTP: the cases of tower-http's
//! `ServeDir`, of actix-files' `NamedFile`, and of their like in other languages.

mod support;

use std::fs::{File, FileTimes};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use support::client::{Http1, Reply};
use support::middleware::Middleware;
use support::site::{Site, bytes};
use support::way::{Server, Way};

const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

/// A file of a hundred bytes, last modified long ago.
async fn hundred(modified: SystemTime) -> (Site, Server) {
    let site = Site::new();
    let name = site.file(100);
    let file = File::options().write(true).open(site.path(&name)).expect("the file");
    file.set_times(FileTimes::new().set_modified(modified)).expect("its time");
    site.file(0);
    let server = Server::start(Way::Http11, Middleware::None, site.sendfile()).await;
    (site, server)
}

fn modified() -> SystemTime {
    UNIX_EPOCH + Duration::new(784_111_777, 123_456_789)
}

async fn ask(server: &Server, method: &str, name: &str, headers: &[(&str, &str)]) -> Reply {
    let mut client = Http1::new(server.connect().await);
    client.send(method, name, "1.1", headers).await;
    client.receive(method).await.expect("an answer")
}

#[tokio::test]
async fn ranges() {
    let (_site, server) = hundred(modified()).await;
    let whole = || (200, String::new(), bytes(0..100));
    let part = |first: u64, last: u64| (206, format!("bytes {first}-{last}/100"), bytes(first..last + 1));
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
        ("pages=0-9",      whole()),
        // Malformed ones are ignored.
        ("bytes=9-0",      whole()),
        ("bytes=a-b",      whole()),
        ("bytes=0-9,x",    whole()),
        ("bytes=+0-9",     whole()),
        ("0-9",            whole()),
        // One of several that lies within: a plain part.
        ("bytes=0-9,200-", part(0, 9)),
        // Overlapping and adjacent ones are joined.
        ("bytes=0-9,5-19", part(0, 19)),
        ("bytes=0-9,10-19", part(0, 19)),
        // More than the file.
        ("bytes=0-,0-",    whole()),
    ];
    for (range, (status, content_range, body)) in cases {
        let reply = ask(&server, "GET", "100.bin", &[("range", range)]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-range")),
            (status, &*content_range),
            "{range}"
        );
        assert_eq!(reply.body, body, "{range}");
        assert_eq!(reply.header("content-length"), body.len().to_string(), "{range}");
        assert_eq!(reply.headers.get_all("accept-ranges").iter().count(), 1, "{range}");
        if status == 416 {
            for name in ["etag", "last-modified", "content-type", "content-disposition"] {
                assert!(!reply.headers.contains_key(name), "{range}: {name}");
            }
        }
    }
    // Thousands of them.
    let many = format!("bytes={}", (0..1000).map(|at| format!("{at}-{at}")).collect::<Vec<_>>().join(","));
    assert_eq!(ask(&server, "GET", "100.bin", &[("range", &many)]).await.status, 200);
    // Twice the header is not a list.
    let twice = [("range", "bytes=0-9"), ("range", "bytes=10-19")];
    assert_eq!(ask(&server, "GET", "100.bin", &twice).await.status, 200);
}

#[tokio::test]
async fn several_ranges_are_multipart_with_an_exact_length() {
    let (_site, server) = hundred(modified()).await;
    // In the client's order.
    let reply = ask(&server, "GET", "100.bin", &[("range", "bytes=90-99,0-9")]).await;
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
        &bytes(90..100),
        b"\r\n",
        head("0-9").as_bytes(),
        &bytes(0..10),
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    assert_eq!(reply.body, expected);
    assert_eq!(reply.header("content-length"), expected.len().to_string());
}

#[tokio::test]
async fn a_stale_if_range_gets_the_whole_file() {
    let (_site, server) = hundred(modified()).await;
    let etag = ask(&server, "GET", "100.bin", &[]).await.header("etag").to_owned();
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
        let reply = ask(&server, "GET", "100.bin", &[("range", "bytes=0-9"), ("if-range", if_range)]).await;
        assert_eq!(reply.status, status, "{if_range}");
        assert_eq!(reply.body.len(), if status == 206 { 10 } else { 100 }, "{if_range}");
    }
}

#[tokio::test]
async fn preconditions_in_their_order() {
    let (_site, server) = hundred(modified()).await;
    let etag = ask(&server, "GET", "100.bin", &[]).await.header("etag").to_owned();
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
        let reply = ask(&server, "GET", "100.bin", headers).await;
        assert_eq!(reply.status, *status, "{headers:?}");
        match status {
            304 => {
                assert_eq!(
                    (reply.header("etag"), reply.header("last-modified")),
                    (etag, MODIFIED),
                    "{headers:?}"
                );
                assert!(!reply.headers.contains_key("content-length"), "{headers:?}");
            }
            412 => {
                assert_eq!((reply.header("content-length"), &*reply.body), ("0", &b""[..]), "{headers:?}");
                for name in ["etag", "last-modified", "content-type", "content-disposition"] {
                    assert!(!reply.headers.contains_key(name), "{headers:?}: {name}");
                }
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn head_answers_as_get_without_range_would() {
    let (_site, server) = hundred(modified()).await;
    let get = ask(&server, "GET", "100.bin", &[]).await;
    let head = ask(&server, "HEAD", "100.bin", &[("range", "bytes=0-9")]).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, "100"));
    for name in ["etag", "last-modified", "content-type", "content-disposition", "accept-ranges"] {
        assert_eq!(head.headers.get(name), get.headers.get(name), "{name}");
    }
}

#[tokio::test]
async fn an_empty_file_is_whole_and_has_no_range() {
    let (_site, server) = hundred(modified()).await;
    let reply = ask(&server, "GET", "0.bin", &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-length")), (200, "0"));
    let reply = ask(&server, "GET", "0.bin", &[("range", "bytes=0-")]).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-range")), (416, "bytes */0"));
}

#[tokio::test]
async fn a_time_that_http_cannot_say_is_not_said() {
    for time in [UNIX_EPOCH - Duration::from_secs(5), UNIX_EPOCH + Duration::from_secs(0x3_ffff_ffff)] {
        let (_site, server) = hundred(time).await;
        let reply = ask(&server, "GET", "100.bin", &[("if-modified-since", MODIFIED)]).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.body, bytes(0..100));
    }
}

#[tokio::test]
async fn an_archive_is_sent_as_the_archive_that_it_is() {
    let site = Site::new();
    std::fs::write(site.path("a.tar.gz"), "gzip").expect("a file");
    let server = Server::start(Way::Http11, Middleware::None, site.sendfile()).await;
    let reply = ask(&server, "GET", "a.tar.gz", &[]).await;
    assert_eq!(reply.header("content-type"), "application/gzip");
    assert!(!reply.headers.contains_key("content-encoding"));
}
