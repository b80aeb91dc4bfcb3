//! Files arrive whatever they are called.

use super::unmade;
use crate::check::causes;
use crate::check::finding::Finding;
use crate::check::subject::{Subject, whole};
use crate::check::wire::Interrupted;

/// What a name has, and one that has it.
const SPELLINGS: [(&str, &str); 14] = [
    ("a space", "with space.txt"),
    ("a space at the end", "space at the end "),
    ("accents", "é à ü.txt"),
    ("accents as marks of their own", "e\u{301}.txt"),
    ("other scripts", "日本 файл.txt"),
    ("an emoji", "😀.txt"),
    ("a percent sign", "100% %41 %2F.txt"),
    ("a question mark", "why?download=1.txt"),
    ("a number sign", "#1.txt"),
    ("quotes", "\"double\" 'single'.txt"),
    ("a backslash", "back\\slash.txt"),
    ("characters of URLs", "a+b&c=d;e,f:g@h!$(i)[j]{k}|l^m~n.txt"),
    ("dots", "...txt"),
    ("a folder", "folder/inside.txt"),
];

/// Names that something else than their spelling may keep from arriving.
const EXTENSIONS: [(&str, &str); 2] =
    [("an extension of static files", "picture.jpg"), ("an extension of programs", "script.php")];

pub(crate) fn names(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "names";
    let mut failed = Vec::new();
    for (what, name) in SPELLINGS.into_iter().chain(EXTENSIONS) {
        let canary = match subject.canaries.file(name) {
            Ok(canary) => canary,
            // Not every file system has every name.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => continue,
            Err(error) => return Ok(unmade(question, &error)),
        };
        let reply = subject.fetch(&canary)?;
        if !whole(&reply, &canary) {
            failed.push((what, name, reply));
        }
    }
    let Some((.., first)) = failed.first() else {
        let count = SPELLINGS.len() + EXTENSIONS.len();
        return Ok(vec![Finding::fine(question, format!("{count} kinds of names arrive"))]);
    };
    let which: Vec<_> = failed.iter().map(|(what, ..)| *what).collect();
    let found = format!("{} for names with {}", first.summary(), which.join(", "));
    let cause = match failed.iter().all(|(what, name, _)| EXTENSIONS.contains(&(what, name))) {
        true => causes::extensions_do_not_arrive(subject),
        false => causes::names_do_not_arrive(subject),
    };
    Ok(vec![Finding::wrong(question, found, cause)])
}
