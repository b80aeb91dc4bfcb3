//! Addresses: where the server listens, and where the application does.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where the server listens: a port of every interface, or of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listen {
    /// The address; `None` is every interface. IPv6 without brackets.
    pub host: Option<String>,
    /// The port.
    pub port: u16,
}

impl Listen {
    /// A port of this machine only.
    pub fn local(port: u16) -> Self {
        Self { host: Some("127.0.0.1".into()), port }
    }

    /// A port of every interface.
    pub fn everywhere(port: u16) -> Self {
        Self { host: None, port }
    }
}

impl FromStr for Listen {
    type Err = String;

    /// Reads `8080`, `127.0.0.1:8080`, `[::1]:8080` or `*:80`.
    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write a port or an address with a port, such as 127.0.0.1:8080";
        let (host, port) = text.rsplit_once(':').unwrap_or(("*", text));
        let port = port.parse().map_err(|_| format!("{port:?} is not a port; {form}"))?;
        if matches!(host, "*" | "") {
            return Ok(Self::everywhere(port));
        }
        let host = bare_host(host).ok_or_else(|| format!("{host:?} is not an address; {form}"))?;
        Ok(Self { host: Some(host), port })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None => write!(f, "*:{}", self.port),
            Some(host) => write!(f, "{}:{}", bracketed(host), self.port),
        }
    }
}

/// Where the application listens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Upstream {
    /// A TCP port.
    Tcp {
        /// Name or address; IPv6 without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A Unix socket, by its absolute path.
    Unix(PathBuf),
}

impl Default for Upstream {
    /// 127.0.0.1:8000, where gunicorn, uvicorn and granian listen unless told otherwise.
    fn default() -> Self {
        Self::Tcp { host: "127.0.0.1".into(), port: 8000 }
    }
}

impl FromStr for Upstream {
    type Err = String;

    /// Reads `127.0.0.1:8000`, `http://127.0.0.1:8000`, `unix:/run/app.sock` or `/run/app.sock`.
    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write host:port, or unix: and the absolute path of a socket";
        let text = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
        let path = text.strip_prefix("unix:").unwrap_or(text);
        if path.starts_with('/') {
            // Each server writes sockets in a little language of its own, with colons and bars in it.
            let plain = |c: char| c.is_ascii_alphanumeric() || "/._-@+~".contains(c);
            return match path.chars().find(|c| !plain(*c)) {
                None => Ok(Self::Unix(path.into())),
                Some(c) => Err(format!("{c:?} cannot stand in the path of a socket; choose a plain name")),
            };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(|| format!("it has no port; {form}"))?;
        let port = port.parse().map_err(|_| format!("{port:?} is not a port; {form}"))?;
        let host = bare_host(host).ok_or_else(|| format!("{host:?} is not a host; {form}"))?;
        Ok(Self::Tcp { host, port })
    }
}

/// The host without brackets; `None` for what is no host.
fn bare_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().ok().map(|_| address.into());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then(|| host.into())
}

pub(crate) fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.into() }
}
