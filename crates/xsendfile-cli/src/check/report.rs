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
        // JSON itself escapes some controls only. All else that is escaped here stands in its strings, where
        // it reads back as it was.
        let escape = |c: char| match c {
            '\n' => c.into(),
            _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        };
        escaped(&format!("{report:#}\n"), escape).into_owned()
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
    escaped(text, |c| c.escape_default().to_string())
}

/// `text` with everything escaped that is no mark on paper.
fn escaped(text: &str, escape: impl Fn(char) -> String) -> Cow<'_, str> {
    if text.chars().all(is_visible) {
        return text.into();
    }
    text.chars().map(|c| if is_visible(c) { c.to_string() } else { escape(c) }).collect::<String>().into()
}

/// Not so are controls, what turns the direction of text, what separates lines and paragraphs, and every other
/// format character of Unicode: all that `Debug` escapes, but for what it only quotes. A mark that combines
/// with the letter before it stays.
fn is_visible(c: char) -> bool {
    matches!(c, '\'' | '"' | '\\') || format!("a{c}").escape_debug().eq(['a', c])
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Controls, of C1 too; what turns the direction of text; separators; and what cannot be seen.
    const HIDDEN: &str = "\u{0}\u{7}\u{1b}\u{7f}\u{85}\u{9b}\
        \u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\
        \u{2028}\u{2029}\u{ad}\u{180e}\u{200b}\u{200c}\u{200d}\u{2060}\u{2064}\u{206f}\u{feff}\u{fff9}\u{1d173}\u{e0041}";

    #[test]
    fn what_a_terminal_would_obey_or_hide_is_escaped() {
        let found: String = HIDDEN.chars().flat_map(|c| ['x', c]).collect();
        let finding = Finding::note(format!("a {found} question"), found.clone());
        let report =
            Report { url: Some(found.clone()), server: Some(Server::Nginx), findings: vec![finding] };
        let table = anstream::adapter::strip_str(&report.table()).to_string();
        let json = report.json(false);
        for printed in [&table, &json] {
            let odd: String = printed.chars().filter(|c| HIDDEN.contains(*c)).collect();
            assert_eq!(odd, "", "{printed}");
        }
        assert!(table.contains(r"x\u{1b}x\u{7f}") && table.contains(r"x\u{202e}x\u{2066}"), "{table}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["findings"][0]["found"], found);
    }

    #[test]
    fn what_people_read_stays_as_it_is() {
        for text in
            ["404, 153 bytes", "it's \"a\" \\ b", "Überblick e\u{301}", "日本 report", "→ … —", "שלום", "🎉"]
        {
            assert_eq!(plain(text), text);
        }
    }
}
