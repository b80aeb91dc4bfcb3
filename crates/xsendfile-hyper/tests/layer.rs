//! The server half: an inner service names a file, the layer sends it.

mod support;

use std::convert::Infallible;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use support::http1::{Http1, Reply};
use support::site::{KIB, MIB, Site, bytes};
use support::way::{Server, Way};
use tower::{Layer, ServiceExt, service_fn};
use xsendfile::dialect;
use xsendfile_hyper::{SendfileLayer, counters};

/// An application that answers what the request tells it to: `say-status`, and every header
/// `say-…` without that prefix. What it sees of the request it writes into its body.
async fn application(headers: HeaderMap) -> Response {
    let mut response = String::new().into_response();
    let mut seen = Vec::new();
    for (name, value) in &headers {
        match name.as_str().strip_prefix("say-") {
            Some("status") => {
                *response.status_mut() = value.to_str().expect("digits").parse().expect("a status");
            }
            Some(said) => {
                response.headers_mut().append(said.parse::<HeaderName>().expect("a name"), value.clone());
            }
            None => seen.push(name.as_str().to_owned()),
        }
    }
    response.headers_mut().remove("content-type");
    if let Some(said) = headers.get("say-content-type") {
        response.headers_mut().insert("content-type", said.clone());
    }
    response.headers_mut().insert("x-seen", HeaderValue::try_from(seen.join(" ")).expect("names"));
    response.map(|_| "the application's own body".into())
}

async fn server(site: &Site, backend: &str) -> Server {
    let layer = SendfileLayer::new(xsendfile_hyper::Sendfile::new(site.config(backend)));
    let router = Router::new().fallback(any(application)).layer(layer);
    Server::start_router(Way::Http11, router, std::time::Duration::from_secs(60)).await
}

async fn ask(server: &Server, method: &str, headers: &[(&str, &str)]) -> Reply {
    let mut client = Http1::new(server.connect().await);
    client.send(method, "", "1.1", headers).await;
    client.receive(method).await.expect("an answer")
}

