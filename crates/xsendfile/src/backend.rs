//! Backends: how a file leaves.

use std::fmt;
use std::str::FromStr;

use crate::dialect::{CADDY, Dialect, LIGHTTPD, MOD_WSGI, MOD_XSENDFILE, NGINX, Reference, X_SENDFILE};
use crate::error::ConfigError;

/// How a file leaves: streamed by us, or handed off to the server in front.
#[derive(Debug, Clone, Copy)]
pub struct Backend {
    name: &'static str,
    dialect: Option<&'static Dialect>,
}

/// Every backend by its short name.
static BACKENDS: &[Backend] = &[
    Backend { name: "development", dialect: None },
    Backend { name: "simple", dialect: None },
    Backend::handing_off(&NGINX),
    Backend::handing_off(&X_SENDFILE),
    Backend::handing_off(&MOD_XSENDFILE),
    Backend::handing_off(&MOD_WSGI),
    Backend::handing_off(&LIGHTTPD),
    Backend::handing_off(&CADDY),
];

/// Names that somebody may look for here: what is wrong with each, and what to write.
static ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "h2o",
        "the URL that it is told is one that every client may ask for too, h2o knows no internal ones",
        "write \"simple\", or put nginx or Caddy in front",
    ),
    (
        "thruster",
        "it sends whatever path a response names, and has no root to keep it beneath",
        "write \"simple\", or put nginx or Caddy in front",
    ),
    ("frankenphp", "FrankenPHP is Caddy", "write \"caddy\""),
    (
        "litespeed",
        "no test runs it, so nothing can be promised of it",
        "write \"simple\", or put nginx or Caddy in front",
    ),
    (
        "openlitespeed",
        "no test runs it, so nothing can be promised of it",
        "write \"simple\", or put nginx or Caddy in front",
    ),
    (
        "mod_xsendfile_1",
        "no test runs mod_xsendfile 1.x, so nothing can be promised of it",
        "write \"xsendfile\", which hands off only what its documentation says it reads as 0.12 does",
    ),
    (
        "apache",
        "Apache takes files by one of its modules",
        "write \"mod_xsendfile\", or \"mod_wsgi\" where the site runs by it in daemon mode",
    ),
];

impl Backend {
    /// Every backend.
    pub fn all() -> &'static [Self] {
        BACKENDS
    }

    /// Its short name, such as `nginx`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What the server in front is told files in; `None` where we send them ourselves.
    pub fn dialect(self) -> Option<&'static Dialect> {
        self.dialect
    }

    /// Whether the server in front is told a URI, for which every location needs an internal URL.
    pub fn takes_uri(self) -> bool {
        self.dialect.is_some_and(|dialect| dialect.reference == Reference::Uri)
    }

    /// The dialects that a receiver accepts when this is its `SENDFILE_BACKEND`: that of the server it
    /// stands in for; for a backend without one, `X-Accel-Redirect` as nginx reads it and `X-Sendfile`
    /// as every server reads it.
    pub fn understands(self) -> Vec<&'static Dialect> {
        match self.dialect {
            Some(dialect) => vec![dialect],
            None => vec![&NGINX, &X_SENDFILE],
        }
    }

    const fn handing_off(dialect: &'static Dialect) -> Self {
        Self { name: dialect.name, dialect: Some(dialect) }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl FromStr for Backend {
    type Err = ConfigError;

    /// Reads a short name, or the dotted path of the Python module of that name.
    fn from_str(name: &str) -> Result<Self, ConfigError> {
        let short = name.strip_prefix("django_sendfile.backends.").unwrap_or(name);
        if let Some(backend) = BACKENDS.iter().find(|backend| backend.name == short) {
            return Ok(*backend);
        }
        let (problem, advice): (&str, String) =
            match ELSEWHERE.iter().find(|(elsewhere, ..)| *elsewhere == short) {
                Some((_, problem, advice)) => (problem, (*advice).into()),
                None => {
                    let names: Vec<_> = BACKENDS.iter().map(|backend| backend.name).collect();
                    ("there is no such backend", format!("write one of {}", names.join(", ")))
                }
            };
        Err(ConfigError::new("SENDFILE_BACKEND", format!("{name:?}"), problem, advice))
    }
}
