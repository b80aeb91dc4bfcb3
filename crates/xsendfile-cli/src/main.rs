//! See `xsendfile --help`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = xsendfile_cli::run(std::env::args_os(), &xsendfile_cli::Settings::from_env());
    // Whoever closes a pipe early has seen enough.
    let _ = anstream::stderr().write_all(outcome.error.as_bytes());
    let _ = anstream::stdout().write_all(outcome.output.as_bytes());
    outcome.status.into()
}
