//! Whoever asks for a file gets the one that has the name now.

use xsendfile::canary::Ask;

use super::unmade;
use crate::check::canaries::Replacing;
use crate::check::causes::{self, Keeper};
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::{Interrupted, Reply};

/// Each way with its name. What keeps a file open by its name does not notice every one of them.
const WAYS: [(Replacing, &str); 3] = [
    (Replacing::Renamed, "replaced by a rename"),
    (Replacing::Recreated, "deleted and made anew"),
    (Replacing::InPlace, "written over"),
];

pub(crate) fn replaced(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a file that is replaced";
    let mut canary = match subject.canaries.file("changing.txt") {
        Ok(canary) => canary,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let other = subject.reply.header("etag");
    for (place, (how, way)) in WAYS.into_iter().enumerate() {
        // Of two URLs that differ a cache has to ask anew for one; what else keeps files knows their names.
        let url = |number| Ask { padding: 2 * place + number, ..subject.ask(&canary) };
        let (one, another) = (subject.probe.request(&url(1)), subject.probe.request(&url(2)));
        let before = subject.probe.send(&one)?;
        let was = canary.clone();
        if let Err(error) = subject.canaries.replace(&mut canary, how) {
            return Ok(unmade(question, &error));
        }
        let (again, anew) = (subject.probe.send(&one)?, subject.probe.send(&another)?);
        let keeper = if !whole(&before, &was) || !whole(&anew, &canary) {
            Some((&anew, Keeper::Server))
        } else if !whole(&again, &canary) {
            Some((&again, Keeper::Cache))
        } else {
            None
        };
        if let Some((reply, keeper)) = keeper {
            let what = if reply.body == was.content { "the file that was there before" } else { "another" };
            let found = format!("one that was {way} arrives as {what}{}", traces(reply));
            return Ok(vec![Finding::wrong(question, found, causes::older_file(subject, keeper))]);
        }
        let tag = before.header("etag");
        let found = match &tag {
            Some(tag) if anew.header("etag").as_ref() == Some(tag) => {
                format!("one that was {way} keeps its ETag {tag}")
            }
            Some(tag) if Some(tag) == other.as_ref() => format!("two files have the ETag {tag}"),
            _ => continue,
        };
        return Ok(vec![Finding::wrong(question, found, causes::same_validator(subject))]);
    }
    Ok(vec![Finding::fine(question, "arrives as it is now, with another ETag")])
}

/// What a cache says of itself.
fn traces(reply: &Reply) -> String {
    let said = ["age", "x-cache", "cf-cache-status", "x-varnish"];
    let said = said.iter().filter_map(|name| Some(format!("; {name}: {}", reply.header(name)?)));
    said.collect()
}
