//! What the application itself refuses.

use xsendfile::Reason;

use crate::check::finding::Cause;
use crate::check::id::Id;
use crate::check::subject::Subject;

pub(super) fn refused(subject: &Subject<'_>, reason: Option<Reason>, message: &str) -> Cause {
    let root = subject.root().display();
    let id = match reason {
        Some(Reason::PermissionDenied) => Id::ApplicationCannotRead,
        _ => Id::ApplicationDoesNotFind,
    };
    Cause::new(
        id,
        format!(
            "the application itself does not find the file ({message}); it runs as user {}",
            subject.described.user
        ),
        format!(
            "let it see {root} as this command does: the same machine or volume, and a user that may read it"
        ),
    )
}

pub(super) fn streams_wrongly(subject: &Subject<'_>) -> Cause {
    let found = subject.reply.misframed.as_deref().unwrap_or("other bytes than the file's");
    Cause::new(
        Id::StreamedWrongly,
        format!("the application streams the file, and something on the way changes it ({found})"),
        "look at the middleware of the application and at what the server in front does with bodies; compare with its own port",
    )
}
