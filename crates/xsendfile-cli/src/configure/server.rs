//! The servers that can be configured.

use std::path::Path;

use xsendfile::Backend;

/// A server, and the way in which it takes files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Server {
    /// nginx, by X-Accel-Redirect
    #[value(name = "nginx")]
    Nginx,
    /// Apache, by X-Sendfile and mod_xsendfile; the application behind it, or in it by mod_wsgi
    #[value(name = "apache-mod_xsendfile")]
    ModXsendfile,
    /// Apache with the application in it by mod_wsgi in daemon mode, by Location
    #[value(name = "apache-mod_wsgi")]
    ModWsgi,
    /// lighttpd, by X-Sendfile
    #[value(name = "lighttpd")]
    Lighttpd,
    /// Caddy, by X-Accel-Redirect
    #[value(name = "caddy")]
    Caddy,
}

impl Server {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::ModXsendfile => "apache-mod_xsendfile",
            Self::ModWsgi => "apache-mod_wsgi",
            Self::Lighttpd => "lighttpd",
            Self::Caddy => "caddy",
        }
    }

    /// What people call the program.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::ModXsendfile | Self::ModWsgi => "Apache",
            Self::Lighttpd => "lighttpd",
            Self::Caddy => "Caddy",
        }
    }

    /// The backends (`SENDFILE_BACKEND`, by their short names) whose hand-offs this configuration takes.
    /// The first is the best.
    pub fn backends(self) -> &'static [&'static str] {
        match self {
            Self::Nginx => &["nginx"],
            Self::ModXsendfile => &["xsendfile", "mod_xsendfile"],
            Self::ModWsgi => &["mod_wsgi"],
            Self::Lighttpd => &["lighttpd", "xsendfile"],
            Self::Caddy => &["caddy"],
        }
    }

    /// Whether it is told a URI, for which every location needs an internal URL.
    pub(crate) fn takes_uri(self) -> bool {
        let best: Backend =
            self.backends()[0].parse().expect("the core has every backend that is named here");
        best.takes_uri()
    }

    /// Why the server would not look in this directory of files, where it would not.
    pub(crate) fn misreads(self, root: &Path) -> Option<&'static str> {
        let pattern = |c: char| matches!(c, '*' | '?' | '[' | ']' | '\\');
        let misread = self == Self::ModWsgi && root.to_string_lossy().contains(pattern);
        misread.then_some("Apache reads * ? [ ] and \\ in <Directory> as a pattern")
    }
}
