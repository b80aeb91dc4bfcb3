//! What is not there, and what lies outside.

use xsendfile::Symlinks;
use xsendfile::canary::{Ask, Variant};

use super::unmade;
use crate::check::canaries::token;
use crate::check::causes;
use crate::check::finding::{Cause, Finding};
use crate::check::id::Id;
use crate::check::server::Server;
use crate::check::subject::Subject;
use crate::check::wire::Interrupted;

pub(crate) fn missing(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a file that vanishes";
    let canary = subject.canaries.missing("vanished.txt", Vec::new());
    let ask = Ask { variant: Variant::Unchecked, ..subject.ask(&canary) };
    let reply = subject.probe.ask(&ask)?;
    let text = reply.text();
    let shown = [subject.root().to_str(), subject.url().filter(|url| url.len() > 1)];
    let shown = shown.into_iter().flatten().find(|private| text.contains(*private));
    Ok(vec![match (reply.status, shown) {
        (403 | 404, None) => Finding::fine(question, format!("{}, and nothing private in it", reply.status)),
        (_, Some(private)) => {
            let explanation = format!("the page for what is missing shows {private}");
            let change = "give the server in front an error page of your own (error_page, ErrorDocument)";
            Finding::warning(
                question,
                reply.summary(),
                Cause::new(Id::ErrorPageShowsPath, explanation, change),
            )
        }
        _ => {
            let explanation =
                "a file that is gone before the server in front opens it is not answered with 404";
            let cause =
                Cause::new(Id::MissingIsNot404, explanation, "let the private location answer 404 itself");
            Finding::wrong(question, reply.summary(), cause)
        }
    }])
}

/// Only a server that is told a path can be told one outside.
pub(crate) fn outside(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    if subject.server != Server::Lighttpd
        || subject.hand_off().is_none_or(|(header, _)| header != "x-sendfile")
    {
        return Ok(Vec::new());
    }
    let question = "paths outside every root";
    let ask = Ask { variant: Variant::Outside, ..subject.ask(&subject.plain) };
    let reply = subject.probe.ask(&ask)?;
    Ok(vec![if reply.status == 403 {
        Finding::fine(question, "403 from lighttpd")
    } else {
        Finding::wrong(question, reply.summary(), causes::no_docroot(subject))
    }])
}

pub(crate) fn symlink(subject: &mut Subject<'_>) -> Result<Vec<Finding>, Interrupted> {
    let question = "a symlink out of the root";
    if subject.location.root().symlinks() == Symlinks::Anywhere {
        return Ok(vec![Finding::skipped(question, "SENDFILE_SYMLINKS = \"anywhere\" follows it")]);
    }
    let link = match subject.canaries.symlink_out("link.txt") {
        Ok(link) => link,
        Err(error) => return Ok(unmade(question, &error)),
    };
    let sent =
        |body: &[u8]| body.windows(token(&link.content).len()).any(|window| window == token(&link.content));
    let plain = subject.fetch(&link)?;
    if sent(&plain.body) {
        let explanation = "the application sends what a symlink leads to outside the root";
        let cause = Cause::new(Id::SymlinkFollowed, explanation, "write SENDFILE_SYMLINKS = \"beneath\"");
        return Ok(vec![Finding::wrong(question, plain.summary(), cause)]);
    }
    if subject.hand_off().is_none() {
        return Ok(vec![Finding::fine(question, format!("{} from the application", plain.status))]);
    }
    let ask = Ask { variant: Variant::Unchecked, ..subject.ask(&link) };
    let reply = subject.probe.ask(&ask)?;
    Ok(vec![if sent(&reply.body) {
        let found = format!("refused by the application, but followed by {}", subject.server.name());
        causes::follows_symlinks(subject).map_or_else(
            || {
                let race = "who can put links or FIFOs into the root can have it send any file that it may read, or hold its threads; against such people, the backend simple";
                Finding::note(question, format!("{found}, which cannot be told not to: {race}"))
            },
            |cause| Finding::warning(question, &found, cause),
        )
    } else {
        // These look, and open the file after that.
        let race = match subject.server {
            Server::Apache | Server::Lighttpd => "; not one that comes between its look and its opening",
            _ => "",
        };
        Finding::fine(question, format!("{} from {} too{race}", reply.status, subject.server.name()))
    }])
}
