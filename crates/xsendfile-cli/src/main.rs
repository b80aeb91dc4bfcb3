//! See `xsendfile --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xsendfile_cli::run(std::env::args_os(), &xsendfile_cli::Settings::from_env()).into()
}
