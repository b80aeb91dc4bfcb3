//! The command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::settings::Settings;
use crate::{check, configure};

/// Authorised file downloads: the server in front, configured and proved.
#[derive(Debug, Parser)]
#[command(name = "xsendfile", version)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Prints the configuration of a server for these settings.
    Config(configure::Options),
    /// Proves that settings, disk and server fit together.
    Check(check::Options),
}

/// Does what `arguments` (the program's name first) say, with the settings of the site.
pub fn run(arguments: impl IntoIterator<Item = OsString>, settings: &Settings) -> ExitCode {
    match Command::try_parse_from(arguments) {
        Ok(Command { task: Task::Config(options) }) => configure::run(&options, settings),
        Ok(Command { task: Task::Check(options) }) => check::run(&options, settings),
        Err(error) => {
            // Help goes to standard output and is a success; a wrong argument is neither.
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}