#[tokio::test]
async fn a_named_file_is_sent_by_the_kernel_and_its_name_to_nobody() {
    let site = Site::new();
    let name = site.file(3 * MIB);
    let server = server(&site, "simple").await;
    let path = site.path(&name);
    for (header, value) in
        [("say-x-accel-redirect", format!("/private/{name}")), ("say-x-sendfile", path.display().to_string())]
    {
        let before = counters().kernel_bytes;
        let reply = ask(&server, "GET", &[(header, &value)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{header}");
        assert!(reply.body == bytes(0..3 * MIB));
        assert!(!reply.headers.contains_key(&header[4..]));
        // At least: the tests beside this one count too.
        assert!(counters().kernel_bytes - before >= 3 * MIB - 64 * KIB);
        assert_eq!(reply.header("content-type"), "application/octet-stream");
    }
}

#[tokio::test]
async fn ranges_and_preconditions_are_evaluated() {
    let site = Site::new();
    let name = format!("/private/{}", site.file(MIB));
    let server = server(&site, "nginx").await;
    let named = ("say-x-accel-redirect", name.as_str());

    let reply = ask(&server, "GET", &[named, ("range", "bytes=10-19")]).await;
    assert_eq!(
        (reply.status, reply.header("content-range")),
        (StatusCode::PARTIAL_CONTENT, "bytes 10-19/1048576")
    );
    assert!(reply.body == bytes(10..20));
    let reply = ask(&server, "GET", &[named, ("range", "bytes=0-0,10-19")]).await;
    assert!(reply.header("content-type").starts_with("multipart/byteranges; boundary="));
    let reply = ask(&server, "GET", &[named, ("range", "bytes=2000000-")]).await;
    assert_eq!(
        (reply.status, reply.header("content-range")),
        (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */1048576")
    );
    let reply = ask(&server, "HEAD", &[named]).await;
    assert_eq!((reply.status, reply.header("content-length")), (StatusCode::OK, "1048576"));

    // The application's validator wins, and is what the client's are compared with.
    let tagged = ("say-etag", "\"v1\"");
    let reply = ask(&server, "GET", &[named, tagged, ("if-none-match", "\"v1\"")]).await;
    assert_eq!((reply.status, reply.header("etag")), (StatusCode::NOT_MODIFIED, "\"v1\""));
    let reply = ask(&server, "GET", &[named, tagged, ("if-match", "\"v2\"")]).await;
    assert_eq!(reply.status, StatusCode::PRECONDITION_FAILED);
    for (if_range, status) in [("\"v1\"", 206), ("\"v0\"", 200)] {
        let reply =
            ask(&server, "GET", &[named, tagged, ("range", "bytes=0-0"), ("if-range", if_range)]).await;
        assert_eq!(reply.status, status, "{if_range}");
    }
    let dated = ("say-last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    let reply =
        ask(&server, "GET", &[named, dated, ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT")]).await;
    assert_eq!(reply.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_applications_headers_win_and_what_describes_its_body_goes() {
    let site = Site::new();
    let name = format!("/private/{}", site.file(KIB));
    let server = server(&site, "nginx").await;
    let reply = ask(
        &server,
        "GET",
        &[
            ("say-x-accel-redirect", &name),
            ("say-content-type", "text/x-own"),
            ("say-content-disposition", "attachment; filename=\"own\""),
            ("say-cache-control", "private"),
            ("say-set-cookie", "a=1"),
            ("say-set-cookie", "b=2"),
            ("say-content-range", "bytes 0-0/1"),
            ("say-accept-ranges", "none"),
        ],
    )
    .await;
    assert_eq!(reply.header("content-type"), "text/x-own");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"own\"");
    assert_eq!(reply.header("cache-control"), "private");
    assert_eq!(reply.headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(reply.header("content-length"), "1024");
    assert_eq!(reply.headers.get_all("accept-ranges").iter().collect::<Vec<_>>(), ["bytes"]);
    assert!(!reply.headers.contains_key("content-range"));
}

#[tokio::test]
async fn on_other_statuses_the_applications_response_stands_without_the_header() {
    let site = Site::new();
    let name = format!("/private/{}", site.file(KIB));
    let server = server(&site, "nginx").await;
    for status in ["201", "302", "403", "404", "500"] {
        let reply = ask(
            &server,
            "GET",
            &[
                ("say-status", status),
                ("say-x-accel-redirect", &name),
                ("say-x-accel-buffering", "no"),
                ("say-x-sendfile", "/etc/passwd"),
                ("say-x-sendfile-temporary", "1"),
            ],
        )
        .await;
        assert_eq!((reply.status.as_str(), &*reply.body), (status, &b"the application's own body"[..]));
        let leaked: Vec<_> = reply
            .headers
            .keys()
            .filter(|name| name.as_str().starts_with("x-") && *name != "x-seen")
            .collect();
        assert!(leaked.is_empty(), "{status}: {leaked:?}");
    }
}

#[tokio::test]
async fn nothing_that_a_client_says_reaches_the_application() {
    let site = Site::new();
    let server = server(&site, "nginx").await;
    let hostile = [
        ("X-Accel-Redirect", "/private/secret"),
        ("X-Accel-Mapping", "/=/private/"),
        ("x-accel-anything", "1"),
        ("X-Sendfile", "/etc/passwd"),
        ("X-Sendfile-Type", "X-Accel-Redirect"),
        ("X-SENDFILE2", "/etc/passwd"),
        ("X-LIGHTTPD-send-file", "/etc/passwd"),
        ("X-LIGHTTPD-KBytes-per-second", "1"),
        ("X-LiteSpeed-Location", "/private/secret"),
        ("x_accel_redirect", "/private/secret"),
        ("X-Accel_Mapping", "/=/private/"),
        ("X_Sendfile_Type", "X-Accel-Redirect"),
        ("x_lighttpd_send_file", "/etc/passwd"),
        ("X_LiteSpeed_Location", "/private/secret"),
        ("x-harmless", "1"),
    ];
    let reply = ask(&server, "GET", &hostile).await;
    assert_eq!(reply.header("x-seen"), "host x-harmless");
    assert_eq!(reply.body, b"the application's own body");
}

#[tokio::test]
async fn what_is_not_beneath_the_root_is_a_404() {
    let site = Site::new();
    site.file(KIB);
    std::os::unix::fs::symlink("/etc/passwd", site.path("out")).expect("a symlink");
    let server = server(&site, "simple").await;
    for (header, value) in [
        ("say-x-accel-redirect", "/private/missing"),
        ("say-x-accel-redirect", "/private/../../etc/passwd"),
        ("say-x-accel-redirect", "/private/%2e%2e/%2e%2e/etc/passwd"),
        ("say-x-accel-redirect", "/elsewhere/1024.bin"),
        ("say-x-accel-redirect", "/private/out"),
        ("say-x-accel-redirect", "/private/"),
        ("say-x-accel-redirect", ""),
        ("say-x-sendfile", "/etc/passwd"),
        ("say-x-sendfile", "1024.bin"),
    ] {
        let reply = ask(&server, "GET", &[(header, value), ("say-set-cookie", "a=1")]).await;
        assert_eq!((reply.status, &*reply.body), (StatusCode::NOT_FOUND, &b""[..]), "{header} {value}");
        assert_eq!(reply.header("cache-control"), "no-store", "{header} {value}");
    }
}

#[tokio::test]
async fn only_the_dialects_that_are_asked_for_are_understood() {
    let site = Site::new();
    std::fs::write(site.path("50% ü.txt"), "percent").expect("a file");
    let layer = SendfileLayer::new(site.config("simple")).dialects([&dialect::LIGHTTPD]);
    let router = Router::new().fallback(any(application)).layer(layer);
    let server = Server::start_router(Way::Http11, router, std::time::Duration::from_secs(60)).await;

    let encoded = format!("{}/50%25%20%C3%BC.txt", site.root.path().display());
    assert_eq!(ask(&server, "GET", &[("say-x-sendfile", &encoded)]).await.body, b"percent");
    let reply = ask(&server, "GET", &[("say-x-accel-redirect", "/private/50%25%20%C3%BC.txt")]).await;
    assert_eq!(reply.body, b"the application's own body");
    assert!(!reply.headers.contains_key("x-accel-redirect"));
}

#[tokio::test]
async fn it_reads_by_the_row_of_the_server_that_it_stands_in_for() {
    let site = Site::new();
    std::fs::write(site.path("a b.txt"), "ours").expect("a file");
    for (backend, header, value) in [
        ("caddy", "say-x-accel-redirect", "/private/a b.txt"),
        ("nginx", "say-x-accel-redirect", "/private/a%20b.txt"),
    ] {
        let server = server(&site, backend).await;
        let reply = ask(&server, "GET", &[(header, value)]).await;
        assert_eq!((reply.status, &*reply.body), (StatusCode::OK, &b"ours"[..]), "{backend}");
        assert!(!reply.headers.contains_key(&header[4..]), "{backend}");
    }
}

#[tokio::test]
async fn a_location_that_leads_to_no_file_of_ours_is_the_applications() {
    let site = Site::new();
    std::fs::write(site.path("a.txt"), "ours").expect("a file");
    let server = server(&site, "mod_wsgi").await;
    let reply = ask(&server, "GET", &[("say-location", "/private/a.txt?type=text/plain")]).await;
    assert_eq!((reply.body.as_slice(), reply.headers.get("location")), (b"ours".as_slice(), None));
    let reply = ask(&server, "GET", &[("say-location", "/elsewhere")]).await;
    assert_eq!(reply.body, b"the application's own body");
    assert_eq!(reply.headers["location"], "/elsewhere");
}

/// Apache acts on status 200 only, and so does the layer; the client has no use for the URL on any.
#[tokio::test]
async fn a_location_that_leads_to_one_of_our_files_reaches_no_client() {
    let site = Site::new();
    std::fs::write(site.path("a.txt"), "ours").expect("a file");
    let (apache, nginx) = (server(&site, "mod_wsgi").await, server(&site, "nginx").await);
    for (location, is_ours) in [
        ("/private/a.txt", true),
        ("/private/a.txt?type=text/plain", true),
        ("/private/%61.txt", true),
        // Whether it is there is nobody's business either.
        ("/private/missing.txt", true),
        ("/elsewhere", false),
        ("/privateer", false),
        ("/private/../login", false),
        ("/login?next=/private/a.txt", false),
        ("https://example.com/private/a.txt", false),
    ] {
        let said = ("say-location", location);
        for status in ["201", "301", "302", "303", "307", "308", "403", "404", "500"] {
            let reply = ask(&apache, "GET", &[("say-status", status), said]).await;
            assert_eq!((reply.status.as_str(), &*reply.body), (status, &b"the application's own body"[..]));
            assert_eq!(reply.header("location"), if is_ours { "" } else { location }, "{status} {location}");
        }
        // Behind another server a Location is a redirect, and nothing else.
        let reply = ask(&nginx, "GET", &[("say-status", "302"), said]).await;
        assert_eq!(reply.header("location"), location);
    }
    // Two of them are no redirect, but neither is shown.
    let reply =
        ask(&apache, "GET", &[("say-location", "/elsewhere"), ("say-location", "/private/a.txt")]).await;
    assert_eq!((reply.headers.get("location"), &*reply.body), (None, &b"the application's own body"[..]));
}

#[tokio::test]
async fn a_trailer_that_names_a_file_reaches_nobody() {
    let site = Site::new();
    let application = service_fn(async |_: Request<()>| {
        let said = [("x-sendfile", "/srv/files/a.txt"), ("server-timing", "db;dur=4")];
        let trailers: HeaderMap = said
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .into_iter()
            .collect();
        Ok::<_, Infallible>(http::Response::new(
            Full::<Bytes>::from("text").with_trailers(async move { Some(Ok(trailers)) }),
        ))
    });
    let response =
        SendfileLayer::new(site.config("simple")).layer(application).oneshot(Request::new(())).await;
    let collected = response.expect("an answer").into_body().collect().await.expect("a body");
    let names: Vec<_> = collected.trailers().expect("trailers").keys().cloned().collect();
    assert_eq!(names, ["server-timing"]);
    assert_eq!(collected.to_bytes(), "text");
}
