//! What operators are told once: why files are streamed, and what changes nothing. What was told is
//! remembered by the process, so this test has one of its own.

#[path = "../../xsendfile-hyper/tests/support/events.rs"]
#[allow(dead_code, unreachable_pub, missing_docs, missing_debug_implementations)]
mod events;

use events::Events;
use http::{HeaderMap, Method};
use tracing::Level;
use xsendfile::{Config, Download, Request, Sendfile};

/// What an event tells in its fields: which one, and its value.
type Told = Option<(&'static str, &'static str)>;

type Change = for<'a> fn(Download<'a>) -> Download<'a>;

/// Hands off as it is.
const PLAIN: Change = |download| download;

#[test]
fn each_rule_and_each_extra_is_told_once_for_each_backend() {
    let root = tempfile::tempdir().unwrap();
    for name in ["plain.txt", "50%.txt", "100%.txt", "a\nb.txt"] {
        std::fs::write(root.path().join(name), name).unwrap();
    }
    let (events, _guard) = Events::listen();
    let rule = |name| Some(("rule", name));
    #[rustfmt::skip]
    let cases: &[(&str, &str, Change, Told)] = &[
        ("xsendfile", "plain.txt", PLAIN, None),
        ("xsendfile", "50%.txt",   PLAIN, rule("percent sign")),
        // The same rule, by whatever file, and by whatever `Sendfile`.
        ("xsendfile", "50%.txt",   PLAIN, None),
        ("xsendfile", "100%.txt",  PLAIN, None),
        // Another rule, and another backend.
        ("xsendfile", "a\nb.txt",  PLAIN, rule("control character")),
        ("caddy",     "50%.txt",   PLAIN, rule("percent sign")),
        ("caddy",     "50%.txt",   PLAIN, None),
        ("xsendfile", "plain.txt", |download| download.content_encoding("gzip"), rule("content encoding, which this server drops")),
        ("xsendfile", "plain.txt", |download| download.content_encoding("br"), None),
        // What is streamed because the application said so has no rule.
        ("lighttpd",  "a\nb.txt",  |download| download.streamed(), None),
        ("lighttpd",  "a\nb.txt",  PLAIN, rule("control character")),
        ("simple",    "a\nb.txt",  PLAIN, None),
        ("caddy",     "plain.txt", |download| download.limit_rate(1), Some(("extra", "limit_rate"))),
        ("caddy",     "plain.txt", |download| download.limit_rate(2), None),
    ];
    for (backend, name, change, told) in cases {
        let config = Config::builder().backend(*backend).root(root.path()).url("/private");
        let sendfile = Sendfile::new(config.build().unwrap());
        let headers = HeaderMap::new();
        let response = change(sendfile.send(Request::new(&Method::GET, &headers), name)).respond().unwrap();

        let heard = events.take();
        let Some((field, value)) = told else {
            assert!(heard.is_empty(), "{backend} {name}: {heard:?}");
            continue;
        };
        let [event] = &heard[..] else { panic!("{backend} {name}: {heard:?}") };
        assert_eq!((event.level, &*event.fields["backend"]), (Level::WARN, *backend), "{name}");
        assert_eq!(event.fields.get(field).map(String::as_str), Some(*value), "{backend} {name}");
        assert!(event.fields["message"].contains(value), "{backend} {name}: {event:?}");
        if *field == "rule" {
            assert!(response.hand_off.is_none(), "{backend} {name}");
            assert_eq!(response.body.length(), name.len() as u64, "{backend} {name}: the file itself");
        }
    }
}
