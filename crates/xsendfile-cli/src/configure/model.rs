//! What is to be configured.

use std::path::{Path, PathBuf};

use xsendfile::{ConfigError, Locations};

use super::address::{Listen, Upstream};
use super::render;
use super::server::Server;

/// A configuration to be written.
///
/// ```
/// use xsendfile::Config;
/// use xsendfile_cli::Configuration;
/// use xsendfile_cli::configure::Server;
///
/// let config = Config::builder().backend("nginx").root("/tmp").url("/private").build()?;
/// let text = Configuration::new(Server::Nginx, config.locations().clone())
///     .server_names(["example.com"])
///     .upstream("unix:/run/example.sock".parse()?)
///     .render()?;
/// assert!(text.contains("location ^~ /private/ {"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Configuration {
    pub(super) server: Server,
    pub(super) locations: Locations,
    pub(super) application: Application,
    pub(super) server_names: Vec<String>,
    pub(super) listen: Option<Listen>,
    pub(super) static_files: Vec<Directory>,
    pub(super) upload_limit: u64,
    pub(super) tls: Option<Tls>,
    pub(super) access_log: Option<PathBuf>,
    pub(super) error_log: Option<PathBuf>,
    pub(super) whole: Option<Whole>,
    /// What of the application is for nobody, with what it is called, as far as it is known.
    pub(super) private: Vec<(String, PathBuf)>,
}

/// Where the application runs.
#[derive(Debug, Clone)]
pub(super) enum Application {
    /// Behind the server, which asks it by HTTP.
    Proxied(Upstream),
    /// In Apache, by mod_wsgi in daemon mode.
    ModWsgi(ModWsgi),
}

/// How mod_wsgi runs the application.
#[derive(Debug, Clone)]
pub struct ModWsgi {
    /// The file that defines `application`.
    pub file: PathBuf,
    /// The virtual environment, made by the Python that mod_wsgi was built for. `None`: the system's.
    pub python_home: Option<PathBuf>,
    /// The directory that modules are imported from. `None`: that of `file`'s directory.
    pub python_path: Option<PathBuf>,
    /// The name of the process group: letters, digits, `.`, `_`, `-`.
    pub group: String,
    /// How many processes.
    pub processes: u16,
    /// How many threads each has.
    pub threads: u16,
}

impl ModWsgi {
    /// The directory that modules are imported from.
    pub(super) fn import_path(&self) -> &Path {
        let directory = self.file.parent().unwrap_or_else(|| Path::new("/"));
        self.python_path.as_deref().or_else(|| directory.parent()).unwrap_or(directory)
    }
}

/// A directory that everybody may have the files of.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    /// What the directory and its URL are said by.
    pub(super) settings: [&'static str; 2],
    /// The URL prefix, such as `/static/`.
    pub(super) url: String,
    /// The directory.
    pub(super) path: PathBuf,
}

/// The certificate of the site.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    /// The certificate with its chain, PEM.
    pub(super) certificate: PathBuf,
    /// Its private key, PEM.
    pub(super) key: PathBuf,
}

/// What a whole configuration has, and a site in an existing one has not.
#[derive(Debug, Clone)]
pub struct Whole {
    /// An existing directory that the server may write to: its pid, logs and temporary files.
    pub state_dir: PathBuf,
    /// Who the server becomes when root starts it. `None`: `www-data`. Caddy has no setting for it.
    pub user: Option<String>,
    /// Likewise. `None`: the user's name.
    pub group: Option<String>,
    /// Apache's modules.
    pub apache_modules: PathBuf,
}

impl Configuration {
    /// The configuration of `server` for these locations: a site on port 80, in front of an application
    /// on port 8000.
    pub fn new(server: Server, locations: Locations) -> Self {
        Self {
            server,
            locations,
            application: Application::Proxied(Upstream::default()),
            server_names: Vec::new(),
            listen: None,
            static_files: Vec::new(),
            upload_limit: 32 << 20,
            tls: None,
            access_log: None,
            error_log: None,
            whole: None,
            private: Vec::new(),
        }
    }

    /// Where the application listens. Default: `127.0.0.1:8000`.
    #[must_use]
    pub fn upstream(mut self, upstream: Upstream) -> Self {
        self.application = Application::Proxied(upstream);
        self
    }

    /// Runs the application in Apache.
    #[must_use]
    pub fn mod_wsgi(mut self, mod_wsgi: ModWsgi) -> Self {
        self.application = Application::ModWsgi(mod_wsgi);
        self
    }

    /// The names of the site; `.example.com` is that name and all beneath it. Default: none, the site
    /// answers to every name.
    #[must_use]
    pub fn server_names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.server_names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Where the server listens. Default: port 80, with TLS 443; a whole configuration listens on
    /// 127.0.0.1 at 8080, with TLS 8443.
    #[must_use]
    pub fn listen(mut self, listen: Listen) -> Self {
        self.listen = Some(listen);
        self
    }

    /// Another directory that everybody may have the files of.
    #[must_use]
    pub fn static_files(mut self, url: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.static_files.push(Directory { settings: ["--static"; 2], url: url.into(), path: path.into() });
        self
    }

    /// The largest request body, in bytes. Default: 32 MiB.
    #[must_use]
    pub fn upload_limit(mut self, bytes: u64) -> Self {
        self.upload_limit = bytes;
        self
    }

    /// Serves by TLS, with this certificate.
    #[must_use]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(Tls { certificate: certificate.into(), key: key.into() });
        self
    }

    /// Where requests are logged. Default: the server's own place, or beneath the state directory.
    #[must_use]
    pub fn access_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.access_log = Some(file.into());
        self
    }

    /// Where errors are logged. Default: as for [`access_log`](Self::access_log).
    #[must_use]
    pub fn error_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.error_log = Some(file.into());
        self
    }

    /// Writes a whole configuration that starts as it is, not a site to be put into one.
    #[must_use]
    pub fn whole(mut self, whole: Whole) -> Self {
        self.whole = Some(whole);
        self
    }

    /// Writes the configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming what the server cannot be told, or what does not fit together.
    pub fn render(&self) -> Result<String, ConfigError> {
        render::render(self)
    }
}
