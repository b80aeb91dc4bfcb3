//! A page of HTML, which would run as the site's own: what protects people from it arrives, and it is sent as it is.

use xsendfile::canary::{Ask, Decision};

use super::unmade;
use crate::check::canaries::token;
use crate::check::causes::{self, Changed};
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::{Interrupted, Reply};

/// What a server in front would interpret (SSI), replace, add to or recode.
const MARKUP: &str = "<!DOCTYPE html><html><head><title>canary</title></head><body>caf\u{e9} \
                      <!--#echo var=\"CANARY\" --> http://canary.invalid/</body></html>\n";

const DIRECTIVE: &[u8] = b"<!--#echo";

/// Without these, a file may do harm that the application meant to prevent.
const PROTECTION: [&str; 3] = ["content-security-policy", "x-frame-options", "x-content-type-options"];

pub(crate) fn markup(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "HTML as it is";
    let page = subject.canaries.marked("page.html", MARKUP);
    let page = match page {
        Ok(page) => page,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let ask = Ask { media_type: Some("text/html".into()), ..subject.ask(&page) };
    let Ok((statement, description)) = subject.probe.described(&ask)? else {
        return Ok(vec![Finding::skipped(question, "the application did not describe it")]);
    };
    let (Decision::HandedOff { headers: said, .. } | Decision::Streamed { headers: said, .. }) =
        &statement.decision
    else {
        return Ok(vec![Finding::skipped(question, "the application does not send it")]);
    };
    let reply = subject.probe.ask(&ask)?;
    let said = |name: &str| said.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone());
    Ok(vec![
        if whole(&reply, &page) {
            Finding::fine(question, "neither interpreted nor added to")
        } else {
            let has = |words: &[u8]| reply.body.windows(words.len()).any(|window| window == words);
            let interpreted = has(token(&page.content)) && !has(DIRECTIVE);
            let changed = if interpreted { Changed::Interpreted } else { Changed::Otherwise };
            Finding::wrong(question, reply.summary(), causes::content_is_changed(subject, changed))
        },
        protection(subject, &said, &description, &reply),
        caches(subject, said("cache-control"), &reply),
    ])
}

/// What the application says of the file, and what its middleware and the server in front say of every answer
/// of the site.
fn protection(
    subject: &Subject<'_>,
    said: &impl Fn(&str) -> Option<String>,
    description: &Reply,
    reply: &Reply,
) -> Finding {
    let question = "nosniff, frame and content policy";
    let is_lost = |name: &&str| match said(name) {
        Some(value) => !all(reply, name).contains(&value),
        None => description.has(name) && !reply.has(name),
    };
    let lost: Vec<_> = PROTECTION.into_iter().filter(is_lost).collect();
    if lost.is_empty() {
        return Finding::fine(question, "all that the site says arrive");
    }
    let found = format!("the site says {}, and files arrive without", lost.join(", "));
    Finding::warning(question, found, causes::protection_is_lost(subject, &lost))
}

/// Who may keep the file.
fn caches(subject: &Subject<'_>, said: Option<String>, reply: &Reply) -> Finding {
    let question = "caches in between";
    let arrived = all(reply, "cache-control");
    let of = |value: &str| value.split(',').map(|part| part.trim().to_ascii_lowercase()).collect::<Vec<_>>();
    let said = said.unwrap_or_default();
    if of(&said).iter().any(|directive| !directive.is_empty() && !of(&arrived).contains(directive)) {
        let found = format!(
            "the application says {said}; what arrives is {}",
            if arrived.is_empty() { "no Cache-Control" } else { &arrived }
        );
        return Finding::wrong(question, found, causes::cache_control_is_lost(subject));
    }
    let forbids = |directive: &String| matches!(directive.as_str(), "private" | "no-store");
    if of(&arrived).iter().any(forbids) {
        Finding::fine(question, format!("may not keep it: {arrived}"))
    } else {
        let said = if said.is_empty() { "no Cache-Control" } else { &said };
        Finding::note(question, format!("may keep it for anybody: the application says {said}"))
    }
}

/// The values of a header that may come several times.
fn all(reply: &Reply, name: &str) -> String {
    let values = reply.headers.iter().filter(|(header, _)| header == name);
    values.map(|(_, value)| String::from_utf8_lossy(value)).collect::<Vec<_>>().join(", ")
}
