//! No way leads from outside to the private files.

use crate::check::canaries::{SIZE, token};
use crate::check::causes::{self, Hiding};
use crate::check::finding::{Cause, Finding};
use crate::check::id::Id;
use crate::check::subject::Subject;
use crate::check::wire::{Interrupted, Outgoing, Reply};

/// The name of the internal URL as it is usually written.
const STRAIGHT: &str = "straight";

/// Spellings of the internal URL, each with its name.
fn ways(subject: &Subject<'_>, url: &str) -> Vec<(&'static str, String)> {
    let origin = subject.probe.client().origin();
    let (scheme, host) = (origin.scheme(), &origin.authority);
    let other = if origin.tls { "http" } else { "https" };
    let file = format!("/{}/plain.txt", subject.canaries.directory());
    let bare = &url[1..];
    let encoded = |bytes: &str| bytes.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let (first, rest) = bare.split_at(bare.chars().next().map_or(0, char::len_utf8));
    let mixed = format!("/{}{rest}", first.to_uppercase());
    vec![
        (STRAIGHT, format!("{url}{file}")),
        ("two slashes", format!("/{url}{file}")),
        ("three slashes", format!("//{url}{file}")),
        ("two slashes inside", format!("{url}/{file}")),
        ("an encoded letter", format!("/{}{rest}{file}", encoded(first))),
        (
            "all letters encoded",
            format!("/{}{file}", bare.split('/').map(encoded).collect::<Vec<_>>().join("/")),
        ),
        ("a letter encoded twice", format!("/{}{rest}{file}", encoded(first).replace('%', "%25"))),
        ("a dot segment", format!("/.{url}{file}")),
        ("an encoded dot segment", format!("/%2e{url}{file}")),
        ("dot dot", format!("/a/..{url}{file}")),
        ("encoded dot dot", format!("/a/%2e%2e{url}{file}")),
        ("dot dot from the top", format!("/..{url}{file}")),
        ("dot dot inside", format!("{url}/a/..{file}")),
        ("through the canary's URL", format!("{}/..{url}{file}", subject.probe.path())),
        ("upper case", format!("{}{file}", url.to_uppercase())),
        ("mixed case", format!("{mixed}{file}")),
        ("an encoded slash", format!("{url}%2f{}", &file[1..])),
        ("an encoded slash in front", format!("/%2f{bare}{file}")),
        ("an encoded backslash", format!("{url}%5c{}", &file[1..])),
        ("a backslash", format!("\\{bare}{file}")),
        ("a parameter", format!("{url};x=1{file}")),
        ("a parameter at the end", format!("{url}{file};x=1")),
        ("a trailing slash", format!("{url}{file}/")),
        ("a trailing NUL", format!("{url}{file}%00")),
        ("a query", format!("{url}{file}?download=1")),
        (
            "the query of a hand-off",
            format!("{url}{file}?disposition=attachment&type=text%2Fhtml&cache=public"),
        ),
        ("a fragment", format!("{url}{file}#x")),
        ("absolute form", format!("{scheme}://{host}{url}{file}")),
        ("absolute form with two slashes", format!("{scheme}://{host}/{url}{file}")),
        ("absolute form with another host", format!("{scheme}://example.invalid{url}{file}")),
        ("absolute form with another scheme", format!("{other}://{host}{url}{file}")),
    ]
}

/// URLs under which files are often published for everybody, without a slash at their ends.
fn public(subject: &Subject<'_>) -> Vec<String> {
    let base = subject.root().file_name().unwrap_or_default().to_string_lossy();
    let mut urls: Vec<_> = ["", "/media", "/static", "/uploads", "/files"].map(str::to_owned).into();
    urls.push(format!("/{base}"));
    urls.extend_from_slice(&subject.published);
    urls.retain(|url| url.bytes().all(|byte| byte.is_ascii_graphic()) && subject.url() != Some(url));
    urls.sort();
    urls.dedup();
    urls
}

pub(crate) fn from_outside(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let mut findings = Vec::new();
    let url = subject.url().filter(|url| url.len() > 1 && url.bytes().all(|byte| byte.is_ascii_graphic()));
    if let Some(url) = url.map(str::to_owned) {
        let ways = ways(subject, &url);
        let mut open = Vec::new();
        for (way, target) in &ways {
            let plain = Outgoing::get(target.as_str());
            if leads_in(subject, &plain)? || leads_in(subject, &plain.method("POST"))? {
                open.push(*way);
            }
        }
        let hostile = Outgoing::get(format!("{url}/{}/plain.txt", subject.canaries.directory()))
            .header("Redirect-Status", "200")
            .header("X-Accel-Redirect", "/")
            .header("X-Original-URL", "/")
            .header("X-Rewrite-URL", "/");
        if open.is_empty() && leads_in(subject, &hostile)? {
            open.push("with hand-off headers");
        }
        let question = format!("{url}/ from outside");
        findings.push(if open.is_empty() {
            Finding::fine(question, format!("refused in {} spellings", ways.len()))
        } else {
            let found = format!("anybody gets the file: {}", open.join(", "));
            let hiding = if open.contains(&STRAIGHT) { Hiding::None } else { Hiding::OneSpelling };
            Finding::wrong(question, found, causes::reachable_from_outside(subject, hiding))
        });
    }
    let mut open = Vec::new();
    for url in public(subject) {
        if leads_in(subject, &Outgoing::get(format!("{url}/{}/plain.txt", subject.canaries.directory())))? {
            open.push(url);
        }
    }
    let question = "the root under public URLs";
    findings.push(if let Some(own) = open.first() {
        let found = format!("anybody gets the file under {}/", open.join("/, "));
        Finding::wrong(question, found, causes::published(subject, own))
    } else {
        Finding::fine(question, "not found under any usual one")
    });
    Ok(findings)
}

/// The hand-off header and the path were in no reply.
pub(crate) fn unseen(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "the hand-off stays between application and server";
    let seen = subject.probe.seen();
    Ok(vec![if seen.is_empty() {
        Finding::fine(question, "neither its header nor, in any header, the path reached the client")
    } else {
        let explanation = "the client is shown where the files lie";
        let change = "fix what keeps the file from arriving, then ask again";
        Finding::wrong(question, seen.join("; "), Cause::new(Id::HandOffVisible, explanation, change))
    }])
}

fn leads_in(subject: &Subject<'_>, request: &Outgoing) -> Result<bool, Interrupted> {
    Ok(is_canary(subject, &subject.probe.client().send(request)?))
}

fn is_canary(subject: &Subject<'_>, reply: &Reply) -> bool {
    let token = token(&subject.plain.content);
    let named = reply.body.windows(token.len()).any(|window| window == token);
    named || (reply.status == 200 && reply.header("content-length").as_deref() == Some(&*SIZE.to_string()))
}
