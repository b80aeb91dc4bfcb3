//! What is printed: a table for people, JSON for machines.

use std::borrow::Cow;
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::json;

use super::finding::{Finding, State};
use super::server::Server;

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) url: Option<String>,
    pub(crate) server: Option<Server>,
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    /// 0: right; 1: something is wrong; 2: it could not be checked.
    pub(crate) fn exit_code(&self, strict: bool) -> u8 {
        let worst = self.findings.iter().map(|finding| finding.state).max();
        match worst {
            Some(State::Blocked) => 2,
            Some(State::Wrong) => 1,
            Some(State::Warning) if strict => 1,
            _ => 0,
        }
    }

    pub(crate) fn json(&self, strict: bool) -> String {
        let report = json!({
            "url": self.url,
            "server": self.server.map(Server::name),
            "exit": self.exit_code(strict),
            "findings": self.findings,
        });
        format!("{report:#}\n")
    }

    /// The table, with colours.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        self.write_table(&mut out).expect("text can be written to");
        out
    }

    fn write_table(&self, out: &mut impl Write) -> fmt::Result {
        if let (Some(url), Some(server)) = (&self.url, self.server) {
            writeln!(out, "{}, answered by {}", plain(url), server.name())?;
        }
        let width =
            self.findings.iter().map(|finding| finding.question.chars().count()).max().unwrap_or_default();
        let mut location = None;
        for finding in &self.findings {
            if finding.location != location {
                location.clone_from(&finding.location);
                if let Some(root) = &location {
                    writeln!(out, "\n{}", plain(root))?;
                }
            }
            let (mark, style) = mark(finding.state);
            let (question, found) = (plain(&finding.question), plain(&finding.found));
            writeln!(out, "  {style}{mark:7}{style:#}  {question:width$}  {found}")?;
            if let Some(cause) = &finding.cause {
                let indent = " ".repeat(11);
                writeln!(out, "{indent}{} ({})", plain(&cause.explanation), cause.id.name())?;
                for line in cause.change.lines() {
                    writeln!(out, "{indent}{style}→{style:#} {}", plain(line.trim()))?;
                }
            }
        }
        writeln!(out, "\n{}", self.sum())
    }

    fn sum(&self) -> String {
        let count = |state| self.findings.iter().filter(|finding| finding.state == state).count();
        let (wrong, warnings) = (count(State::Wrong), count(State::Warning));
        if count(State::Blocked) > 0 {
            "It could not be checked.".into()
        } else if wrong + warnings > 0 {
            format!("{wrong} wrong, {warnings} to fix, {} fine.", count(State::Fine))
        } else {
            format!("All {} fine.", count(State::Fine))
        }
    }
}

/// What a site says of itself is shown, and not obeyed by the terminal.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect::<String>().into()
}

fn mark(state: State) -> (&'static str, Style) {
    let colour = |colour: AnsiColor| colour.on_default();
    match state {
        State::Fine => ("ok", colour(AnsiColor::Green)),
        State::Note => ("note", colour(AnsiColor::Cyan)),
        State::Skipped => ("skipped", Style::new().dimmed()),
        State::Warning => ("warning", colour(AnsiColor::Yellow).bold()),
        State::Wrong => ("wrong", colour(AnsiColor::Red).bold()),
        State::Blocked => ("unknown", colour(AnsiColor::Red).bold()),
    }
}
