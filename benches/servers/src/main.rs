//! The servers that are compared, in one program.
//!
//! ```text
//! xsendfile-bench-servers SERVER ADDRESS ROOT [CERTIFICATE KEY]
//! ```
//!
//! sends the files beneath ROOT, over TLS where a certificate and its key (PEM) are given. Every
//! server has one thread for each core, or one for each connection where that is its way.

mod actix;
mod options;
mod ours;
mod peers;
mod raw;

use std::error::Error;
use std::process::ExitCode;

use options::Options;

type Done = Result<(), Box<dyn Error>>;
type Server = fn(Options) -> Done;

/// Every server by its name on the command line.
const SERVERS: &[(&str, Server)] = &[
    ("serve", ours::serve),
    ("axum", ours::axum),
    ("actix", actix::ours),
    ("tower-http", peers::tower_http),
    ("hyper-staticfile", peers::hyper_staticfile),
    ("actix-files", actix::files),
    ("raw", raw::sendfile),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let server = arguments.first().and_then(|wanted| SERVERS.iter().find(|(name, _)| name == wanted));
    let (Some((_, run)), Some(options)) = (server, Options::read(arguments.get(1..).unwrap_or_default()))
    else {
        let names: Vec<&str> = SERVERS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: {} ADDRESS ROOT [CERTIFICATE KEY]", names.join("|"));
        return ExitCode::from(2);
    };
    if let Err(error) = run(options) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
