//! Methods, headers, and what the caller says.

use super::*;

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
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(header(&response, name), Some(value), "{name}");
    }
    assert_eq!(response.headers.len(), 8);
}

#[test]
fn answers_that_carry_nothing_of_the_file() {
    let site = Site::new("simple");
    for (headers, status, expected) in [
        (&[("if-none-match", "*")][..], 304, &["cache-control", "etag", "last-modified"][..]),
        (&[("if-match", "\"x\"")], 412, &["cache-control", "content-length"]),
        (
            &[("range", "bytes=10-")],
            416,
            &["accept-ranges", "cache-control", "content-length", "content-range"],
        ),
    ] {
        let response = site.get(headers);
        assert_eq!(response.status.as_u16(), status);
        assert_eq!(names(&response), expected, "{status}");
        assert_eq!(response.body.length(), 0, "{status}");
    }
    assert_eq!(header(&site.get(&[("range", "bytes=10-")]), "content-range"), Some("bytes */10"));
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
    assert!(
        header(&response, "location").unwrap().ends_with("&vary=cookie%2C%20accept-language"),
        "{response:?}"
    );
}

#[test]
fn a_missing_file_is_a_404_whose_path_is_for_the_log() {
    let site = Site::new("nginx");
    let (method, headers) = (Method::GET, HeaderMap::new());
    let error = site.sendfile.send(Request::new(&method, &headers), "missing").respond().unwrap_err();
    assert_eq!(error.status(), StatusCode::NOT_FOUND);
    assert!(error.to_string().ends_with("/missing\" is not sent: it does not exist"), "{error}");
}
