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
#[command(name = "xsendfile", version, verbatim_doc_comment, disable_help_subcommand = true)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Config(Box<configure::Arguments>),
    /// Proves that settings, disk and server fit together.
    Check(Box<check::Options>),
}

/// Does what `arguments` (the program's name first) say, with the settings of the site.
///
/// Gives the exit status: 0 where all is well, 2 for arguments or settings that cannot be used, and
/// 1 where `check` found something wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>, settings: &Settings) -> u8 {
    let parsed = Command::command()
        .bin_name(&settings.program)
        .try_get_matches_from(arguments)
        .and_then(|matches| Command::from_arg_matches(&matches));
    match parsed {
        Ok(Command { task: Task::Config(options) }) => configure::run(&options, settings),
        Ok(Command { task: Task::Check(options) }) => check::run(&options, settings),
        Err(error) => {
            // Help goes to standard output and is a success; a wrong argument is neither.
            let _ = error.print();
            u8::try_from(error.exit_code()).unwrap_or(2)
        }
    }
}
