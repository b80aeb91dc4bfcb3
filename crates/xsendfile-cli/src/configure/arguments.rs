//! The arguments of `xsendfile config`.

use std::path::PathBuf;

use xsendfile::Symlinks;

use super::address::{Listen, Upstream};
use super::server::Server;

/// Prints the configuration of a server for these settings.
///
/// What is printed is complete, and each of its lines says why it is there: the application behind
/// the server, and its private files, which nobody can fetch but through the application. Without
/// --full it is one site, to be saved where the server keeps its sites. With --full it is a whole
/// configuration that starts as it is, with its own port, logs and pid file.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES, verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The server in front
    #[arg(value_enum)]
    pub(super) server: Server,

    /// Where the application listens: host:port, or unix:/path/of/a.sock
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000", help_heading = "The application")]
    pub(super) upstream: Upstream,

    /// The directory that holds the files [default: SENDFILE_ROOT]
    #[arg(long, value_name = "DIRECTORY", help_heading = "The files")]
    pub(super) root: Option<PathBuf>,

    /// The internal URL that the files are published under [default: SENDFILE_URL]
    #[arg(long, value_name = "URL", help_heading = "The files")]
    pub(super) url: Option<String>,

    /// Another directory with its internal URL, which is needed where the server is told URLs; may be
    /// given again [default: SENDFILE_LOCATIONS]
    #[arg(long, value_name = "DIRECTORY=URL", value_parser = pair, help_heading = "The files")]
    pub(super) location: Vec<(String, String)>,

    /// Which symbolic links are followed: never, beneath (those that stay beneath the directory),
    /// anywhere [default: SENDFILE_SYMLINKS]
    #[arg(long, value_name = "POLICY", value_parser = policy, help_heading = "The files")]
    pub(super) symlinks: Option<Symlinks>,

    /// A name of the site, .example.com for all names beneath; may be given again
    /// [default: ALLOWED_HOSTS]
    #[arg(long, value_name = "NAME", help_heading = "The site")]
    pub(super) server_name: Vec<String>,

    /// Where the server listens: a port, or address:port [default: 80; with TLS 443; with --full
    /// 127.0.0.1:8080, with TLS 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS", help_heading = "The site")]
    pub(super) listen: Option<Listen>,

    /// A directory that everybody may have the files of; may be given again
    /// [default: STATIC_ROOT=STATIC_URL]
    #[arg(long = "static", value_name = "DIRECTORY=URL", value_parser = pair, help_heading = "The site")]
    pub(super) static_files: Vec<(String, String)>,

    /// No such directory
    #[arg(long, conflicts_with = "static_files", help_heading = "The site")]
    pub(super) no_static: bool,

    /// The largest request, uploads included: bytes, or with k, m or g
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "32m", help_heading = "The site")]
    pub(super) upload_limit: u64,

    /// The certificate with its chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "The site")]
    pub(super) tls_certificate: Option<PathBuf>,

    /// The certificate's private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate", help_heading = "The site")]
    pub(super) tls_key: Option<PathBuf>,

    /// Where requests are logged [default: the server's place; with --full the state directory]
    #[arg(long, value_name = "FILE", help_heading = "The site")]
    pub(super) access_log: Option<PathBuf>,

    /// Where errors are logged [default: likewise]
    #[arg(long, value_name = "FILE", help_heading = "The site")]
    pub(super) error_log: Option<PathBuf>,

    /// apache-mod_xsendfile: run the application in Apache by mod_wsgi, not behind it
    #[arg(long, conflicts_with = "upstream", help_heading = "mod_wsgi")]
    pub(super) mod_wsgi: bool,

    /// The file that defines `application` [default: that of WSGI_APPLICATION]
    #[arg(long, value_name = "FILE", help_heading = "mod_wsgi")]
    pub(super) wsgi_file: Option<PathBuf>,

    /// The virtual environment, made by the Python that mod_wsgi was built for [default: the one that
    /// runs this]
    #[arg(long, value_name = "DIRECTORY", help_heading = "mod_wsgi")]
    pub(super) python_home: Option<PathBuf>,

    /// The directory that modules are imported from [default: that of manage.py]
    #[arg(long, value_name = "DIRECTORY", help_heading = "mod_wsgi")]
    pub(super) python_path: Option<PathBuf>,

    /// The name of the daemon processes; each site of a server has its own
    #[arg(long, value_name = "NAME", default_value = "site", help_heading = "mod_wsgi")]
    pub(super) process_group: String,

    /// How many processes run the application
    #[arg(long, value_name = "NUMBER", default_value_t = 2, help_heading = "mod_wsgi")]
    pub(super) processes: u16,

    /// How many threads each of them has
    #[arg(long, value_name = "NUMBER", default_value_t = 16, help_heading = "mod_wsgi")]
    pub(super) threads: u16,

    /// Print a whole configuration that starts as it is
    #[arg(long, help_heading = "A whole configuration")]
    pub(super) full: bool,

    /// Its directory for pid file, logs and temporary files; it must exist. Where root starts the server,
    /// nobody else may write there: root opens its logs. Only lighttpd's belongs to the server's user, and
    /// it follows no links [default: SERVER-state, here]
    #[arg(long, value_name = "DIRECTORY", requires = "full", help_heading = "A whole configuration")]
    pub(super) state_dir: Option<PathBuf>,

    /// Who the server becomes when root starts it; not for Caddy, which stays who starts it
    /// [default: www-data]
    #[arg(long, value_name = "NAME", requires = "full", help_heading = "A whole configuration")]
    pub(super) user: Option<String>,

    /// Its group [default: named like the user]
    #[arg(long, value_name = "NAME", requires = "full", help_heading = "A whole configuration")]
    pub(super) group: Option<String>,

    /// Where Apache's modules are
    #[arg(
        long,
        value_name = "DIRECTORY",
        default_value = "/usr/lib/apache2/modules",
        requires = "full",
        help_heading = "A whole configuration"
    )]
    pub(super) apache_modules: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  A site behind nginx, the application on a Unix socket:
    xsendfile config nginx --root /srv/example/files --url /private \\
        --server-name example.com --upstream unix:/run/example.sock \\
        > /etc/nginx/sites-available/example

  A Django project behind Apache, read from its settings:
    python manage.py sendfile config apache-mod_wsgi > /etc/apache2/sites-available/example.conf

  nginx on port 8080, to try it here and now:
    mkdir nginx-state
    python manage.py sendfile config nginx --full > nginx.conf
    nginx -c $PWD/nginx.conf

Afterwards, `check` proves that it works.";

fn pair(text: &str) -> Result<(String, String), String> {
    let (one, other) = text.rsplit_once('=').ok_or("it has no = in it; write DIRECTORY=URL")?;
    Ok((one.into(), other.into()))
}

fn policy(text: &str) -> Result<Symlinks, String> {
    text.parse().map_err(|error: xsendfile::ConfigError| format!("{}; {}", error.problem, error.advice))
}

fn size(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let (digits, factor) = match lower.strip_suffix(['k', 'm', 'g']) {
        None => (lower.as_str(), 1),
        Some(digits) => (
            digits,
            match &lower[digits.len()..] {
                "k" => 1 << 10,
                "m" => 1 << 20,
                _ => 1 << 30,
            },
        ),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    number.filter(|bytes| *bytes > 0).ok_or_else(|| "write a number of bytes, or one such as 25m".into())
}
