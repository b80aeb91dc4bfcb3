//! Backends: how a file leaves.

pub mod dialect;
pub mod hand_off;
pub mod streamed;

use std::fmt;
use std::str::FromStr;

use dialect::Dialect;

use crate::error::ConfigError;

/// How a file leaves.
#[derive(Debug, Clone, Copy)]
pub enum Backend {
    /// We send the bytes ourselves.
    Streamed(&'static str),
    /// A server in front sends them, told in its dialect.
    HandedOff(&'static Dialect),
}

/// Every backend by its short name.
static BACKENDS: &[Backend] = &[
    Backend::Streamed("development"),
    Backend::Streamed("simple"),
    Backend::HandedOff(&dialect::NGINX),
    Backend::HandedOff(&dialect::X_SENDFILE),
    Backend::HandedOff(&dialect::MOD_XSENDFILE),
    Backend::HandedOff(&dialect::LIGHTTPD),
    Backend::HandedOff(&dialect::MOD_WSGI),
];

impl Backend {
    /// Every backend.
    pub fn all() -> &'static [Self] {
        BACKENDS
    }

    /// Its short name, such as `nginx`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Streamed(name) => name,
            Self::HandedOff(dialect) => dialect.name,
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Backend {
    type Err = ConfigError;

    /// Reads a short name, or the dotted path of the Python module of that name.
    fn from_str(name: &str) -> Result<Self, ConfigError> {
        let short = name.strip_prefix("django_sendfile.backends.").unwrap_or(name);
        BACKENDS.iter().copied().find(|backend| backend.name() == short).ok_or_else(|| {
            let names: Vec<_> = BACKENDS.iter().map(|backend| backend.name()).collect();
            ConfigError {
                setting: "SENDFILE_BACKEND",
                value: format!("{name:?}"),
                problem: "there is no such backend".into(),
                advice: format!("write one of {}", names.join(", ")),
            }
        })
    }
}
