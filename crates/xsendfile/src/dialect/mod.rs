//! Dialects: each server's rules for a hand-off, one row each, used in both directions.
//!
//! An application writes a row, a server that takes hand-offs reads it:
//! [`read`](Dialect::read)`(`[`write`](Dialect::write)`(name))` is the same file for every name that a
//! file system can hold. A new server is a new row.
//!
//! # Which row a server reads by
//!
//! A server that *takes* hand-offs ([`Sendfile::receive`](crate::Sendfile::receive)) reads by the row of
//! the server that it stands in for: what the application behind it writes. That is
//! [`Backend::understands`](crate::Backend::understands): one row where the settings name a backend that
//! hands off, and [`NGINX`] and [`X_SENDFILE`], which differ in their headers, where they do not.
//!
//! # Servers that have no row
//!
//! h2o and Thruster take hand-offs in a way that cannot be kept safe. LiteSpeed runs in no test, so nothing
//! can be promised of it. The error for their names as `SENDFILE_BACKEND` says so, and `simple` streams
//! behind them.

mod row;
mod rule;
mod spelling;

use http::HeaderName;

pub use row::{CADDY, LIGHTTPD, MOD_WSGI, MOD_XSENDFILE, NGINX, X_SENDFILE};
pub use rule::Rule;
use rule::Uncarried;
pub(crate) use rule::{ENCODING, SYMLINK};
pub(crate) use spelling::encode;

/// One server's rules for a hand-off.
#[derive(Debug)]
#[non_exhaustive]
pub struct Dialect {
    /// The short name of the backend that speaks it.
    pub name: &'static str,
    /// The server and the versions that the row was measured on, or how it is known otherwise.
    pub source: &'static str,
    /// The header that names the file.
    pub header: HeaderName,
    /// What the header's value refers to.
    pub reference: Reference,
    /// How the value is written.
    pub escaping: Escaping,
    /// Names that the server, or the way to it, cannot carry. Such files are streamed.
    refuses: &'static [&'static Uncarried],
    /// Whose ETag and Last-Modified the client gets.
    pub validators: Validators,
    /// Which other headers of the application reach the client with the file.
    pub survival: Survival,
    /// Headers of the application that would be lost, each with the query parameter that carries it.
    pub carried: &'static [(&'static str, HeaderName)],
    /// How the server is told a rate, if it can be.
    pub limit_rate: Option<LimitRate>,
    /// The header by which the server is told whether to buffer what is streamed, if it can be.
    pub buffering: Option<HeaderName>,
}

/// How a server is told the rate at which a client gets a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct LimitRate {
    /// The header.
    pub header: HeaderName,
    /// The bytes in a second that 1 in it stands for.
    pub unit: u64,
}

/// What the value of a hand-off header refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference {
    /// A URI beneath the location's internal URL.
    Uri,
    /// A path in the file system.
    Path,
}

/// How the value of a hand-off header is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Escaping {
    /// Percent-encoded; the server decodes it once.
    Percent,
    /// As it is.
    Raw,
}

/// Whose validators reach the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validators {
    /// The server's own; the application sends none.
    Servers,
    /// The application's; without them the server would send none or wrong ones.
    Applications,
}

/// Which headers of the application reach the client, beside the hand-off and the validators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Survival {
    /// These, and no others.
    Only(&'static [HeaderName]),
    /// All but these.
    AllBut(&'static [HeaderName]),
}

/// The request headers that a server in front removes, by their full names: for configurations that know no
/// prefixes. Each is one that an application and its server say to each other, or that an application has
/// believed of a client (CVE-2025-61780 in Rack, CVE-2026-7381 in Plack). All are [reserved](is_reserved).
pub const REQUEST_HEADERS: &[&str] = &[
    "X-Accel-Buffering",
    "X-Accel-Charset",
    "X-Accel-Expires",
    "X-Accel-Limit-Rate",
    "X-Accel-Mapping",
    "X-Accel-Redirect",
    "X-Lighttpd-KBytes-Per-Second",
    "X-Lighttpd-Send-File",
    "X-LiteSpeed-Location",
    "X-Sendfile",
    "X-Sendfile-Type",
];

/// What the names of headers begin with that are between an application and the server in front.
pub const RESERVED: [&str; 4] = ["x-accel-", "x-sendfile", "x-lighttpd-", "x-litespeed-location"];

/// Whether the header `name` is between an application and the server in front: no client may send it,
/// and none gets to see it. `x_sendfile` is one too: CGI, WSGI and what they became read an underscore as a
/// hyphen.
pub fn is_reserved(name: &HeaderName) -> bool {
    let hyphened = |byte: &u8| if *byte == b'_' { b'-' } else { *byte };
    RESERVED.iter().any(|reserved| {
        let start = name.as_str().as_bytes().iter().take(reserved.len());
        start.map(hyphened).eq(reserved.bytes())
    })
}

impl Dialect {
    /// Whether the application's header `name` reaches the client with the file.
    pub fn keeps(&self, name: &HeaderName) -> bool {
        let carried = self.carried.iter().any(|(_, carried)| carried == name);
        carried
            || match self.survival {
                Survival::Only(names) => names.contains(name),
                Survival::AllBut(names) => !names.contains(name),
            }
    }
}
