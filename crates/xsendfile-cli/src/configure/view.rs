//! A configuration as the templates see it: checked, and with every default filled in.

use std::path::PathBuf;

use serde::Serialize;
use xsendfile::dialect::REQUEST_HEADERS;
use xsendfile::{ConfigError, Location, Symlinks};

use super::address::{Listen, bracketed};
use super::model::{Application, Configuration};
use super::server::Server;
use super::validate::Validation;
use crate::spelling::spellings;

#[derive(Debug, Serialize)]
pub(super) struct View {
    /// The directory of its templates.
    pub(super) server: &'static str,
    name: &'static str,
    program: &'static str,
    settings: Vec<(&'static str, String)>,
    locations: Vec<LocationView>,
    follow_symlinks: bool,
    /// Whether a root has a symlink in its own path.
    behind_symlink: bool,
    upstream: Option<UpstreamView>,
    wsgi: Option<WsgiView>,
    /// The site's names, `*.example.com` for all beneath one.
    names: Vec<String>,
    host_pattern: String,
    listen: ListenView,
    tls: Option<[String; 2]>,
    static_files: Vec<[String; 2]>,
    static_pattern: String,
    upload_limit: u64,
    upload_limit_kib: u64,
    /// Only where it is a round number of them.
    upload_limit_mib: Option<u64>,
    stripped: &'static [&'static str],
    forwarded: [&'static str; 5],
    /// The same, and what servers in front tell of a client, in every spelling.
    spelled: Vec<String>,
    /// Those of them that have an underscore.
    underscored: Vec<String>,
    access_log: Option<String>,
    error_log: Option<String>,
    whole: Option<WholeView>,
}

#[derive(Debug, Serialize)]
pub(super) struct LocationView {
    pub(super) setting: &'static str,
    pub(super) root: String,
    /// The root without a symlink in it.
    pub(super) real: String,
    pub(super) url: String,
}

#[derive(Debug, Serialize)]
pub(super) struct UpstreamView {
    pub(super) host: String,
    pub(super) port: u16,
    /// `host:port`.
    pub(super) address: String,
    pub(super) socket: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct WsgiView {
    pub(super) file: String,
    pub(super) file_name: String,
    pub(super) directory: String,
    pub(super) python_home: Option<String>,
    pub(super) python_path: String,
    pub(super) group: String,
    pub(super) processes: u16,
    pub(super) threads: u16,
}

#[derive(Debug, Serialize)]
struct ListenView {
    /// `*` or the address, IPv6 in brackets.
    host: String,
    /// The address as it is.
    address: Option<String>,
    port: u16,
    /// Whether nothing was said of it, so that plain requests on port 80 can be redirected to TLS.
    usual: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct WholeView {
    pub(super) state_dir: String,
    pub(super) user: String,
    pub(super) group: String,
    pub(super) apache_modules: String,
}

/// What servers in front tell of a client.
const FORWARDED: [&str; 5] =
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "Forwarded"];

/// By which a server in front tells gunicorn where in the URL the application begins. With hyphens they are
/// headers as any other.
const FORWARDER: [&str; 2] = ["SCRIPT_NAME", "PATH_INFO"];

impl View {
    pub(super) fn of(configuration: &Configuration) -> Result<Self, ConfigError> {
        let Configuration { server, .. } = *configuration;
        let valid = Validation(server);
        valid.fits(configuration)?;
        let static_files = valid.static_files(configuration)?;
        let locations = valid.locations(configuration)?;
        let names = valid.names(&configuration.server_names)?;
        let (upstream, wsgi) = match &configuration.application {
            Application::Proxied(upstream) => (Some(valid.upstream(upstream)?), None),
            Application::ModWsgi(wsgi) => (None, Some(valid.wsgi(wsgi)?)),
        };
        let file =
            |option, path: &Option<PathBuf>| path.as_deref().map(|path| valid.path(option, path)).transpose();
        let spelled: Vec<_> = REQUEST_HEADERS
            .iter()
            .chain(&FORWARDED)
            .chain(&FORWARDER)
            .flat_map(|name| spellings(name))
            .collect();
        let tls = configuration.tls.as_ref();
        let tls = tls.map(|tls| {
            let certificate = valid.path("--tls-certificate", &tls.certificate)?;
            Ok::<_, ConfigError>([certificate, valid.path("--tls-key", &tls.key)?])
        });
        Ok(Self {
            server: match server {
                Server::ModXsendfile | Server::ModWsgi => "apache",
                other => other.name(),
            },
            name: server.name(),
            program: server.program(),
            settings: settings(configuration),
            behind_symlink: locations.iter().any(|location| location.root != location.real),
            locations,
            follow_symlinks: configuration.locations.first().root().symlinks() == Symlinks::Anywhere,
            upstream,
            wsgi,
            host_pattern: host_pattern(&names),
            names: spelled_out(&names),
            listen: listen(configuration),
            tls: tls.transpose()?,
            static_pattern: static_pattern(&static_files),
            static_files,
            upload_limit: configuration.upload_limit,
            upload_limit_mib: mebibytes(configuration.upload_limit),
            upload_limit_kib: configuration.upload_limit.div_ceil(1024),
            stripped: REQUEST_HEADERS,
            forwarded: FORWARDED,
            underscored: spelled.iter().filter(|name| name.contains('_')).cloned().collect(),
            spelled,
            access_log: file("--access-log", &configuration.access_log)?,
            error_log: file("--error-log", &configuration.error_log)?,
            whole: configuration.whole.as_ref().map(|whole| valid.whole(whole)).transpose()?,
        })
    }
}

fn mebibytes(bytes: u64) -> Option<u64> {
    bytes.is_multiple_of(1 << 20).then_some(bytes >> 20)
}

/// The settings that the configuration fits, as Python writes them.
fn settings(configuration: &Configuration) -> Vec<(&'static str, String)> {
    let text = |value: &str| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let path = |location: &Location| text(&location.root().path().to_string_lossy());
    let url = |location: &Location| location.url().map_or_else(|| "None".into(), |url| text(url.as_str()));
    let first = configuration.locations.first();
    let backend = format!("django_sendfile.backends.{}", configuration.server.backends()[0]);
    let mut settings = vec![("SENDFILE_BACKEND", text(&backend)), ("SENDFILE_ROOT", path(first))];
    if configuration.server.takes_uri() {
        settings.push(("SENDFILE_URL", url(first)));
    }
    let further: Vec<_> = configuration
        .locations
        .iter()
        .skip(1)
        .map(|location| format!("{}: {}", path(location), url(location)))
        .collect();
    if !further.is_empty() {
        settings.push(("SENDFILE_LOCATIONS", format!("{{{}}}", further.join(", "))));
    }
    if first.root().symlinks() == Symlinks::Anywhere {
        settings.push(("SENDFILE_SYMLINKS", text("anywhere")));
    }
    settings
}

fn listen(configuration: &Configuration) -> ListenView {
    let listen = configuration.listen.clone().unwrap_or_else(|| {
        match (configuration.whole.is_some(), configuration.tls.is_some()) {
            (true, false) => Listen::local(8080),
            (true, true) => Listen::local(8443),
            (false, false) => Listen::everywhere(80),
            (false, true) => Listen::everywhere(443),
        }
    });
    ListenView {
        host: listen.host.as_deref().map_or_else(|| "*".into(), bracketed),
        address: listen.host,
        port: listen.port,
        usual: configuration.listen.is_none() && configuration.whole.is_none(),
    }
}

/// The names without a dot at their start, which only nginx reads as that name and all beneath it. Caddy
/// refuses a name that comes twice.
fn spelled_out(names: &[String]) -> Vec<String> {
    let mut spelled: Vec<String> = Vec::new();
    for name in names {
        let both = match name.strip_prefix('.') {
            Some(domain) => vec![domain.to_owned(), format!("*.{domain}")],
            None => vec![name.clone()],
        };
        for name in both {
            if !spelled.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                spelled.push(name);
            }
        }
    }
    spelled
}

/// A regular expression for a Host header that has one of these names.
fn host_pattern(names: &[String]) -> String {
    let one = |name: &String| match name.strip_prefix('.') {
        Some(domain) => format!("([^.]+\\.)*{}", domain.replace('.', "\\.")),
        None => name.replace('.', "\\.").replace('[', "\\[").replace(']', "\\]"),
    };
    format!("^({})(:[0-9]+)?$", names.iter().map(one).collect::<Vec<_>>().join("|"))
}

/// A regular expression for a path beneath one of these URLs.
fn static_pattern(static_files: &[[String; 2]]) -> String {
    let urls: Vec<_> = static_files.iter().map(|[url, _]| url.replace('.', "\\.")).collect();
    format!("^({})", urls.join("|"))
}
