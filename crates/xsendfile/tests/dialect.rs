//! Dialects: what each server is told, and that it is read back as the same file.

use proptest::prelude::*;
use xsendfile::backend::dialect::{Dialect, LIGHTTPD, MOD_WSGI, MOD_XSENDFILE, NGINX, X_SENDFILE};
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
    Backend::all().iter().filter_map(|backend| match backend {
        Backend::HandedOff(dialect) => Some(*dialect),
        Backend::Streamed(_) => None,
    })
}

fn written(dialect: &'static Dialect, name: &[u8]) -> Result<String, &'static str> {
    let locations = locations();
    match dialect.write(locations.first(), &Name::parse(name).unwrap()) {
        Ok(hand_off) => Ok(hand_off.wire().iter().map(|&byte| char::from(byte)).collect()),
        Err(rule) => Err(rule.name),
    }
}

/// What nginx, mod_wsgi, mod_xsendfile, lighttpd and any server with X-Sendfile are told.
type Told = [Result<String, &'static str>; 5];

#[test]
fn what_each_server_is_told() {
    // Bytes on the wire are shown as Latin-1 characters.
    let uri = |value: &str| Ok(format!("/private/{value}"));
    let path = |value: &str| Ok(format!("/srv/files/{value}"));
    let control = Err("control character");
    #[rustfmt::skip]
    let cases: &[(&[u8], Told)] = &[
        // name             nginx, mod_wsgi alike     mod_xsendfile       lighttpd            xsendfile
        (b"a/b.txt",        [uri("a/b.txt"),          uri("a/b.txt"),     path("a/b.txt"),    path("a/b.txt"),   path("a/b.txt")]),
        (b"a b",            [uri("a%20b"),            uri("a%20b"),       path("a b"),        path("a%20b"),     path("a b")]),
        (b"100%",           [uri("100%25"),           uri("100%25"),      path("100%"),       path("100%25"),    Err("percent sign")]),
        (b"%41",            [uri("%2541"),            uri("%2541"),       path("%41"),        path("%2541"),     Err("percent sign")]),
        (b"a+b",            [uri("a%2Bb"),            uri("a%2Bb"),       path("a+b"),        path("a%2Bb"),     path("a+b")]),
        (b"a?b#c",          [uri("a%3Fb%23c"),        uri("a%3Fb%23c"),   path("a?b#c"),      path("a%3Fb%23c"), path("a?b#c")]),
        (b"a\"\\;b",        [uri("a%22%5C%3Bb"),      uri("a%22%5C%3Bb"), path("a\"\\;b"),    path("a%22%5C%3Bb"), path("a\"\\;b")]),
        ("é".as_bytes(),    [uri("%C3%A9"),           uri("%C3%A9"),      path("Ã©"),         path("%C3%A9"),    path("Ã©")]),
        (b"\xff",           [uri("%FF"),              uri("%FF"),         path("ÿ"),          Err("not UTF-8"),  Err("not UTF-8")]),
        (b"a\nb",           [uri("a%0Ab"),            uri("a%0Ab"),       control.clone(),    control.clone(),   control.clone()]),
        (b"a\tb",           [uri("a%09b"),            uri("a%09b"),       control.clone(),    control.clone(),   control.clone()]),
        (b"\x7f",           [uri("%7F"),              uri("%7F"),         control.clone(),    control.clone(),   control.clone()]),
        (b"a ",             [uri("a%20"),             uri("a%20"),        Err("space at the end"), path("a%20"), Err("space at the end")]),
    ];
    for (name, told) in cases {
        for (dialect, told) in
            [&NGINX, &MOD_WSGI, &MOD_XSENDFILE, &LIGHTTPD, &X_SENDFILE].into_iter().zip(told)
        {
            assert_eq!(written(dialect, name), *told, "{name:?} to {}", dialect.name);
        }
    }
}

#[test]
fn a_name_too_long_for_a_header_is_refused() {
    let (ascii, umlauts) = ("a/".repeat(1000), "ä/".repeat(290));
    for dialect in dialects() {
        assert!(written(dialect, ascii.as_bytes()).is_ok(), "{}", dialect.name);
        assert_eq!(written(dialect, "a/".repeat(1030).as_bytes()), Err("longer than 2048 bytes"));
        let encoded = written(dialect, "ä/".repeat(300).as_bytes());
        let longer_as_written = dialect.escaping == xsendfile::backend::dialect::Escaping::Percent;
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
