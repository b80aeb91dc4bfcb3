//! `xsendfile check`: the proof that settings, disk and server fit together.

use crate::settings::Settings;

/// What to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(_options: &Options, _settings: &Settings) -> u8 {
    0
}
