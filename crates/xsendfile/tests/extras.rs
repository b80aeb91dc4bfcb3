//! Extras: how each backend says a rate, buffering, a charset and an expiry, or that it cannot.

use std::time::Duration;

use http::{HeaderMap, Request};
use tempfile::TempDir;
use xsendfile::{Buffering, Config, ConfigBuilder, Delivery, Extra, Sendfile};

fn files() -> TempDir {
    let files = tempfile::tempdir().unwrap();
    for name in ["a.txt", "a.bin", "100%.txt"] {
        std::fs::write(files.path().join(name), "content").unwrap();
    }
    files
}

fn config(files: &TempDir, backend: &str) -> ConfigBuilder {
    Config::builder().backend(backend).root(files.path()).url("/private")
}

fn everything() -> Delivery {
    Delivery::new()
        .limit_rate(100_000)
        .buffering(Buffering::Off)
        .charset("utf-8")
        .expires(Duration::from_secs(60))
}

fn said(headers: &HeaderMap) -> Vec<(&str, &str)> {
    let names = [
        "x-accel-limit-rate",
        "x-lighttpd-kbytes-per-second",
        "x-accel-buffering",
        "content-type",
        "cache-control",
    ];
    names.into_iter().filter_map(|name| Some((name, headers.get(name)?.to_str().unwrap()))).collect()
}

/// Backend, file, the headers that say it, and what is not said.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [Extra]);

#[test]
fn each_backend_says_what_its_server_acts_on() {
    use Extra::{Buffering, LimitRate};
    const TEXT: (&str, &str) = ("content-type", "text/plain; charset=utf-8");
    const KEPT: (&str, &str) = ("cache-control", "private, max-age=60");
    #[rustfmt::skip]
    let cases: &[Case] = &[
        ("simple",          "a.txt",    &[("x-accel-buffering", "no"), TEXT, KEPT],                  &[LimitRate]),
        ("nginx",           "a.txt",    &[("x-accel-limit-rate", "100000"), TEXT, KEPT],             &[]),
        ("lighttpd",        "a.txt",    &[("x-lighttpd-kbytes-per-second", "98"), TEXT, KEPT],       &[Buffering]),
        ("xsendfile",       "a.txt",    &[TEXT, KEPT],                                               &[LimitRate, Buffering]),
        ("mod_xsendfile",   "a.txt",    &[TEXT, KEPT],                                               &[LimitRate, Buffering]),
        ("mod_wsgi",        "a.txt",    &[TEXT, KEPT],                                               &[LimitRate, Buffering]),
        ("caddy",           "a.txt",    &[TEXT, KEPT],                                               &[LimitRate, Buffering]),
        // Streamed, with the server in front all the same.
        ("caddy",           "100%.txt", &[TEXT, KEPT],                                               &[LimitRate, Buffering]),
        // Only text has a charset.
        ("nginx",           "a.bin",    &[("x-accel-limit-rate", "100000"), ("content-type", "application/octet-stream"), KEPT], &[]),
    ];
    let files = files();
    for (backend, name, expected, unsupported) in cases {
        let sendfile = Sendfile::new(config(&files, backend).build().unwrap());
        let request = Request::new(());
        let response = sendfile.send(&request, name).delivery(everything()).respond().unwrap();
        assert_eq!(said(&response.headers), *expected, "{backend} {name}");
        assert_eq!(response.unsupported, *unsupported, "{backend} {name}");
    }
}

#[test]
fn what_nginx_has_in_front_of_it_is_told_its_pace_too() {
    let files = files();
    let sendfile = Sendfile::new(config(&files, "nginx").build().unwrap());
    let request = Request::new(());
    let response = sendfile.send(&request, "a.txt").delivery(everything()).streamed().respond().unwrap();
    assert!(response.hand_off.is_none());
    assert_eq!(said(&response.headers)[..2], [("x-accel-limit-rate", "100000"), ("x-accel-buffering", "no")]);
}

#[test]
fn a_download_wins_over_the_settings() {
    let files = files();
    let settings = config(&files, "nginx")
        .limit_rate(5)
        .buffering(Buffering::On)
        .charset("koi8-r")
        .expires(Duration::from_secs(1));
    let sendfile = Sendfile::new(settings.build().unwrap());
    let request = Request::new(());
    let of = |delivery: Delivery| sendfile.send(&request, "a.txt").delivery(delivery).respond().unwrap();
    let charset = |value| ("content-type", value);
    assert_eq!(
        said(&of(Delivery::new()).headers),
        [
            ("x-accel-limit-rate", "5"),
            charset("text/plain; charset=koi8-r"),
            ("cache-control", "private, max-age=1")
        ]
    );
    let none = Delivery::new()
        .limit_rate(0)
        .charset("")
        .header(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    assert_eq!(
        said(&of(none).headers),
        [("x-accel-limit-rate", "0"), charset("text/plain"), ("cache-control", "no-store")]
    );
    for another_type in ["x, text/html", "x; charset=utf-7", "\"", "x\r\ny"] {
        let delivery = Delivery::new().charset(another_type);
        assert!(sendfile.send(&request, "a.txt").delivery(delivery).respond().is_err(), "{another_type:?}");
    }
    let own = Delivery::new().media_type("text/plain; charset=ascii");
    assert_eq!(said(&of(own).headers)[1], charset("text/plain; charset=ascii"));
    assert!(of(everything()).unsupported.is_empty());
}

#[test]
fn a_setting_that_the_backend_cannot_say_is_an_error_at_start() {
    let files = files();
    type Change = fn(ConfigBuilder) -> ConfigBuilder;
    #[rustfmt::skip]
    let cases: &[(&str, Change, &str)] = &[
        ("simple", |c| c.limit_rate(5),
            "SENDFILE_LIMIT_RATE = 5: the backend simple does not support it; remove it, or write a backend that does: nginx, lighttpd"),
        ("caddy", |c| c.limit_rate(5),
            "SENDFILE_LIMIT_RATE = 5: the backend caddy does not support it; remove it, or write a backend that does: nginx, lighttpd"),
        ("lighttpd", |c| c.buffering(Buffering::Off),
            "SENDFILE_BUFFERING = false: the backend lighttpd does not support it; remove it, or write a backend that does: development, simple, nginx"),
        ("nginx", |c| c.charset("utf 8"),
            "SENDFILE_CHARSET = \"utf 8\": it is not the name of a charset; write one such as \"utf-8\""),
    ];
    for (backend, change, message) in cases {
        let error = change(config(&files, backend)).build().unwrap_err();
        assert_eq!(error.to_string(), *message);
    }
    // No limit is what there is everywhere.
    assert!(config(&files, "simple").limit_rate(0).build().is_ok());
}

#[test]
fn encoded_bytes_are_never_sent_as_if_they_were_not() {
    let files = files();
    for (backend, handed_off) in [
        ("nginx", false),
        ("xsendfile", false),
        ("mod_xsendfile", false),
        ("mod_wsgi", true),
        ("lighttpd", true),
        ("caddy", true),
    ] {
        let sendfile = Sendfile::new(config(&files, backend).build().unwrap());
        let request = Request::new(());
        let response = sendfile.send(&request, "a.txt").content_encoding("gzip").respond().unwrap();
        assert_eq!(response.hand_off.is_some(), handed_off, "{backend}");
        assert_eq!(response.headers["content-encoding"], "gzip");
        assert_eq!(response.rule.is_some(), !handed_off);
    }
}
