//! Which server stands in front.

use super::wire::{Client, Interrupted, Outgoing, Reply};

/// A server, as far as its replies tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Nginx,
    Apache,
    Lighttpd,
    Caddy,
    /// One that runs applications, such as gunicorn.
    Application,
    Unknown,
}

/// By what their names begin with, in lower case.
const NAMES: [(&str, Server); 17] = [
    ("nginx", Server::Nginx),
    ("openresty", Server::Nginx),
    ("tengine", Server::Nginx),
    ("apache", Server::Apache),
    ("lighttpd", Server::Lighttpd),
    ("caddy", Server::Caddy),
    ("gunicorn", Server::Application),
    ("uvicorn", Server::Application),
    ("granian", Server::Application),
    ("daphne", Server::Application),
    ("hypercorn", Server::Application),
    ("waitress", Server::Application),
    ("wsgiserver", Server::Application),
    ("cheroot", Server::Application),
    ("werkzeug", Server::Application),
    ("uwsgi", Server::Application),
    ("twistedweb", Server::Application),
];

impl Server {
    /// Asks for what a server in front refuses itself: what it passes on may bear the name of the
    /// application's server.
    pub(crate) fn ask(client: &Client, described: &Reply) -> Result<Self, Interrupted> {
        let without_host = Outgoing { host: false, ..Outgoing::get("/") };
        let mut replies = Vec::new();
        for request in [without_host, Outgoing::get("/%"), Outgoing::get("/%00")] {
            replies.push(client.send(&request)?);
        }
        let mut named: Vec<_> = replies.iter().chain([described]).map(Self::named).collect();
        // What a server in front answers itself is sooner believed than what it passes on.
        named.sort_by_key(|server| match server {
            Self::Unknown => 2,
            Self::Application => 1,
            _ => 0,
        });
        Ok(named.first().copied().unwrap_or(Self::Unknown))
    }

    fn named(reply: &Reply) -> Self {
        // A proxied reply may bear two names.
        let names = reply.headers.iter().filter(|(name, _)| name == "server" || name == "via");
        let known = names.filter_map(|(_, value)| {
            let value = String::from_utf8_lossy(value).to_ascii_lowercase();
            let value = value.strip_prefix("1.1 ").unwrap_or(&value);
            NAMES.iter().find(|(name, _)| value.starts_with(name)).map(|(_, server)| *server)
        });
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|server| *server == Self::Application);
        known.first().copied().unwrap_or(Self::Unknown)
    }

    /// Its name, to be read in a sentence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::Lighttpd => "lighttpd",
            Self::Caddy => "Caddy",
            Self::Application => "the application's server",
            Self::Unknown => "the server in front",
        }
    }

    /// The users that it may run as, where none is given.
    pub(crate) fn users(self) -> &'static [&'static str] {
        match self {
            Self::Nginx => &["www-data", "nginx", "http"],
            Self::Apache => &["www-data", "apache", "http"],
            Self::Lighttpd => &["www-data", "lighttpd", "http"],
            Self::Caddy => &["caddy", "www-data"],
            Self::Application | Self::Unknown => &["www-data"],
        }
    }
}
