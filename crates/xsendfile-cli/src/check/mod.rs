//! `xsendfile check`: the proof that settings, disk and server fit together.

mod canaries;
mod causes;
mod disk;
mod finding;
mod id;
mod interrupt;
mod probe;
mod questions;
mod report;
mod running;
mod server;
mod site;
mod subject;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

use crate::command::Outcome;
use crate::settings::Settings;

use disk::users::{SERVER_USER, User};
use finding::{Cause, Finding};
use id::Id;
use interrupt::Interrupt;
use probe::Probe;
use report::Report;
use site::Site;
use wire::{Client, Origin};

const AFTER_HELP: &str = "\
Exit status: 0 all right, 1 something is wrong (with --strict, a warning is enough), 2 it could not be checked.

With --url the running site is asked as by any client, for files that the check makes beneath each root and
removes afterwards. For that the site has one more URL, which answers only those who know its secret:
  Django  path(\"\", include(\"django_sendfile.urls\")) in the root URLconf; the secret is SECRET_KEY
  axum    .merge(Canary::from_env(&sendfile).router()) of xsendfile_hyper::canary; the secret is SENDFILE_SECRET
  actix   .service(Canary::from_env(&sendfile).resource()) of xsendfile_actix::canary; the same secret";

/// What to check.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Options {
    /// Ask the running site at this address, through its server in front: https://example.org/
    #[arg(long, value_name = "URL")]
    url: Option<Origin>,

    /// Connect here instead of to the URL's host and port
    #[arg(long, value_name = "HOST:PORT", requires = "url")]
    connect: Option<String>,

    /// The path of the canary's URL, where it is not /xsendfile-canary
    #[arg(long, value_name = "PATH", requires = "url")]
    canary_path: Option<String>,

    /// A header for every request, such as "Authorization: Basic …" (may be repeated)
    #[arg(long, value_name = "NAME: VALUE", value_parser = header, requires = "url")]
    header: Vec<(String, String)>,

    /// Trust the certificates of the authority in this PEM file too
    #[arg(long, value_name = "FILE", requires = "url")]
    ca_file: Option<PathBuf>,

    /// Accept any certificate
    #[arg(long, requires = "url")]
    insecure: bool,

    /// Seconds to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// The user that the server in front runs as; by default www-data or what is usual for that server
    #[arg(long, value_name = "NAME")]
    server_user: Option<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(options: &Options, settings: &Settings) -> Outcome {
    let site = Site::new(settings);
    let interrupt = Interrupt::watch();
    let mut report = Report::default();
    let outcome = check(options, &site, &interrupt, &mut report);
    drop(interrupt);
    if outcome.is_err() {
        return Outcome::failure(130, "Interrupted; the canary files are removed.\n");
    }
    let text = if options.json { report.json(options.strict) } else { report.table() };
    Outcome::of(report.exit_code(options.strict), text)
}

/// What the disk says against the settings, for a framework's own checks: for each problem the name of
/// its cause, what is the matter, and what to do.
pub fn disk_problems(settings: &Settings) -> Vec<(&'static str, String, String)> {
    disk::problems(&Site::new(settings))
}

fn check(
    options: &Options,
    site: &Site,
    interrupt: &Interrupt,
    report: &mut Report,
) -> Result<(), wire::Interrupted> {
    let user = options.server_user.as_deref();
    let users: Vec<_> = User::find(user.unwrap_or(SERVER_USER)).into_iter().collect();
    if let (Some(name), []) = (user, users.as_slice()) {
        let cause = Cause::new(
            Id::ServerUserUnknown,
            format!("/etc/passwd has no {name}"),
            "--server-user with the user that the server in front runs as",
        );
        report.findings.push(Finding::blocked("the server's user", name, cause));
        return Ok(());
    }
    let (findings, config) = disk::check(site, &users);
    report.findings = findings;
    let (Some(origin), Some(config)) = (&options.url, config) else { return Ok(()) };
    report.url = Some(format!("{}://{}{}/", origin.scheme(), origin.authority, origin.path));
    let Some(secret) = site.secret.as_deref().filter(|secret| !secret.is_empty()) else {
        let cause = Cause::new(
            Id::SecretUnset,
            "the running site is asked with signed questions",
            "SENDFILE_SECRET, the same for the application and this command (Django: SECRET_KEY)",
        );
        report.findings.push(Finding::blocked("the secret", "there is none", cause));
        return Ok(());
    };
    let client = Client::new(
        origin.clone(),
        wire::Options {
            headers: options.header.clone(),
            connect: options.connect.clone(),
            ca_file: options.ca_file.clone(),
            insecure: options.insecure,
            timeout: Duration::from_secs(options.timeout),
        },
        interrupt.noted(),
    );
    let client = match client {
        Ok(client) => client,
        Err(problem) => {
            let cause =
                Cause::new(Id::CertificatesUnreadable, problem.clone(), "--ca-file with a readable PEM file");
            report.findings.push(Finding::blocked("TLS", problem, cause));
            return Ok(());
        }
    };
    let path = options.canary_path.as_deref().unwrap_or(&site.canary_path);
    let probe = Probe::new(&client, secret.as_bytes(), path);
    running::check(&probe, config, site, user, report)
}

/// Reads `Name: value`.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write it as \"Name: value\"")?;
    let (name, value) = (name.trim(), value.trim());
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) || value.contains(char::is_control) {
        return Err("it is no header".into());
    }
    Ok((name.into(), value.into()))
}
