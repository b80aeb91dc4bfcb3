//! What a browser would run as the site.

use xsendfile::{Delivery, Lookup, dialect};

use super::*;

const CSP: &str = "content-security-policy";

#[test]
fn what_runs_in_a_browser_is_sandboxed_where_it_is_shown() {
    #[rustfmt::skip]
    let cases = [
        ("text/html", true),
        ("text/html; charset=utf-8", true),
        ("TEXT/HTML", true),
        ("application/xhtml+xml", true),
        ("image/svg+xml", true),
        ("Image/SVG+XML;x=y", true),
        ("text/xml", true),
        ("application/xml", true),
        ("text/xsl", true),
        ("application/mathml+xml", true),
        ("application/atom+xml", true),
        // As browsers read them.
        (" text/html", true),
        ("text/html x", true),
        ("text/html(", true),
        ("image/png, text/html", true),
        ("application/pdf", false),
        ("text/plain", false),
        ("text/plain; a=text/html", false),
        ("text/htmlx", false),
        ("image/png", false),
        ("application/octet-stream", false),
        ("application/xml-dtd", false),
        ("application/json", false),
    ];
    for backend in ["simple", "nginx", "mod_wsgi", "lighttpd"] {
        let site = Site::new(backend);
        for (media_type, is_sandboxed) in cases {
            let policy = is_sandboxed.then_some("sandbox");
            let delivery = || Delivery::new().media_type(media_type);
            for headers in [&[][..], &[("range", "bytes=0-1")], &[("if-none-match", "*")]] {
                let shown = site.deliver(delivery(), headers).unwrap();
                assert_eq!(header(&shown, CSP), policy, "{backend} {media_type} {headers:?}");
            }
            assert_eq!(header(&site.deliver(delivery().unnamed(), &[]).unwrap(), CSP), policy);
            assert_eq!(header(&site.deliver(delivery().attachment(), &[]).unwrap(), CSP), None);
        }
        for (name, policy) in [("a.html", Some("sandbox")), ("a.SVG", Some("sandbox")), ("a.pdf", None)] {
            site.write(name, b"content");
            assert_eq!(header(&site.request(Method::GET, name, &[]), CSP), policy, "{backend} {name}");
        }
    }
}

#[test]
fn the_nearest_policy_wins() {
    let html = || Delivery::new().media_type("text/html");
    let own = |d: Delivery| d.header(http::header::CONTENT_SECURITY_POLICY, value("script-src 'none'"));
    for (setting, delivery, policy) in [
        (Some(""), html(), None),
        (Some("sandbox allow-scripts"), html(), Some("sandbox allow-scripts")),
        (Some(""), html().sandbox("sandbox"), Some("sandbox")),
        (Some("sandbox"), html().sandbox(""), None),
        (None, html().sandbox("default-src 'self'; sandbox"), Some("default-src 'self'; sandbox")),
        (None, own(html().sandbox("sandbox")), Some("script-src 'none'")),
        // For what runs, and nothing else.
        (None, Delivery::new().sandbox("sandbox"), None),
        (None, own(Delivery::new()), Some("script-src 'none'")),
    ] {
        let site = Site::with("nginx", |config| match setting {
            Some(policy) => config.sandbox(policy),
            None => config,
        });
        let response = site.deliver(delivery, &[]).unwrap();
        assert_eq!(header(&response, CSP), policy, "{setting:?}");
        assert_eq!(response.headers.get_all(CSP).iter().count(), usize::from(policy.is_some()));
    }
}

/// A browser would ignore such a policy, and run what it is for.
#[test]
fn a_policy_without_a_sandbox_is_an_error() {
    let site = Site::new("simple");
    for (policy, problem) in [
        ("allow-scripts", "it has no directive sandbox"),
        ("default-src 'self'", "it has no directive sandbox"),
        ("sandbox\r\nx: y", "it holds a control character"),
    ] {
        let error = site.deliver(Delivery::new().sandbox(policy), &[]).unwrap_err();
        let message = format!("{policy:?} cannot be the value of content-security-policy: {problem}");
        assert_eq!(error.to_string(), message);
        let error = Config::builder().backend("simple").root(site.root.path()).sandbox(policy).build();
        let advice = "write True, False, or a policy such as \"sandbox allow-scripts\"";
        let message = format!("SENDFILE_SANDBOX = {policy:?}: {problem}; {advice}");
        assert_eq!(error.unwrap_err().to_string(), message);
    }
}

/// An application written for a server in front says nothing of either, or says its own.
#[test]
fn what_is_received_is_protected_too() {
    let site = Site::new("nginx");
    for (said, cache_control, policy) in [
        (&[("content-type", "text/html")][..], "private, no-cache", Some("sandbox")),
        (&[("content-type", "text/html"), ("content-disposition", "Attachment")], "private, no-cache", None),
        (
            &[("content-type", "text/html"), ("content-disposition", "x")],
            "private, no-cache",
            Some("sandbox"),
        ),
        (&[("content-type", "text/html"), (CSP, "x"), ("cache-control", "public")], "public", Some("x")),
        (&[], "private, no-cache", None),
    ] {
        let headers =
            said.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let (method, request) = (Method::GET, HeaderMap::new());
        let target = value("/private/digits.txt");
        let response = site
            .sendfile
            .receive(Request::new(&method, &request), &dialect::NGINX, &target, headers, Lookup::Blocking)
            .unwrap();
        assert_eq!(
            (header(&response, "cache-control"), header(&response, CSP)),
            (Some(cache_control), policy)
        );
    }
}
