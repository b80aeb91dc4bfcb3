//! Dialects: what each server is told, and that it is read back as the same file.

use http::HeaderName;
use http::header::LOCATION;
use proptest::prelude::*;
use xsendfile::dialect::{
    CADDY, Dialect, Escaping, LIGHTTPD, MOD_WSGI, MOD_XSENDFILE, NGINX, REQUEST_HEADERS, Reference,
    X_SENDFILE, is_reserved,
};
use xsendfile::{Backend, InternalUrl, Location, Locations, Name, Root, Symlinks};

fn locations() -> Locations {
    let location = |root, url: Option<&str>| {
        let url = url.map(|url| InternalUrl::parse(url).unwrap());
        Location::new(Root::new(root, Symlinks::Beneath).unwrap(), url)
    };
    Locations::new(vec![
        location("/srv/files", Some("/private/")),
        location("/srv/ünïcode %41 files", Some("/prïvate %41?")),
        location("/srv/more", Some("/privateer")),
        location("/srv/unpublished", None),
    ])
    .unwrap()
}

fn dialects() -> impl Iterator<Item = &'static Dialect> {
    Backend::all().iter().filter_map(|backend| backend.dialect())
}

fn written(dialect: &'static Dialect, name: &[u8]) -> Result<String, &'static str> {
    let locations = locations();
    match dialect.write(locations.first(), &Name::parse(name).unwrap()) {
        Ok(hand_off) => Ok(hand_off.wire().iter().map(|&byte| char::from(byte)).collect()),
        Err(rule) => Err(rule.name),
    }
}

/// What each of these servers is told, in this order.
const SERVERS: [&Dialect; 6] = [&NGINX, &MOD_WSGI, &CADDY, &MOD_XSENDFILE, &LIGHTTPD, &X_SENDFILE];

#[test]
fn what_each_server_is_told() {
    const CONTROL: &str = "! control character";
    const SPACE: &str = "! space at the end";
    const PERCENT: &str = "! percent sign";
    const QUESTION: &str = "! question mark";
    const NUMBER: &str = "! number sign";
    const BYTES: &str = "! not UTF-8";
    // Without the prefix of the location; bytes on the wire are shown as Latin-1 characters.
    #[rustfmt::skip]
    let cases: &[(&[u8], [&str; 6])] = &[
        // name          nginx          mod_wsgi       caddy       mod_xsendfile  lighttpd       xsendfile
        (b"a/b.txt",     ["a/b.txt",     "a/b.txt",     "a/b.txt",  "a/b.txt",     "a/b.txt",     "a/b.txt"]),
        (b"a b",         ["a%20b",       "a%20b",       "a b",      "a b",         "a%20b",       "a b"]),
        (b"100%",        ["100%25",      "100%25",      PERCENT,    "100%",        "100%25",      PERCENT]),
        (b"%41",         ["%2541",       "%2541",       PERCENT,    "%41",         "%2541",       PERCENT]),
        (b"a+b",         ["a%2Bb",       "a%2Bb",       "a+b",      "a+b",         "a%2Bb",       "a+b"]),
        (b"a?b",         ["a%3Fb",       "a%3Fb",       QUESTION,   "a?b",         "a%3Fb",       "a?b"]),
        (b"a#b",         ["a%23b",       "a%23b",       NUMBER,     "a#b",         "a%23b",       "a#b"]),
        (b"a\"\\;b",    ["a%22%5C%3Bb", "a%22%5C%3Bb", "a\"\\;b", "a\"\\;b",    "a%22%5C%3Bb", "a\"\\;b"]),
        (b"\xc3\xa9",    ["%C3%A9",      "%C3%A9",      "\u{c3}\u{a9}", "\u{c3}\u{a9}", "%C3%A9",      "\u{c3}\u{a9}"]),
        (b"\xff",        ["%FF",         "%FF",         "\u{ff}",   "\u{ff}",      BYTES,         BYTES]),
        (b"a\nb",        ["a%0Ab",       "a%0Ab",       CONTROL,    CONTROL,       CONTROL,       CONTROL]),
        (b"a\tb",        ["a%09b",       "a%09b",       CONTROL,    CONTROL,       CONTROL,       CONTROL]),
        (b"\x7f",        ["%7F",         "%7F",         CONTROL,    CONTROL,       CONTROL,       CONTROL]),
        (b"a ",          ["a%20",        "a%20",        SPACE,      SPACE,         "a%20",        SPACE]),
    ];
    assert_eq!(dialects().count(), SERVERS.len(), "every dialect has a column");
    for (name, told) in cases {
        for (dialect, told) in SERVERS.into_iter().zip(told) {
            let prefix = if dialect.reference == Reference::Uri { "/private/" } else { "/srv/files/" };
            let expected = match told.strip_prefix("! ") {
                Some(rule) => Err(rule),
                None => Ok(format!("{prefix}{told}")),
            };
            assert_eq!(written(dialect, name), expected, "{name:?} to {}", dialect.name);
        }
    }
}

#[test]
fn a_name_too_long_for_a_header_is_refused() {
    let (ascii, umlauts) = (["a"; 1000].join("/"), ["ä"; 290].join("/"));
    for dialect in dialects() {
        assert!(written(dialect, ascii.as_bytes()).is_ok(), "{}", dialect.name);
        assert_eq!(written(dialect, ["a"; 1030].join("/").as_bytes()), Err("longer than 2048 bytes"));
        let encoded = written(dialect, ["ä"; 300].join("/").as_bytes());
        let longer_as_written = dialect.escaping == Escaping::Percent;
        assert_eq!(encoded.is_err(), longer_as_written, "{}", dialect.name);
        assert!(written(dialect, umlauts.as_bytes()).is_ok(), "{}", dialect.name);
    }
}

#[test]
fn without_an_internal_url_the_path_is_told() {
    let locations = locations();
    let location = locations.iter().last().unwrap();
    for dialect in dialects() {
        let hand_off = dialect.write(location, &Name::parse("é".as_bytes()).unwrap()).unwrap();
        assert_eq!(hand_off.readable(), "/srv/unpublished/é".as_bytes(), "{}", dialect.name);
        let found = dialect.read(hand_off.wire(), &locations).unwrap();
        assert_eq!(found.path().to_str(), Some("/srv/unpublished/é"));
    }
}

#[test]
fn what_is_not_beneath_a_location_is_not_read() {
    let locations = locations();
    for dialect in dialects() {
        for value in [
            "",
            "/",
            "/private",
            "/private/",
            "/private/..",
            "/private/../../../etc/passwd",
            "/private/alice/../bob/a",
            "/srv/files/alice/../bob/a",
            "/etc/passwd",
            "x",
            "/srv/files/../secret",
            "/srv/files",
            "/srv/filesystem/a",
        ] {
            let read = dialect.read(value.as_bytes(), &locations);
            assert!(read.is_err(), "{value:?} is {read:?} to {}", dialect.name);
        }
    }
    assert!(NGINX.read(b"/private/alice/..%2fbob/a", &locations).is_err());
}

#[test]
fn mod_wsgi_carries_what_the_application_set() {
    let locations = locations();
    let hand_off = MOD_WSGI.write(locations.first(), &Name::parse(b"a?b").unwrap()).unwrap();
    let headers = [
        (http::header::CONTENT_DISPOSITION, "attachment; filename=\"a&b=c%.txt\"; filename*=UTF-8''%C3%A9"),
        (http::header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (http::header::SET_COOKIE, "not=carried"),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
    assert_eq!(
        hand_off.value(&headers),
        "/private/a%3Fb?disposition=attachment%3B%20filename%3D%22a%26b%3Dc%25.txt%22%3B%20filename%2A%3DUTF-8%27%27%25C3%25A9&type=text/plain%3B%20charset%3Dutf-8"
    );
    let found = MOD_WSGI.read(hand_off.value(&headers).as_bytes(), &locations).unwrap();
    assert_eq!(found.name.as_bytes(), b"a?b");
}

/// Any name that a file system can hold, the troublesome bytes often.
fn names() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        3 => any::<u8>(),
        1 => proptest::sample::select(b" %+?#\"\\;&=./\t\r\n\x7f\x80\xc3\xa9".as_slice()),
        1 => b'a'..=b'f',
    ];
    let utf8 = "\\PC{1,12}".prop_map(String::into_bytes);
    prop_oneof![proptest::collection::vec(byte, 1..24), utf8]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_is_written_is_read_back(bytes in names(), place in 0..4usize) {
        let Ok(name) = Name::parse(&bytes) else { return Ok(()) };
        let locations = locations();
        let location = locations.iter().nth(place).unwrap();
        for dialect in dialects() {
            let Ok(hand_off) = dialect.write(location, &name) else { continue };
            prop_assert!(hand_off.wire().iter().all(|byte| !byte.is_ascii_control()), "{}", dialect.name);
            let found = dialect.read(hand_off.wire(), &locations);
            prop_assert!(found.is_ok(), "{} does not read its own {:?}", dialect.name, hand_off);
            let found = found.unwrap();
            prop_assert_eq!(found.path(), location.root().join(&name), "{}", dialect.name);
        }
    }

    #[test]
    fn whatever_is_read_is_a_name_beneath_a_root(value in proptest::collection::vec(any::<u8>(), 0..40), prefix in "(/private/|/srv/files/|/)?") {
        let value = [prefix.as_bytes(), &value].concat();
        let locations = locations();
        for dialect in dialects() {
            if let Ok(found) = dialect.read(&value, &locations) {
                let name = Name::parse(found.name.as_bytes());
                prop_assert_eq!(name.as_ref(), Ok(&found.name));
            }
        }
    }

    /// Every name is either carried or refused by a rule that has a name; nothing panics.
    #[test]
    fn every_name_is_carried_or_refused(bytes in names()) {
        let Ok(name) = Name::parse(&bytes) else { return Ok(()) };
        let locations = locations();
        for dialect in dialects() {
            match dialect.write(locations.first(), &name) {
                Ok(hand_off) => drop(hand_off.value(&http::HeaderMap::new())),
                Err(rule) => prop_assert!(!rule.name.is_empty()),
            }
        }
    }
}

#[test]
fn a_server_removes_every_header_of_a_hand_off_from_requests() {
    let listed: Vec<HeaderName> = REQUEST_HEADERS.iter().map(|name| name.parse().unwrap()).collect();
    assert!(listed.iter().all(is_reserved));
    let underscored = REQUEST_HEADERS.iter().map(|name| name.to_lowercase().replace('-', "_"));
    assert!(underscored.map(|name| name.parse().unwrap()).all(|name| is_reserved(&name)));
    for harmless in ["x-accel", "x_send-me", "x-litespeed", "accept"] {
        assert!(!is_reserved(&harmless.parse().unwrap()), "{harmless}");
    }
    for dialect in dialects() {
        let pace = dialect.limit_rate.as_ref().map(|rate| &rate.header);
        for header in [Some(&dialect.header), pace, dialect.buffering.as_ref()].into_iter().flatten() {
            assert!(listed.contains(header) || *header == LOCATION, "{header}");
        }
    }
}
