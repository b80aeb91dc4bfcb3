//! The command line.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::settings::Settings;
use crate::{check, configure};

/// Authorised file downloads: the server in front, configured and proved.
///
/// The application decides who may have a file, and a server in front (nginx, Apache, lighttpd,
/// Caddy) sends it. Two commands make the pair work:
///
///   config SERVER   prints the server's configuration for the site's settings
///   check           proves that settings, disk and server fit together
///
/// `xsendfile` reads the settings from the environment (SENDFILE_ROOT, SENDFILE_URL, ...) or from
/// options. In a Django project, `python manage.py sendfile` is the same command, and reads
/// settings.py.
#[derive(Debug, Parser)]
#[command(
    name = "xsendfile",
    version,
    verbatim_doc_comment,
    disable_help_subcommand = true,
    after_help = EXAMPLES
)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

const EXAMPLES: &str = "\
Examples:
  xsendfile config nginx --root /srv/example/files --url /private > example.conf
  xsendfile check --url https://example.org/

  python manage.py sendfile config nginx > example.conf
  python manage.py sendfile check --url https://example.org/

`config --help` and `check --help` say more.";

#[derive(Debug, Subcommand)]
enum Task {
    Config(Box<configure::Arguments>),
    /// Proves that settings, disk and server fit together.
    Check(Box<check::Options>),
}

/// What the command comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The exit status: 0 where all is well, 2 for arguments or settings that cannot be used, and 1
    /// where `check` found something wrong.
    pub status: u8,
    /// What belongs to standard output, with ANSI's escapes for colours.
    pub output: String,
    /// What belongs to standard error, likewise.
    pub error: String,
}

impl Outcome {
    pub(crate) fn of(status: u8, output: impl Into<String>) -> Self {
        Self { status, output: output.into(), error: String::new() }
    }

    pub(crate) fn failure(status: u8, error: impl Into<String>) -> Self {
        Self { status, output: String::new(), error: error.into() }
    }

    /// The same without colours.
    #[must_use]
    pub fn plain(self) -> Self {
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        Self { status: self.status, output: plain(&self.output), error: plain(&self.error) }
    }
}

/// Does what `arguments` (the program's name first) say, with the settings of the site. Prints nothing.
pub fn run(arguments: impl IntoIterator<Item = OsString>, settings: &Settings) -> Outcome {
    let parsed = Command::command()
        .bin_name(&settings.program)
        .try_get_matches_from(arguments)
        .and_then(|matches| Command::from_arg_matches(&matches));
    match parsed {
        Ok(Command { task: Task::Config(options) }) => configure::run(&options, settings),
        Ok(Command { task: Task::Check(options) }) => check::run(&options, settings),
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            let text = error.render().ansi().to_string();
            // Help is a success.
            if error.use_stderr() { Outcome::failure(status, text) } else { Outcome::of(status, text) }
        }
    }
}
