//! The questions to a running site, in the order in which they are asked.

mod beside;
mod compression;
mod host;
mod hostile;
mod markup;
mod names;
mod presentation;
mod private;
mod ranges;
mod refused;
mod replaced;
mod validators;
mod whole;

pub(super) use hostile::{BELIEVED, Spelled};

use super::finding::Finding;
use super::subject::Subject;
use super::wire::Interrupted;

type Question = fn(&mut Subject<'_>) -> Result<Vec<Finding>, Interrupted>;

/// Asked only where a plain file arrives: else everything would be wrong for one reason.
const OF_WHAT_ARRIVES: [Question; 18] = [
    whole::head,
    whole::empty,
    names::names,
    presentation::headers,
    presentation::long,
    markup::markup,
    ranges::single,
    ranges::several,
    ranges::conditional,
    validators::not_modified,
    replaced::replaced,
    refused::missing,
    refused::outside,
    refused::symlink,
    host::host,
    hostile::headers,
    compression::compression,
    beside::compressed,
];

/// Asked in any case, and last: they look at all that was seen before.
const OF_EVERY_SITE: [Question; 2] = [private::from_outside, private::unseen];

/// Asks everything about one location.
pub(crate) fn ask(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let mut findings = whole::whole(subject)?;
    if subject.arrives() {
        for question in OF_WHAT_ARRIVES {
            findings.extend(question(subject)?);
        }
    } else {
        findings
            .push(Finding::skipped("ranges, names, headers and the rest", "not asked before a file arrives"));
    }
    for question in OF_EVERY_SITE {
        findings.extend(question(subject)?);
    }
    let root = subject.root().to_owned();
    Ok(findings.into_iter().map(|finding| finding.about(&root)).collect())
}

/// A canary file could not be made.
fn unmade(question: &str, error: &std::io::Error) -> Vec<Finding> {
    vec![Finding::skipped(question, format!("its canary file cannot be made: {error}"))]
}
