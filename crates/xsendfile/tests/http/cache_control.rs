//! Who may keep what is answered about a file.

use xsendfile::{Backend, ConfigBuilder, Delivery};

use super::*;

const BACKENDS: [&str; 7] =
    ["simple", "nginx", "xsendfile", "mod_xsendfile", "mod_wsgi", "lighttpd", "caddy"];

#[test]
fn nobody_in_between_keeps_any_answer_about_a_file() {
    for backend in BACKENDS {
        let site = Site::new(backend);
        for headers in [
            &[][..],
            &[("range", "bytes=0-1")],
            &[("range", "bytes=0-1,5-6")],
            &[("range", "bytes=10-")],
            &[("if-none-match", "*")],
            &[("if-match", "\"x\"")],
        ] {
            let response = site.get(headers);
            assert_eq!(
                header(&response, "cache-control"),
                Some("private, no-cache"),
                "{backend} {headers:?}"
            );
        }
        let (method, headers) = (Method::GET, HeaderMap::new());
        let description = site.sendfile.send(Request::new(&method, &headers), "digits.txt").describe();
        assert_eq!(description.unwrap().headers["cache-control"], "private, no-cache");
    }
}

#[test]
fn every_server_keeps_what_protects_a_file() {
    for dialect in Backend::all().iter().filter_map(|backend| backend.dialect()) {
        for name in ["cache-control", "content-security-policy", "x-frame-options", "vary"] {
            assert!(dialect.keeps(&HeaderName::from_static(name)), "{} {name}", dialect.name);
        }
    }
}

type Settings = fn(ConfigBuilder) -> ConfigBuilder;
type Call = fn(Delivery) -> Delivery;

/// The application's own header over what this download says, over the settings, over the default.
#[test]
fn the_nearest_word_wins() {
    let none: Settings = |config| config;
    let kept: Settings = |config| config.cache_control("private, max-age=600");
    let minute: Settings = |config| config.expires(Duration::from_secs(60));
    let silent: Settings = |config| config.cache_control("");
    #[rustfmt::skip]
    let cases: &[(Settings, Call, Option<&str>)] = &[
        (none, |d| d, Some("private, no-cache")),
        (kept, |d| d, Some("private, max-age=600")),
        (minute, |d| d, Some("private, max-age=60")),
        (silent, |d| d, None),
        (none, |d| d.cache_control("public, max-age=5"), Some("public, max-age=5")),
        (none, |d| d.cache_control(" no-store "), Some("no-store")),
        (none, |d| d.expires(Duration::from_secs(5)), Some("private, max-age=5")),
        (kept, |d| d.expires(Duration::from_secs(5)), Some("private, max-age=5")),
        (minute, |d| d.cache_control("no-store"), Some("no-store")),
        (minute, |d| d.cache_control(""), None),
        (silent, |d| d.cache_control("private"), Some("private")),
        (minute, |d| d.cache_control("private").header(http::header::CACHE_CONTROL, value("no-store")), Some("no-store")),
        // It does not say that nobody else may keep the file.
        (none, |d| d.header(http::header::EXPIRES, value(MODIFIED)), Some("private, no-cache")),
    ];
    for (position, (settings, call, expected)) in cases.iter().enumerate() {
        for backend in ["simple", "nginx", "mod_wsgi"] {
            let site = Site::with(backend, settings);
            let response = site.deliver(call(Delivery::new()), &[]).unwrap();
            assert_eq!(header(&response, "cache-control"), *expected, "{backend} {position}");
            assert_eq!(
                response.headers.get_all("cache-control").iter().count(),
                usize::from(expected.is_some())
            );
            let not_modified = site.deliver(call(Delivery::new()), &[("if-none-match", "*")]).unwrap();
            assert_eq!(header(&not_modified, "cache-control"), *expected, "{backend} {position}");
        }
    }
}

/// What has no part of the file is not kept as long as the file may be.
#[test]
fn a_lifetime_is_of_the_file_alone() {
    #[rustfmt::skip]
    let cases: &[(Call, Option<&str>)] = &[
        (|d| d.cache_control("public, max-age=60"), Some("private, no-cache")),
        (|d| d.expires(Duration::from_secs(60)), Some("private, no-cache")),
        (|d| d.cache_control("No-Store, private"), Some("No-Store, private")),
        (|d| d.cache_control(""), None),
    ];
    let site = Site::new("simple");
    for (call, expected) in cases {
        for headers in [[("if-match", "\"x\"")], [("range", "bytes=10-")]] {
            let delivery = call(Delivery::new()).header(http::header::EXPIRES, value(MODIFIED));
            let response = site.deliver(delivery, &headers).unwrap();
            assert_eq!((header(&response, "cache-control"), header(&response, "expires")), (*expected, None));
        }
    }
}

#[test]
fn what_cannot_be_said_is_an_error_that_names_it() {
    let site = Site::new("nginx");
    for (delivery, message) in [
        (
            Delivery::new().cache_control("no-store").expires(Duration::from_secs(1)),
            r#""no-store" cannot be the value of cache-control: both cache_control and expires are given, and say the same header"#,
        ),
        (
            Delivery::new().cache_control("no-store\r\nx: y"),
            r#""no-store\r\nx: y" cannot be the value of cache-control: it holds a control character"#,
        ),
        (
            Delivery::new().cache_control("privé"),
            r#""privé" cannot be the value of cache-control: it is not ASCII"#,
        ),
    ] {
        assert_eq!(site.deliver(delivery, &[]).unwrap_err().to_string(), message);
    }
    let root = site.root.path();
    let config = || Config::builder().backend("nginx").root(root).url("/private");
    for (config, message) in [
        (
            config().cache_control("no-store").expires(Duration::from_secs(1)),
            r#"SENDFILE_CACHE_CONTROL = "no-store": SENDFILE_EXPIRES says the same header; write one of the two"#,
        ),
        (
            config().cache_control("a\nb"),
            r#"SENDFILE_CACHE_CONTROL = "a\nb": it holds a control character; write one such as "private, max-age=60""#,
        ),
    ] {
        assert_eq!(config.build().unwrap_err().to_string(), message);
    }
}
