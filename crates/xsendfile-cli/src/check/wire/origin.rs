//! Where the site is: `https://host:port/path`.

use std::str::FromStr;

/// A site's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Whether TLS is spoken.
    pub(crate) tls: bool,
    /// The host to connect to; an IPv6 address has no brackets.
    pub(crate) host: String,
    /// The port to connect to.
    pub(crate) port: u16,
    /// The value of Host.
    pub(crate) authority: String,
    /// The path that the site lies beneath, without a slash at its end: mostly nothing.
    pub(crate) path: String,
}

impl Origin {
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let wrong =
            |problem: &str| format!("{problem}; write the site's address, such as https://example.org/");
        let (tls, rest) = match url.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(wrong("it starts neither with https:// nor with http://")),
        };
        if rest.contains(['?', '#', '@']) || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(wrong("it is more than a host, a port and a path"));
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, port)) => (address, port.strip_prefix(':')),
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        if host.is_empty() || !authority.is_ascii() {
            return Err(wrong("it has no host that can be asked for"));
        }
        let port = match port {
            None => {
                if tls {
                    443
                } else {
                    80
                }
            }
            Some(port) => port.parse().map_err(|_| wrong("its port is no number up to 65535"))?,
        };
        Ok(Self {
            tls,
            host: host.into(),
            port,
            authority: authority.into(),
            path: path.trim_end_matches('/').into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (url, expected) in [
            ("https://example.org/", (true, "example.org", 443, "example.org", "")),
            ("http://example.org", (false, "example.org", 80, "example.org", "")),
            ("http://127.0.0.1:8000/site/", (false, "127.0.0.1", 8000, "127.0.0.1:8000", "/site")),
            ("http://[::1]:8000/", (false, "::1", 8000, "[::1]:8000", "")),
            ("https://[::1]", (true, "::1", 443, "[::1]", "")),
        ] {
            let origin: Origin = url.parse().unwrap();
            let (tls, host, port, authority, path) = expected;
            let expected =
                Origin { tls, host: host.into(), port, authority: authority.into(), path: path.into() };
            assert_eq!(origin, expected, "{url}");
        }
        for url in [
            "",
            "example.org",
            "ftp://x/",
            "http://",
            "http:///x",
            "http://x:99999/",
            "http://x/?a",
            "http://a b/",
        ] {
            assert!(url.parse::<Origin>().is_err(), "{url}");
        }
    }
}
