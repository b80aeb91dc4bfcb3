//! The canary answers what is signed, for canary files, and nothing else.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};
use tempfile::TempDir;
use xsendfile::canary::{self, Answer, Ask, Decision, LIFETIME, Task, Variant};
use xsendfile::{Config, Delivery, Request, Sendfile};

const SECRET: &[u8] = b"the site's secret";
const DIRECTORY: &str = ".xsendfile-canary-0123456789abcdef0123456789abcdef";

struct Site {
    root: TempDir,
    sendfile: Sendfile,
    name: String,
}

fn site(backend: &str) -> Site {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(DIRECTORY)).unwrap();
    let name = format!("{DIRECTORY}/a b.txt");
    fs::write(root.path().join(&name), "canary").unwrap();
    fs::write(root.path().join("secret.txt"), "secret").unwrap();
    let config = Config::builder().backend(backend).root(root.path()).url("/private").build().unwrap();
    Site { root, sendfile: Sendfile::new(config), name }
}

fn answer_at(site: &Site, query: &str, secret: &[u8], now: SystemTime) -> Option<Answer> {
    let (method, mut headers) = (Method::GET, HeaderMap::new());
    headers.insert("x-accel-redirect", "/private/x".parse().unwrap());
    headers.insert("cookie", "session=1".parse().unwrap());
    canary::answer(&site.sendfile, secret, query, Request::new(&method, &headers), Delivery::new(), now)
}

fn answer(site: &Site, query: &str) -> Option<Answer> {
    answer_at(site, query, SECRET, SystemTime::now())
}

#[test]
fn a_signed_query_is_answered_with_the_file() {
    for (backend, header) in [("nginx", Some("x-accel-redirect")), ("simple", None)] {
        let site = site(backend);
        let ask = Ask {
            attachment: true,
            save_as: Some("ü & =.txt".into()),
            media_type: Some("text/x-canary; charset=utf-8".into()),
            ..Ask::send(0, &site.name)
        };
        let query = ask.sign(SECRET, SystemTime::now());
        let Some(Answer::File(response)) = answer(&site, &query) else { panic!("{backend}: no file") };
        assert_eq!(response.hand_off.as_ref().map(|hand_off| hand_off.header().as_str()), header);
        assert_eq!(response.headers["content-type"], "text/x-canary; charset=utf-8");
        let disposition = response.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.ends_with("filename*=UTF-8''%C3%BC%20&%20%3D.txt"), "{disposition}");
    }
}

#[test]
fn what_is_not_signed_or_not_now_or_changed_is_not_answered() {
    let site = site("simple");
    let now = SystemTime::now();
    let query = Ask::send(0, &site.name).sign(SECRET, now);
    assert!(answer_at(&site, &query, SECRET, now).is_some());
    assert!(answer_at(&site, &query, SECRET, now + LIFETIME).is_some());
    assert!(answer_at(&site, &query, SECRET, now - LIFETIME).is_some());

    let second = Duration::from_secs(1);
    assert!(answer_at(&site, &query, SECRET, now + LIFETIME + second).is_none());
    assert!(answer_at(&site, &query, SECRET, now - LIFETIME - second).is_none());
    assert!(answer_at(&site, &query, b"another secret", now).is_none());
    assert!(answer_at(&site, &query, b"", now).is_none());
    for place in 0..query.len() {
        let mut bytes = query.clone().into_bytes();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(answer_at(&site, &changed, SECRET, now).is_none(), "byte {place}: {changed}");
    }
    for changed in
        [String::new(), format!("{query}0"), format!("x=1&{query}"), format!("{query}&x=1"), "&".repeat(9)]
    {
        assert!(answer_at(&site, &changed, SECRET, now).is_none(), "{changed}");
    }
    // Nobody signs by having no secret.
    assert!(answer_at(&site, &Ask::send(0, &site.name).sign(b"", now), b"", now).is_none());
}

#[test]
fn nothing_but_a_canary_is_sent_even_where_it_is_signed() {
    let site = site("simple");
    let signed = Ask::send(0, &site.name).sign(SECRET, SystemTime::now());
    assert!(answer(&site, &signed).is_some());
    // Signed as the contract says, by somebody who does not use our words.
    let query = resigned(&format!("task=send&location=0&name={}&variant=plain", hex(&site.name)));
    assert!(answer(&site, &query).is_some());
    for name in [
        "secret.txt",
        "../secret.txt",
        "./secret.txt",
        &format!("{DIRECTORY}/../secret.txt"),
        &format!("{DIRECTORY}//a b.txt"),
        &format!("{DIRECTORY}/./a b.txt"),
        &format!("x/{DIRECTORY}/a b.txt"),
        DIRECTORY,
        &format!("{DIRECTORY}/"),
        ".xsendfile-canary-/secret.txt",
        ".xsendfile-canary-0123456789ABCDEF0123456789ABCDEF/a",
        ".xsendfile-canary-0123456789abcdef0123456789abcdef0/a",
    ] {
        let query = resigned(&format!("task=send&location=0&name={}&variant=plain", hex(name)));
        assert!(answer(&site, &query).is_none(), "{name}");
    }
    for query in [
        "task=send&location=1&name=NAME&variant=plain",
        "task=delete&location=0&name=NAME&variant=plain",
        "task=send&location=0&name=NAME&variant=odd",
        "task=send&location=0&name=NAME",
        "task=send&location=0&name=NAME&variant=plain&more=1",
        "task=send&location=0&name=NAME&variant=plain&padding=8193",
        "task=send&location=0&name=NAME0&variant=plain",
        "task=send&location=0&name=2E&variant=plain",
        "location=0&name=NAME&variant=plain",
    ] {
        let query = resigned(&query.replace("NAME", &hex(&site.name)));
        assert!(answer(&site, &query).is_none(), "{query}");
    }
    let missing = Ask::send(0, format!("{DIRECTORY}/missing.txt")).sign(SECRET, SystemTime::now());
    assert!(answer(&site, &missing).is_none());
}

