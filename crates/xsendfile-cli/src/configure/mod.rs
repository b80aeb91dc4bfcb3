//! `xsendfile config`: the configuration of the server in front.

use std::process::ExitCode;

use crate::settings::Settings;

/// What to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(_options: &Options, _settings: &Settings) -> ExitCode {
    ExitCode::SUCCESS
}
