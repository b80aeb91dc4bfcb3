//! What the check found: one row of its table each.

use serde::Serialize;

use super::id::Id;

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// Not asked, because of another answer.
    Skipped,
    /// It works, and should be fixed.
    Warning,
    /// It does not work, or lets somebody have what they must not.
    Wrong,
    /// It could not be checked.
    Blocked,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    /// What was asked.
    pub(crate) question: String,
    /// The location that it is about: its root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    /// How it was answered.
    pub(crate) state: State,
    /// What was seen.
    pub(crate) found: String,
    /// Why that is, where it is not fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Cause>,
}

/// The likely cause of what is not fine, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cause {
    /// Its name, the same in every version.
    pub(crate) id: Id,
    /// What is the matter.
    pub(crate) explanation: String,
    /// What to write where.
    pub(crate) change: String,
}

impl Cause {
    pub(crate) fn new(id: Id, explanation: impl Into<String>, change: impl Into<String>) -> Self {
        Self { id, explanation: explanation.into(), change: change.into() }
    }
}

impl Finding {
    fn new(question: impl Into<String>, state: State, found: impl Into<String>) -> Self {
        Self { question: question.into(), location: None, state, found: found.into(), cause: None }
    }

    pub(crate) fn fine(question: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(question, State::Fine, found)
    }

    pub(crate) fn note(question: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(question, State::Note, found)
    }

    pub(crate) fn skipped(question: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(question, State::Skipped, found)
    }

    pub(crate) fn warning(question: impl Into<String>, found: impl Into<String>, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(question, State::Warning, found) }
    }

    pub(crate) fn wrong(question: impl Into<String>, found: impl Into<String>, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(question, State::Wrong, found) }
    }

    pub(crate) fn blocked(question: impl Into<String>, found: impl Into<String>, cause: Cause) -> Self {
        Self { cause: Some(cause), ..Self::new(question, State::Blocked, found) }
    }

    /// The same, about a location.
    pub(crate) fn about(self, root: &std::path::Path) -> Self {
        Self { location: Some(root.display().to_string()), ..self }
    }
}