#[test]
fn a_description_tells_what_was_decided_and_what_arrived() {
    let site = site("nginx");
    let ask = Ask { task: Task::Describe, ..Ask::send(0, &site.name) };
    let Some(Answer::Statement(statement)) = answer(&site, &ask.sign(SECRET, SystemTime::now())) else {
        panic!("no statement");
    };
    assert_eq!(statement.backend, "nginx");
    assert_eq!(statement.locations[0].url.as_deref(), Some("/private"));
    assert_eq!(statement.received, [("x-accel-redirect".to_owned(), "/private/x".to_owned())]);
    let Decision::HandedOff { header, value, status: 200, .. } = &statement.decision else {
        panic!("{:?}", statement.decision);
    };
    assert_eq!(
        (header.as_str(), value.as_str()),
        ("x-accel-redirect", format!("/private/{DIRECTORY}/a%20b.txt").as_str())
    );
    let again = canary::Statement::from_json(statement.to_json().as_bytes()).unwrap();
    assert_eq!(again, *statement);
}

#[test]
fn a_link_among_the_canaries_leads_to_canaries_only() {
    for (backend, variant) in [
        ("simple", Variant::Plain),
        ("nginx", Variant::Plain),
        ("nginx", Variant::Unchecked),
        ("mod_xsendfile", Variant::Unchecked),
        ("lighttpd", Variant::DoubledSlash),
    ] {
        let site = site(backend);
        let canaries = site.root.path().join(DIRECTORY);
        symlink("../secret.txt", canaries.join("planted")).unwrap();
        symlink("a b.txt", canaries.join("honest")).unwrap();
        let asked = |name: &str| {
            let ask = Ask { variant, ..Ask::send(0, format!("{DIRECTORY}/{name}")) };
            answer(&site, &ask.sign(SECRET, SystemTime::now())).is_some()
        };
        assert!(!asked("planted"), "{backend} {variant:?}");
        assert!(asked("honest") || variant == Variant::DoubledSlash, "{backend} {variant:?}");
    }
}

#[test]
fn variants_of_a_hand_off_are_what_they_say() {
    for (backend, variant, value) in [
        ("nginx", Variant::Plain, Some(format!("/private/{DIRECTORY}/a%20b.txt"))),
        ("nginx", Variant::Unchecked, Some(format!("/private/{DIRECTORY}/a%20b.txt"))),
        ("nginx", Variant::DoubledSlash, Some(format!("/private//{DIRECTORY}/a%20b.txt"))),
        // Nothing that a server could decode into another path.
        ("nginx", Variant::Outside, Some(format!("/{DIRECTORY}"))),
        ("lighttpd", Variant::Outside, Some(format!("/{DIRECTORY}"))),
        // The file itself, whatever is asked.
        ("simple", Variant::Unchecked, None),
        ("simple", Variant::Outside, None),
    ] {
        let site = site(backend);
        let ask = Ask { variant, ..Ask::send(0, &site.name) };
        let Some(Answer::File(response)) = answer(&site, &ask.sign(SECRET, SystemTime::now())) else {
            panic!("{backend} {variant:?}: no file");
        };
        let sent = response.hand_off.map(|hand_off| String::from_utf8(hand_off.wire().to_vec()).unwrap());
        assert_eq!(sent, value, "{backend} {variant:?}");
    }
    let site = site("nginx");
    let missing = format!("{DIRECTORY}/missing.txt");
    let ask = Ask { variant: Variant::Unchecked, ..Ask::send(0, &missing) };
    assert!(answer(&site, &ask.sign(SECRET, SystemTime::now())).is_some(), "it is not looked for");
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs any query as the contract says.
fn resigned(query: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let keyed = |key: &[u8], message: &[u8]| {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes()
    };
    let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let signed = format!("{query}&at={at}");
    let signature: String = keyed(&keyed(SECRET, b"xsendfile canary 1"), signed.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{signed}&signature={signature}")
}
